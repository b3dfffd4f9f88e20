import { createHash } from 'node:crypto';
import pg from 'pg';
import { errorCode } from '../log.ts';
import { applicationName, ownRelease } from './release.ts';

/** All limits of a connection, in one place. */
const limits = {
  /** Waiting for a free or new connection; over it the caller answers 503. */
  connectionTimeoutMillis: 5000,
  /** A new connection costs thousands of hashes (SCRAM, RFC 7677) on both sides: what is idle between two residents is kept. */
  idleTimeoutMillis: 300_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 15_000,
  /** Longer than the server's own: a line that went dead without a word gives no other sign. */
  query_timeout: 12_000,
} as const;

/** Of every connection, whoever opens it: none waits without end for a database, or a line, that has gone silent. */
export const silence = {
  statement_timeout: limits.statement_timeout,
  idle_in_transaction_session_timeout: limits.idle_in_transaction_session_timeout,
  query_timeout: limits.query_timeout,
  keepAlive: true,
} as const;

/** For commands and whatever else is no node; a node divides its own (http/lanes.ts). */
const USUAL_CONNECTIONS = 20;

/** A pool on the platform's database. It connects when it is first used. */
export function connect(databaseUrl: string, connections: number = USUAL_CONNECTIONS): pg.Pool {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: connections,
    connectionTimeoutMillis: limits.connectionTimeoutMillis,
    idleTimeoutMillis: limits.idleTimeoutMillis,
    ...silence,
    application_name: applicationName(ownRelease),
  });
  // A connection that breaks is replaced at the next use; without a listener it would end the process. The pool listens to what lies idle,
  // and its queries to their own, but the server's farewell may stand behind an answer in the same packet: then nobody has it in hand yet.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const nameLength = 16;
const names = new Map<string, string>();

/** By the text: whoever else uses the name means the same statement. */
function nameOf(text: string): string {
  const known = names.get(text);
  if (known !== undefined) return known;
  const name = `yizhan_${createHash('sha256').update(text).digest('hex').slice(0, nameLength)}`;
  names.set(text, name);
  return name;
}

/**
 * SQLSTATEs of a statement that was prepared on another connection than the one it runs on, as behind a pooler that keeps none, or for a
 * schema that a migration has changed since. All of them come before anything is done.
 */
const NOT_PREPARED = ['26000', '42P05', '0A000'];
const unprepared = new WeakSet<pg.Pool>();

/**
 * A statement of its own that is run for every request: it is taken apart and planned once for each connection. Where that does not hold it
 * is run again as plain text, and on this pool from then on.
 */
export async function runPrepared(
  pool: pg.Pool,
  text: string,
  values: readonly unknown[],
): Promise<pg.QueryResult> {
  const plain = { text, values: [...values] };
  if (unprepared.has(pool)) return pool.query(plain);
  try {
    return await pool.query({ ...plain, name: nameOf(text) });
  } catch (error) {
    if (!NOT_PREPARED.includes(errorCode(error))) throw error;
    unprepared.add(pool);
    return pool.query(plain);
  }
}

/** One transaction; `begin` may hold more than BEGIN, to save a round trip. */
export async function inTransaction<T>(
  pool: pg.Pool,
  begin: string | pg.QueryConfig,
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

/** A look through a large table takes its time; a dead line does not stay unnoticed for ever. */
const PATIENCE_MS = 6 * 3_600_000;

/** For a statement in a transaction that has lifted the server's limit: the pool's own is that of a request. */
export function patiently(text: string, values: unknown[] = []): pg.QueryConfig & { query_timeout: number } {
  // Without values it may be several statements.
  return { text, ...(values.length === 0 ? {} : { values }), query_timeout: PATIENCE_MS };
}

/** Codes (PostgreSQL appendix A and Node's) that mean "not now": nothing is wrong with the request. */
export function isUnavailable(code: string, message: string): boolean {
  return (
    /^(08|53|57|58|40)/.test(code) ||
    // 25006: this server has become the standby, and another one writes.
    ['25P03', '25006', '55P03'].includes(code) ||
    /^E(CONN|PIPE|TIMEDOUT|HOST|NET|AI|NOTFOUND)/.test(code) ||
    // pg gives its own failures no code.
    /Connection terminated|not queryable|Query read timeout|timeout exceeded when trying to connect|Cannot use a pool after/i.test(
      message,
    )
  );
}
