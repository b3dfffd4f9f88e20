import { spawn, type ChildProcess } from 'node:child_process';
import {
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { fault } from '#contract/fault.ts';
import { sleep, type Clock, type RandomBytes } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { errorCode, type Log } from '../log.ts';
import { takeDataFolder } from './data-owner.ts';
import { makePrivateFolder, reachableBinaries, reachableDataFolder } from './places.ts';
import { processCommand, processIdentity, stopPostmaster } from './processes.ts';
import { databaseUser, type RunAs } from './run-as.ts';

export interface EmbeddedOptions {
  /** Absolute; made when it is missing. */
  readonly dataDir: string;
  /** PostgreSQL's `bin`, `lib`, `share` (places.ts: registryPostgres). */
  readonly nativeDir: string;
  /** Used by root only, where the database's user cannot reach the two folders above. */
  readonly fallbackRoot: string;
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
  /** Start includes crash recovery. */
  startLimitMs: 60_000,
  pollMs: 25,
  /** The memory of a killed server goes when its last child does. */
  retryAfterMs: 400,
} as const;
const START_ATTEMPTS = 8;
const USER = 'yizhan';
const DATABASE = 'yizhan';

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

interface Running {
  readonly child: ChildProcess & { readonly pid: number };
  readonly exited: Promise<void>;
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
  await stopOrphan(join(folder, 'cluster'), options);

  let reason = 'it did not start';
  for (let attempt = 0; attempt < START_ATTEMPTS && !options.signal.aborted; attempt += 1) {
    const port = await freePort();
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
  const child = run(
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

/** Started as a group of its own: Ctrl-C in a terminal reaches us, and we end the database last. */
function run(program: string, args: string[], runAs: RunAs, output: number | 'ignore'): ChildProcess {
  return spawn(program, args, {
    ...(runAs ?? {}),
    cwd: '/',
    // Nothing of our environment: it may hold tokens.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', output, output],
  });
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

/** A server of this cluster that outlived its parent. */
async function stopOrphan(cluster: string, options: EmbeddedOptions): Promise<void> {
  const pid = postmaster(cluster)?.pid;
  if (pid === undefined) return;
  if (processIdentity(pid) !== null && processCommand(pid).includes(` ${cluster} `)) {
    options.log({ event: 'database.orphan-stopped', pid });
    await stopPostmaster(pid, options.clock);
  } else {
    // PostgreSQL takes any process of this number for a living server: another program that has it now,
    // or a dead one that nobody has reaped. Its own check of the shared memory stays.
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
  }
}

/** Manual 68.1: line 1 is the process, line 8 its state. */
function postmaster(cluster: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
  } catch {
    return null;
  }
}

async function startServer(
  folder: string,
  native: string,
  runAs: RunAs,
  port: number,
  options: EmbeddedOptions,
): Promise<Result<Pick<Running, 'child' | 'exited'>>> {
  const cluster = join(folder, 'cluster');
  const logPath = join(folder, 'postgres.log');
  // A file, not a pipe: the server may outlive us.
  const output = openSync(logPath, 'w', 0o600);
  const child = run(join(native, 'bin', 'postgres'), serverArguments(cluster, port), runAs, output);
  closeSync(output);
  let gone = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      gone = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const giveUpAt = options.clock.monotonicMs() + delays.startLimitMs;
  while (!gone && hasPid(child) && !options.signal.aborted && options.clock.monotonicMs() < giveUpAt) {
    const state = postmaster(cluster);
    if (state?.pid === child.pid && state.ready) return ok({ child, exited });
    await sleep(options.clock, delays.pollMs);
  }
  if (!gone && child.pid !== undefined) await stopPostmaster(child.pid, options.clock);
  return err(fault('store.failed', lastFatal(logPath)));
}

function hasPid(child: ChildProcess): child is ChildProcess & { readonly pid: number } {
  return child.pid !== undefined;
}

function serverArguments(cluster: string, port: number): string[] {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '64MB',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    lc_messages: 'C',
    // A row or statement in the log would be somebody's personal data.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_statement: 'none',
    log_checkpoints: 'off',
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
}

function lastFatal(logPath: string): string {
  const lines = readFileSync(logPath, 'utf8').trim().split('\n');
  return (lines.findLast((line) => line.includes('FATAL')) ?? lines.at(-1) ?? '').slice(0, 300);
}

async function freePort(): Promise<number> {
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

function databaseUrl(port: number, password: string, database: string): string {
  return `postgres://${USER}:${password}@127.0.0.1:${String(port)}/${database}`;
}
