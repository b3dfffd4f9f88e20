import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { inTransaction, patiently } from './connect.ts';
import { releaseOf } from './release.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
  /** The oldest release, by its newest migration, that works on with this schema; null: none does. */
  readonly worksWith: number | null;
}

const FILE = /^(\d{4})-[a-z0-9-]+\.sql$/;
const WORKS_WITH = /^-- works-with: (\d{4})$/m;
/** Any number will do, as long as every node uses the same. */
const LOCK_KEY = 7_020_001;
/** Whoever is served behind a table that is to be altered waits no longer than this. */
const LOCK_TIMEOUT = '4s';

const appliedSchema = z.array(
  z.object({
    number: z.number().int(),
    name: z.string(),
    sha256: z.string(),
    works_with: z.number().int().nullable(),
  }),
);
type Applied = z.infer<typeof appliedSchema>;

/**
 * Brings the schema to the newest number: all that is missing in one transaction, one node at a time. A file that was
 * rewritten refuses: no schema is ever guessed or reset. A number that we do not know refuses too, unless that migration says that
 * our release works with it; and a migration that does not say so of an older release waits until the nodes of that are gone
 * (docs/decisions/0042).
 */
export async function migrate(pool: pg.Pool, dir: string): Promise<Result<{ readonly applied: number }>> {
  const known = readMigrations(dir);
  // Nodes that start together wait for the one that migrates, however long; only then for tables in use.
  const begin = `BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(${String(LOCK_KEY)});
    CREATE TABLE IF NOT EXISTS schema_migration (
      number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    );
    SET LOCAL lock_timeout = '${LOCK_TIMEOUT}';`;
  return inTransaction(pool, patiently(begin), async (client) => {
    const applied = await appliedMigrations(client);
    const problem = schemaProblem(known, applied);
    if (problem) return err(fault('store.schema-unknown', problem));
    const missing = known.filter(({ number }) => !applied.some((done) => done.number === number));
    const older = await olderNodes(client, missing);
    if (older) return err(fault('store.failed', older));
    for (const { number, name, sha256, sql, worksWith } of missing) {
      await client.query(patiently(sql));
      await client.query(
        'INSERT INTO schema_migration (number, name, sha256, works_with) VALUES ($1, $2, $3, $4)',
        [number, name, sha256, worksWith],
      );
    }
    return ok({ applied: missing.length });
  });
}

/** The column came later than the table; a database that has it is not touched, for an older node may read it just now. */
async function appliedMigrations(client: pg.PoolClient): Promise<Applied> {
  const { rowCount } = await client.query(
    `SELECT 1 FROM pg_attribute WHERE attrelid = 'schema_migration'::regclass AND attname = 'works_with'`,
  );
  if (rowCount === 0) await client.query('ALTER TABLE schema_migration ADD COLUMN works_with integer');
  const { rows } = await client.query(
    'SELECT number, name, sha256, works_with FROM schema_migration ORDER BY number',
  );
  return appliedSchema.parse(rows);
}

function schemaProblem(known: readonly Migration[], applied: Applied): string | null {
  for (const done of applied) {
    const file = known.find(({ number }) => number === done.number);
    if (!file) {
      if (done.works_with !== null && done.works_with <= known.length) continue;
      return `The database has migration ${done.name}, which this version does not know; install a newer one.`;
    }
    if (file.sha256 !== done.sha256) {
      return `Migration ${done.name} was changed after it was applied; put the old file back and add a new one.`;
    }
  }
  return null;
}

const sessionsSchema = z.array(z.object({ application_name: z.string() }));

/** Which nodes would be left with a schema that they cannot work with; null: none is there. */
async function olderNodes(client: pg.PoolClient, missing: readonly Migration[]): Promise<string | null> {
  const least = missing.reduce((most, { number, worksWith }) => Math.max(most, worksWith ?? number), 0);
  if (least === 0) return null;
  const older = (await releasesConnected(client)).filter((release) => release < least);
  if (older.length === 0) return null;
  return `Nodes of release ${older.join(', ')} are connected, which cannot work with what comes; end them first.`;
}

/** Of the nodes and commands that are there beside this connection, the oldest first. */
export async function releasesConnected(client: pg.PoolClient): Promise<number[]> {
  const { rows } = await client.query(
    `SELECT DISTINCT application_name FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name IS NOT NULL`,
  );
  return sessionsSchema
    .parse(rows)
    .flatMap(({ application_name }) => releaseOf(application_name) ?? [])
    .sort((a, b) => a - b);
}

function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, index) => {
      const number = Number(FILE.exec(name)?.[1]);
      if (number !== index + 1) throw new Error(`migrations are numbered without a gap: ${name}`);
      const sql = readFileSync(join(dir, name), 'utf8');
      const declared = WORKS_WITH.exec(sql)?.[1];
      return {
        number,
        name,
        sql,
        sha256: createHash('sha256').update(sql).digest('hex'),
        worksWith: declared === undefined ? null : Number(declared),
      };
    });
}
