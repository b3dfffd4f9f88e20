import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { BenchTools } from '../group.ts';

/**
 * Other people's stores, each made to have a row on the disk before it says so. They live in a package of their
 * own (scripts/bench/peers): three of the four are native, and nothing of the terminal needs them.
 */
export interface DurablePeer {
  readonly name: string;
  enqueue(bytes: Uint8Array): void | Promise<void>;
  /** Many rows at once, before anything is measured; null where it is no queue. */
  readonly queue: null | { fill(rows: number, bytes: Uint8Array): void; claimAndAcknowledge(): void };
  close(): void | Promise<void>;
}

const PEERS_DIR = join(import.meta.dirname, '../peers');
const INSTALL_WITHIN_MS = 300_000;
const FULL = 2;

const kinds: Readonly<Record<string, (folder: string) => Promise<DurablePeer> | DurablePeer>> = {
  'better-sqlite3': openBetterSqlite,
  plainjob: openPlainjob,
  lmdb: openLmdb,
  'classic-level': openClassicLevel,
};

/** The peers that can be had; those that cannot are said by name, and nothing is printed about them. */
export async function openPeers(folder: string, { bringPeers, say }: BenchTools): Promise<DurablePeer[]> {
  if (bringPeers && !existsSync(join(PEERS_DIR, 'node_modules'))) {
    say(`bringing the peers into ${PEERS_DIR}`);
    // Their prebuilt libraries lie in the packages: no script of theirs needs to run.
    spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--ignore-scripts'], {
      cwd: PEERS_DIR,
      timeout: INSTALL_WITHIN_MS,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  }
  const opened: DurablePeer[] = [];
  for (const [name, open] of Object.entries(kinds)) {
    try {
      opened.push(await open(folder));
    } catch (error) {
      const [reason] = (error instanceof Error ? error.message : String(error)).split('\n');
      say(`not measured: ${name} (${reason ?? ''}); npm run bench -- --peers brings the peers`);
    }
  }
  return opened;
}

const fromPeers = createRequire(join(PEERS_DIR, 'package.json'));

interface BetterSqlite {
  pragma(text: string): unknown;
  pragma(text: string, options: { simple: true }): unknown;
  exec(text: string): void;
  prepare(text: string): { run(...values: unknown[]): unknown };
  close(): void;
}

function betterSqlite(file: string): BetterSqlite {
  // What is used of better-sqlite3: the package is not there when this is compiled.
  const Database = fromPeers('better-sqlite3') as new (file: string) => BetterSqlite;
  const database = new Database(file);
  database.pragma('journal_mode = WAL');
  database.pragma('synchronous = FULL');
  return database;
}

function openBetterSqlite(folder: string): DurablePeer {
  const database = betterSqlite(join(folder, 'better-sqlite3.db'));
  database.exec('CREATE TABLE queue (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO queue (body) VALUES (?)');
  return {
    name: 'better-sqlite3 WAL FULL',
    enqueue: (bytes) => {
      insert.run(bytes);
    },
    queue: null,
    close: () => {
      database.close();
    },
  };
}

interface Plainjob {
  better(database: BetterSqlite): unknown;
  defineQueue(options: { connection: unknown; logger: object; serializer: (data: unknown) => string }): {
    add(type: string, data: unknown): unknown;
    addMany(type: string, data: unknown[]): unknown;
    getAndMarkJobAsProcessing(type: string): { id: number } | undefined;
    getJobById(id: number): { data: string } | undefined;
    markJobAsDone(id: number): void;
    close(): void;
  };
}

function openPlainjob(folder: string): DurablePeer {
  const { better, defineQueue } = fromPeers('plainjob') as Plainjob; // as above
  const database = betterSqlite(join(folder, 'plainjob.db'));
  const silent = () => undefined;
  const queue = defineQueue({
    connection: better(database),
    logger: { error: silent, warn: silent, info: silent, debug: silent },
    // It keeps text only.
    serializer: (data) => Buffer.from(data as Uint8Array).toString('latin1'), // our own bytes, below
  });
  // It sets its own, less careful way when it opens.
  database.pragma('synchronous = FULL');
  if (database.pragma('synchronous', { simple: true }) !== FULL) throw new Error('it cannot be made durable');
  return {
    name: 'plainjob made FULL',
    enqueue: (bytes) => {
      queue.add('application', bytes);
    },
    queue: {
      fill: (rows, bytes) => {
        const ROWS_AT_ONCE = 500;
        for (let done = 0; done < rows; done += ROWS_AT_ONCE)
          queue.addMany('application', Array<Uint8Array>(ROWS_AT_ONCE).fill(bytes));
      },
      claimAndAcknowledge: () => {
        const job = queue.getAndMarkJobAsProcessing('application');
        if (job === undefined || queue.getJobById(job.id) === undefined) throw new Error('plainjob is empty');
        queue.markJobAsDone(job.id);
      },
    },
    close: () => {
      queue.close();
    },
  };
}

interface Lmdb {
  open(options: { path: string; encoding: 'binary'; overlappingSync: boolean }): {
    putSync(key: number, value: Uint8Array): unknown;
    close(): Promise<void>;
  };
}

function openLmdb(folder: string): DurablePeer {
  const { open } = fromPeers('lmdb') as Lmdb; // as above
  const store = open({ path: join(folder, 'lmdb'), encoding: 'binary', overlappingSync: false });
  let next = 0;
  return {
    name: 'lmdb, a synchronous transaction each',
    enqueue: (bytes) => {
      next += 1;
      store.putSync(next, bytes);
    },
    queue: null,
    close: () => store.close(),
  };
}

interface ClassicLevel {
  open(): Promise<void>;
  put(key: string, value: Uint8Array, options: { sync: true }): Promise<void>;
  close(): Promise<void>;
}

async function openClassicLevel(folder: string): Promise<DurablePeer> {
  const { ClassicLevel: Level } = fromPeers('classic-level') as {
    readonly ClassicLevel: new (folder: string, options: { valueEncoding: 'view' }) => ClassicLevel;
  }; // as above
  const level = new Level(join(folder, 'classic-level'), { valueEncoding: 'view' });
  await level.open();
  let next = 0;
  return {
    name: 'classic-level, sync',
    enqueue: (bytes) => {
      next += 1;
      return level.put(String(next).padStart(12, '0'), bytes, { sync: true });
    },
    queue: null,
    close: () => level.close(),
  };
}
