import pg from 'pg';

/** All limits of a connection, in one place. */
const limits = {
  connections: 20,
  /** Waiting for a free or new connection; over it the caller answers 503. */
  connectionTimeoutMillis: 5000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
} as const;

/** A pool on the platform's database. It connects when it is first used. */
export function connect(databaseUrl: string): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: limits.connections,
    connectionTimeoutMillis: limits.connectionTimeoutMillis,
    statement_timeout: limits.statement_timeout,
    idle_in_transaction_session_timeout: limits.idle_in_transaction_session_timeout,
    application_name: 'yizhan-platform',
  });
  // An idle connection that breaks is replaced at the next use; without a listener it would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** One transaction; `begin` may hold more than BEGIN, to save a round trip. */
export async function inTransaction<T>(
  pool: pg.Pool,
  begin: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query(begin);
    const value = await work(client);
    await client.query('COMMIT');
    return value;
  } catch (error) {
    broken = await client.query('ROLLBACK').then(
      () => false,
      () => true,
    );
    throw error;
  } finally {
    client.release(broken);
  }
}

/** Codes (PostgreSQL appendix A and Node's) that mean "not now": nothing is wrong with the request. */
export function isUnavailable(code: string, message: string): boolean {
  return (
    /^(08|53|57|58|40)/.test(code) ||
    ['25P03', '55P03'].includes(code) ||
    /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI)/.test(code) ||
    // pg gives its own failures no code.
    /Connection terminated|timeout exceeded when trying to connect|Cannot use a pool after/i.test(message)
  );
}
