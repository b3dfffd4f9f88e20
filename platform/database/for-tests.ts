import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { systemClock } from '../system-clock.ts';
import { startEmbedded, type EmbeddedDatabase, type EmbeddedOptions } from './embedded.ts';
import { registryPostgres } from './places.ts';

/** A real PostgreSQL for one test file; each test may have a database of its own. */
export interface TestPostgres {
  /** An empty database; returns its URL. */
  createDatabase(): Promise<string>;
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

/** `nativeDir`: another PostgreSQL than the registry's, by the folder above its `bin`. */
export async function startTestPostgres(nativeDir = ofTheRegistry()): Promise<TestPostgres> {
  const dataDir = temporaryFolder();
  const start = async (): Promise<EmbeddedDatabase> => {
    const started = await startEmbedded(embeddedOptionsForTests(dataDir, nativeDir));
    if (!started.ok) throw new Error(started.fault.detail);
    return started.value;
  };
  let serial = 0;
  let server = await start();
  const urlFor = (database: string) => server.url.replace(/\/[^/]*$/, `/${database}`);
  return {
    createDatabase: async () => {
      serial += 1;
      const name = `test_${String(serial)}`;
      const client = new pg.Client({ connectionString: server.url });
      await client.connect();
      await client.query(`CREATE DATABASE ${name}`);
      await client.end();
      return urlFor(name);
    },
    restart: async () => {
      await server.stop();
      server = await start();
    },
    urlNow: (url) => urlFor(new URL(url).pathname.slice(1)),
    close: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
