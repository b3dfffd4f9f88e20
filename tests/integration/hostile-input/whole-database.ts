import type pg from 'pg';

/**
 * Nonces are written by every request that was signed well, whatever it asks for: that is what makes it
 * count once.
 */
const WRITTEN_ALWAYS = ['request_nonce'];

/** Of every table: how many rows, and a digest over all of them. */
export async function wholeDatabase(pool: pg.Pool): Promise<Readonly<Record<string, string>>> {
  const tables = await pool.query<{ name: string }>(
    `SELECT quote_ident(tablename) AS name FROM pg_tables WHERE schemaname = 'public' AND tablename <> ALL($1) ORDER BY 1`,
    [WRITTEN_ALWAYS],
  );
  const told: Record<string, string> = {};
  for (const { name } of tables.rows) {
    const { rows } = await pool.query<{ told: string }>(
      `SELECT count(*) || ' rows, ' || coalesce(md5(string_agg(row_text, E'\\n' ORDER BY row_text)), 'none') AS told
       FROM (SELECT t::text AS row_text FROM ${name} t) rows`,
    );
    told[name] = rows[0]?.told ?? '';
  }
  const sequences = await pool.query<{ name: string; told: string }>(
    `SELECT sequencename AS name, coalesce(last_value::text, 'none') AS told FROM pg_sequences WHERE schemaname = 'public'`,
  );
  for (const { name, told: last } of sequences.rows) told[name] = last;
  return told;
}
