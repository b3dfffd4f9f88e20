import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { fault } from '#contract/fault.ts';
import { sleep, type Clock, type RandomBytes } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { errorCode, type Log } from '../log.ts';
import { takeDataFolder } from './data-owner.ts';
import { makePrivateFolder, reachableBinaries, reachableDataFolder } from './places.ts';
import { startServer, stopOrphan, type Server } from './postmaster.ts';
import { stopPostmaster } from './processes.ts';
import { databaseUser, runDetached, type RunAs } from './run-as.ts';

export interface EmbeddedOptions {
  /** Absolute; made when it is missing. */
  readonly dataDir: string;
  /** PostgreSQL's `bin`, `lib`, `share` (places.ts: registryPostgres). */
  readonly nativeDir: string;
  /** Used by root only, where the database's user cannot reach the two folders above. */
  readonly fallbackRoot: string;
  /** Absent: any free one. */
  readonly port?: number;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Aborting while it starts ends every process that was started. */
  readonly signal: AbortSignal;
  readonly log: Log;
}

export interface EmbeddedDatabase {
  /** With the password: never into a log. */
  readonly url: string;
  /** Where the data really is. */
  readonly dataDir: string;
  readonly pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  readonly exited: Promise<void>;
  /** Ends every process within 5 s; may be called twice. */
  stop(): Promise<void>;
}

const delays = {
  /** A cluster of this size is made in one second; a slow card reader of a disk takes its time. */
  initdbLimitMs: 60_000,
  /** The memory of a killed server goes when its last child does. */
  retryAfterMs: 400,
} as const;
const START_ATTEMPTS = 8;
const USER = 'yizhan';
export const DATABASE = 'yizhan';

/** Starts (and first makes) the cluster of a data folder. Every failure is one sentence. */
export async function startEmbedded(options: EmbeddedOptions): Promise<Result<EmbeddedDatabase>> {
  const runAs = databaseUser();
  if (!runAs.ok) return runAs;
  const native = reachableBinaries(options.nativeDir, options.fallbackRoot, runAs.value);
  if (!native.ok) return native;
  const folder = reachableDataFolder(options.dataDir, options.fallbackRoot, runAs.value);
  if (!folder.ok) return folder;
  if (folder.value !== options.dataDir) {
    options.log({ event: 'database.data-elsewhere', wanted: options.dataDir, used: folder.value });
  }
  const owner = takeDataFolder(folder.value);
  if (!owner.ok) return owner;
  const started = await startIn(folder.value, native.value, runAs.value, options);
  if (!started.ok) {
    owner.value.release();
    return started;
  }
  const { child, exited, port, password } = started.value;
  return ok({
    url: databaseUrl(port, password, DATABASE),
    dataDir: folder.value,
    pid: child.pid,
    exited,
    stop: async () => {
      await stopPostmaster(child.pid, options.clock);
      owner.value.release();
    },
  });
}

interface Running extends Server {
  readonly port: number;
  readonly password: string;
}

async function startIn(
  folder: string,
  native: string,
  runAs: RunAs,
  options: EmbeddedOptions,
): Promise<Result<Running>> {
  const password = storedPassword(folder, options.randomBytes);
  const made = await makeCluster(folder, native, runAs, password, options);
  if (!made.ok) return made;
  await stopOrphan(join(folder, 'cluster'), options.clock, options.log);

  let reason = 'it did not start';
  for (let attempt = 0; attempt < START_ATTEMPTS && !options.signal.aborted; attempt += 1) {
    const port = options.port ?? (await freePort());
    const server = await startServer(folder, native, runAs, port, options);
    if (server.ok) {
      const ready = await ensureDatabase(port, password);
      if (ready.ok) return ok({ ...server.value, port, password });
      await stopPostmaster(server.value.child.pid, options.clock);
      return ready;
    }
    reason = server.fault.detail ?? reason;
    if (!/shared memory|could not bind|in use|already exists/.test(reason)) break;
    await sleep(options.clock, delays.retryAfterMs);
  }
  if (options.signal.aborted) return err(fault('store.failed', 'The start was called off.'));
  return err(fault('store.failed', `PostgreSQL does not start in ${folder}: ${reason}`));
}

/** Random per data folder, readable by its owner alone. */
function storedPassword(folder: string, randomBytes: RandomBytes): string {
  const path = join(folder, 'password');
  if (existsSync(path)) return readFileSync(path, 'utf8').trim();
  const password = Buffer.from(randomBytes(24)).toString('hex');
  writeFileSync(path, password, { mode: 0o600, flag: 'wx' });
  return password;
}

async function makeCluster(
  folder: string,
  native: string,
  runAs: RunAs,
  password: string,
  options: EmbeddedOptions,
): Promise<Result<void>> {
  const cluster = join(folder, 'cluster');
  if (existsSync(cluster)) return ok(undefined);
  // Made beside its place and moved when it is whole, so that a kill leaves no half of a cluster.
  const unfinished = `${cluster}.unfinished`;
  const passwordFile = join(folder, 'password.initdb');
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(passwordFile, { force: true });
  makePrivateFolder(unfinished, runAs);
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' });
  if (runAs) chownSync(passwordFile, runAs.uid, runAs.gid);
  const child = runDetached(
    join(native, 'bin', 'initdb'),
    initdbArguments(unfinished, passwordFile),
    runAs,
    'ignore',
  );
  const code = await exitCode(child, options, delays.initdbLimitMs);
  rmSync(passwordFile, { force: true });
  if (code !== 0) {
    rmSync(unfinished, { recursive: true, force: true });
    return err(
      fault('store.failed', `PostgreSQL could not make its cluster in ${folder} (initdb: ${String(code)}).`),
    );
  }
  renameSync(unfinished, cluster);
  return ok(undefined);
}

function initdbArguments(cluster: string, passwordFile: string): string[] {
  return [
    `--pgdata=${cluster}`,
    `--username=${USER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--no-instructions',
  ];
}

/** `null` when it was called off, was too slow, or could not be run; the whole group is then ended. */
async function exitCode(
  child: ChildProcess,
  options: EmbeddedOptions,
  limitMs: number,
): Promise<number | null> {
  return new Promise((resolve) => {
    const endGroup = () => {
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const cancel = options.clock.after(limitMs, endGroup);
    options.signal.addEventListener('abort', endGroup);
    if (options.signal.aborted) endGroup();
    const done = (code: number | null) => {
      cancel();
      options.signal.removeEventListener('abort', endGroup);
      resolve(code);
    };
    child.once('error', () => done(null));
    child.once('exit', done);
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** One that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

async function ensureDatabase(port: number, password: string): Promise<Result<void>> {
  const client = new pg.Client({
    connectionString: databaseUrl(port, password, 'postgres'),
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
  });
  client.on('error', () => undefined); // Shows as the failure of the query that follows.
  try {
    await client.connect();
    const found = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (found.rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
    return ok(undefined);
  } catch (error) {
    return err(fault('store.failed', `The new database does not answer (${errorCode(error)}).`));
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** With the password: never into a log. */
export function databaseUrl(port: number, password: string, database: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${String(port)}/${database}`;
}
