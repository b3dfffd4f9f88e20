import { spawn, type ChildProcess } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startEmbedded, type EmbeddedDatabase, type EmbeddedOptions } from './embedded.ts';
import { embeddedOptionsForTests, temporaryFolder } from './for-tests.ts';
import { processCommand, processIdentity } from './processes.ts';

let folder: string;
const running: EmbeddedDatabase[] = [];

/** One folder, so that the cluster is made once; a test that needs a fresh one names another. */
beforeAll(() => {
  folder = temporaryFolder();
});

afterEach(async () => {
  for (const database of running.splice(0)) await database.stop();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function start(changes: Partial<EmbeddedOptions>): Promise<EmbeddedDatabase> {
  const started = await startEmbedded({ ...embeddedOptionsForTests(join(folder, 'data')), ...changes });
  if (!started.ok) throw new Error(started.fault.detail);
  running.push(started.value);
  return started.value;
}

async function query(database: EmbeddedDatabase, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

/** Processes whose command line names this test's folder. */
function processesOfFolder(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && processIdentity(pid) !== null && processCommand(pid).includes(folder));
}

const onLinux = describe.skipIf(process.platform !== 'linux');

onLinux('the database of a data folder', () => {
  test('keeps its rows over a stop and a start, is durable, and leaves no process', async () => {
    const first = await start({});
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    expect(await query(first, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
    expect(statSync(join(folder, 'data', 'password')).mode & 0o777).toBe(0o600);
    await first.stop();
    await first.exited;
    expect(processesOfFolder()).toEqual([]);
    const second = await start({});
    expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  }, 30_000);

  test('is not started a second time while its owner lives, and the first goes on', async () => {
    const first = await start({});
    const second = await startEmbedded(embeddedOptionsForTests(join(folder, 'data')));
    expect(second).toMatchObject({
      ok: false,
      fault: { detail: expect.stringContaining('is in use by process') },
    });
    expect(await query(first, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 30_000);

  test.each([50, 600])(
    'called off %i ms after its start, it leaves no process',
    async (delayMs) => {
      const dataDir = join(folder, `called-off-${String(delayMs)}`);
      const options = embeddedOptionsForTests(dataDir);
      const calledOff = new AbortController();
      options.clock.after(delayMs, () => calledOff.abort());
      const started = await startEmbedded({ ...options, signal: calledOff.signal });
      if (started.ok) await started.value.stop();
      expect(processesOfFolder()).toEqual([]);
      const next = await start({ dataDir });
      expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    },
    30_000,
  );

  test('starts again when its parent was killed and the server lives on as an orphan', async () => {
    const { pid } = await startInChildAndKillIt();
    expect(processIdentity(pid)).not.toBeNull();
    const next = await start({});
    expect(processIdentity(pid)).toBeNull();
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 30_000);

  test('starts again when the server was killed too, right away', async () => {
    const { pid } = await startInChildAndKillIt();
    process.kill(pid, 'SIGKILL');
    expect(existsSync(join(folder, 'data', 'cluster', 'postmaster.pid'))).toBe(true);
    const next = await start({});
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 30_000);

  test('starts again when the number in postmaster.pid now belongs to another program', async () => {
    const first = await start({});
    const pidFile = join(folder, 'data', 'cluster', 'postmaster.pid');
    const content = readFileSync(pidFile, 'utf8');
    await first.stop();
    writeFileSync(pidFile, content.replace(/^\d+/, String(process.pid)));
    const next = await start({});
    expect(await query(next, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 30_000);

  test('a cluster that was half made is made anew', async () => {
    const dataDir = join(folder, 'half');
    mkdirSync(join(dataDir, 'cluster.unfinished'), { recursive: true });
    writeFileSync(join(dataDir, 'cluster.unfinished', 'PG_VERSION'), '18');
    const database = await start({ dataDir });
    expect(await query(database, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  }, 30_000);
});

const asRoot = describe.skipIf(process.platform !== 'linux' || process.getuid?.() !== 0);

asRoot('root below a folder that only root can enter', () => {
  test('binaries are copied and data is placed where the database’s user can reach them', async () => {
    const { locked, nativeDir } = lockedCheckout();
    const fallbackRoot = join(folder, 'fallback');
    const lines: object[] = [];
    const options = {
      dataDir: join(locked, 'data'),
      nativeDir,
      fallbackRoot,
      log: (line: object) => lines.push(line),
    };
    const first = await start(options);
    expect(first.dataDir.startsWith(fallbackRoot)).toBe(true);
    expect(lines).toContainEqual(
      expect.objectContaining({ event: 'database.data-elsewhere', used: first.dataDir }),
    );
    await query(first, 'CREATE TABLE kept AS SELECT 42 AS answer');
    await first.stop();
    const second = await start(options);
    expect(await query(second, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }]);
  }, 40_000);

  test('and when there is no such place, one sentence says what to do', async () => {
    const { locked, nativeDir } = lockedCheckout();
    const started = await startEmbedded({
      ...embeddedOptionsForTests(join(locked, 'data')),
      nativeDir,
      fallbackRoot: join(locked, 'fallback'),
    });
    expect(started).toMatchObject({
      ok: false,
      fault: { code: 'store.failed', detail: expect.stringMatching(/^The database cannot use .*\.$/) },
    });
  });

  function lockedCheckout(): { locked: string; nativeDir: string } {
    const locked = join(folder, 'locked');
    const from = dirname(embeddedOptionsForTests(folder).nativeDir);
    if (!existsSync(locked))
      cpSync(from, join(locked, 'package'), { recursive: true, verbatimSymlinks: true });
    chmodSync(locked, 0o700);
    return { locked, nativeDir: join(locked, 'package', 'native') };
  }
});

/** A database whose parent is another process, which is then killed. */
async function startInChildAndKillIt(): Promise<{ pid: number }> {
  const script = `
    const { embeddedOptionsForTests } = await import(${JSON.stringify(join(import.meta.dirname, 'for-tests.ts'))});
    const { startEmbedded } = await import(${JSON.stringify(join(import.meta.dirname, 'embedded.ts'))});
    const started = await startEmbedded(embeddedOptionsForTests(${JSON.stringify(join(folder, 'data'))}));
    console.log(JSON.stringify({ pid: started.value.pid }));
    setInterval(() => undefined, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { pid } = JSON.parse(await firstLine(child)) as { pid: number }; // printed by the script above
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
  return { pid };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      if (text.includes('\n')) resolve(text);
    });
    child.once('exit', (code) => reject(new Error(`the child ended with ${String(code)}`)));
  });
}
