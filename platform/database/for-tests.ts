import { randomBytes } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { systemClock } from '../system-clock.ts';
import { connect } from './connect.ts';
import { startEmbedded, type EmbeddedDatabase, type EmbeddedOptions } from './embedded.ts';
import { migrate } from './migrate.ts';
import { registryPostgres } from './places.ts';
import { migrationsDir } from './release.ts';

/** A real PostgreSQL for one test file; each test may have a database of its own. */
export interface TestPostgres {
  /** A database with the tables of this release; returns its URL. */
  createDatabase(): Promise<string>;
  /** One with nothing in it. */
  createEmptyDatabase(): Promise<string>;
  /** Ends the server and starts it again over the same data; URLs change their port, and only that. */
  restart(): Promise<void>;
  /** The URL of an earlier database after a restart. */
  urlNow(url: string): string;
  close(): Promise<void>;
}

/** A folder that the database's user can reach, for one test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

export function embeddedOptionsForTests(dataDir: string, nativeDir = ofTheRegistry()): EmbeddedOptions {
  return {
    dataDir,
    nativeDir,
    fallbackRoot: join(dataDir, 'fallback'),
    clock: systemClock,
    randomBytes,
    signal: new AbortController().signal,
    log: () => undefined,
  };
}

function ofTheRegistry(): string {
  const native = registryPostgres();
  if (!native.ok) throw new Error(native.fault.detail);
  return native.value;
}

/** At once: what it would still write down is thrown away. */
async function end(server: EmbeddedDatabase): Promise<void> {
  try {
    process.kill(server.pid, 'SIGQUIT');
    await server.exited;
  } catch {
    // It has ended by itself.
  }
  await server.stop();
}

/** What each database with the tables of this release is a copy of. */
const RELEASE = 'release';

/** `nativeDir`: another PostgreSQL than the registry's, by the folder above its `bin`. */
export async function startTestPostgres(nativeDir?: string): Promise<TestPostgres> {
  const dataDir = temporaryFolder();
  let server = await startWithRelease(dataDir, nativeDir);
  let serial = 0;
  const create = async (template: string) => {
    serial += 1;
    const name = `test_${String(serial)}`;
    await createDatabase(server, name, template);
    return urlOf(server, name);
  };
  return {
    createDatabase: () => create(RELEASE),
    createEmptyDatabase: () => create('template1'),
    restart: async () => {
      await server.stop();
      server = await start(dataDir, nativeDir);
    },
    urlNow: (url) => urlOf(server, new URL(url).pathname.slice(1)),
    close: async () => {
      await end(server);
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/**
 * A cluster is made, and brought to this release, once in a run of all tests, which names the folder for it (scripts/test.ts): each file has a copy of
 * its own. A file that is run alone makes its own.
 */
async function startWithRelease(dataDir: string, nativeDir: string | undefined): Promise<EmbeddedDatabase> {
  const shared = process.env['YIZHAN_TEST_CLUSTER'];
  if (shared === undefined || nativeDir !== undefined) return startAndMigrate(dataDir, nativeDir);
  const whole = join(shared, 'data');
  if (!existsSync(whole)) await makeShared(whole, shared);
  copyFolder(whole, dataDir);
  return start(dataDir);
}

async function startAndMigrate(dataDir: string, nativeDir?: string): Promise<EmbeddedDatabase> {
  const server = await start(dataDir, nativeDir);
  await createDatabase(server, RELEASE, 'template1');
  const pool = connect(urlOf(server, RELEASE));
  const migrated = await migrate(pool, migrationsDir);
  await pool.end();
  if (!migrated.ok) throw new Error(migrated.fault.detail);
  return server;
}

/** Workers that come at once each make one, and the first one's stays. */
async function makeShared(whole: string, shared: string): Promise<void> {
  const making = temporaryFolder();
  await (await startAndMigrate(making)).stop();
  const beside = mkdtempSync(join(shared, 'making-'));
  copyFolder(making, beside);
  rmSync(making, { recursive: true });
  try {
    renameSync(beside, whole);
  } catch (error) {
    if (!existsSync(whole)) throw error;
    rmSync(beside, { recursive: true });
  }
}

/** With owners and modes, on which PostgreSQL insists; `to` is there. */
function copyFolder(from: string, to: string): void {
  execFileSync('cp', ['-a', `${from}/.`, to], { timeout: 60_000 });
}

async function createDatabase(server: EmbeddedDatabase, name: string, template: string): Promise<void> {
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  await client.end();
}

function urlOf(server: EmbeddedDatabase, database: string): string {
  return server.url.replace(/\/[^/]*$/, `/${database}`);
}

async function start(dataDir: string, nativeDir?: string): Promise<EmbeddedDatabase> {
  const started = await startEmbedded(embeddedOptionsForTests(dataDir, nativeDir));
  if (!started.ok) throw new Error(started.fault.detail);
  return started.value;
}
