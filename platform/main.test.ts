import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseEnrolmentCode } from '#contract/enrolment-code.ts';
import { connect } from './database/connect.ts';
import { startTestPostgres, temporaryFolder } from './database/for-tests.ts';
import { migrate } from './database/migrate.ts';
import { processCommand, processIdentity } from './database/processes.ts';
import { migrationsDir } from './database/release.ts';
import {
  bareEnvironment,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  TERMINAL,
  applicationId,
  call,
  submission,
} from './for-tests.ts';

let folder: string;
const children = new Set<ChildProcess>();

beforeAll(() => {
  folder = temporaryFolder();
});
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
});

function launch(changes: Record<string, string>) {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: {
      ...bareEnvironment(),
      YIZHAN_PLATFORM_DATA: join(folder, 'data'),
      YIZHAN_DESK_TOKEN: DESK_TOKEN,
      ...changes,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.add(child);
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  const ended = new Promise<{ code: number | null; errors: string }>((resolve) => {
    child.once('close', (code) => {
      children.delete(child);
      resolve({ code, errors });
    });
  });
  const url = new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (line: Buffer) => {
      resolve((JSON.parse(line.toString()) as { ready: { url: string } }).ready.url); // main.ts prints this
    });
    void ended.then(({ errors: why }) => reject(new Error(why)));
  });
  url.catch(() => undefined);
  return { child, url, ended };
}

const serversLeft = () =>
  readdirSync('/proc').filter((pid) => {
    const number = Number(pid);
    return number > 0 && processIdentity(number) !== null && processCommand(number).includes(folder);
  });

const submitTo = (url: string) =>
  call(`${url}/v1/applications/${applicationId(1)}/revisions/1`, {
    method: 'PUT',
    by: TERMINAL,
    nowMs: Date.now(),
    body: submission(ORDINARY_PAYLOAD),
  });

/** The operator's command on the platform's own database. */
function operator(...args: string[]): string {
  return execFileSync(process.execPath, [join(import.meta.dirname, 'cli.ts'), ...args], {
    env: { ...bareEnvironment(), YIZHAN_PLATFORM_DATA: join(folder, 'data') },
    encoding: 'utf8',
  });
}

const enrolAt = (url: string, code: string) =>
  call(`${url}/v1/terminals/enrol`, {
    method: 'POST',
    by: TERMINAL,
    nowMs: Date.now(),
    body: {
      terminalId: 'T-01',
      stationId: TERMINAL.stationId,
      publicKey: TERMINAL.publicKey,
      code: parseEnrolmentCode(code),
    },
  });

test('the operator lets a terminal in and out; an acknowledged case survives SIGTERM, and SIGKILL of the platform, with the same number', async () => {
  const first = launch({});
  const url = await first.url;
  const code = operator('issue-code', '--terminal', 'T-01', '--station', TERMINAL.stationId);
  expect((await enrolAt(url, code)).status).toBe(200);
  expect(operator('terminals')).toContain(`T-01  999901001  ${TERMINAL.keyId}  enrolled`);
  expect(operator('items', 'T-01', 'senior-card')).toContain('  senior-card  ');
  expect(() => operator('items', 'T-01', 'no-such-item')).toThrow('item.unknown: no-such-item');
  expect(operator('items', 'T-01')).toContain('  senior-card  ');
  expect(operator('items', 'T-01', '--all')).toContain('T-01 may offer all');
  const stored = await submitTo(url);
  expect(stored.status).toBe(200);
  first.child.kill('SIGTERM');
  expect((await first.ended).code).toBe(0);
  expect(serversLeft()).toEqual([]);

  const second = launch({});
  await second.url;
  second.child.kill('SIGKILL');
  await second.ended;

  const third = launch({});
  expect((await submitTo(await third.url)).text).toBe(stored.text);
  expect(operator('revoke', '--terminal', 'T-01', '--reason', 'it was stolen')).toContain('is revoked');
  expect((await submitTo(await third.url)).json).toMatchObject({ code: 'TERMINAL_REVOKED' });
  expect(operator('terminals')).toMatch(/T-01 .* revoked .*\(it was stolen\)/);
  third.child.kill('SIGINT');
  expect((await third.ended).code).toBe(0);
  expect(serversLeft()).toEqual([]);
}, 60_000);

test('SIGTERM while it starts ends it and its database', async () => {
  const starting = launch({ YIZHAN_PLATFORM_DATA: join(folder, 'fresh') });
  while (serversLeft().length === 0) await new Promise((resolve) => setImmediate(resolve));
  starting.child.kill('SIGTERM');
  await starting.ended;
  expect(serversLeft()).toEqual([]);
}, 30_000);

test('SIGTERM ends a node that waits for another one’s migration', async () => {
  const postgres = await startTestPostgres();
  const url = await postgres.createEmptyDatabase();
  const other = connect(url, 2);
  const client = await other.connect();
  // The lock of who migrates (database/migrate.ts), which takes hours.
  await client.query(
    'SET idle_in_transaction_session_timeout = 0; BEGIN; SELECT pg_advisory_xact_lock(7020001)',
  );
  const waiting = launch({ DATABASE_URL: url });
  const isWaiting = `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`;
  while ((await other.query(isWaiting)).rowCount === 0);
  waiting.child.kill('SIGTERM');
  expect((await waiting.ended).code).toBe(0);
  // It was not the migration that had ended.
  const held = await client.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND granted`);
  expect(held.rowCount).toBe(1);
  await client.query('ROLLBACK');
  client.release();
  await other.end();
  await postgres.close();
}, 60_000);

test('a start that finds a table in use says so in one sentence', async () => {
  const postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  const other = connect(url, 2);
  await migrate(other, migrationsDir);
  const client = await other.connect();
  await client.query(
    'SET idle_in_transaction_session_timeout = 0; BEGIN; LOCK TABLE schema_migration IN ACCESS EXCLUSIVE MODE',
  );
  const { code, errors } = await launch({ DATABASE_URL: url }).ended;
  expect(code).toBe(1);
  expect(errors).toContain('waited for a table that is in use');
  expect(errors.trim().split('\n')).toHaveLength(1);
  await client.query('ROLLBACK');
  client.release();
  await other.end();
  await postgres.close();
}, 60_000);

test('a wrong setting stops the start with one line that names it', async () => {
  const { code, errors } = await launch({ YIZHAN_DESK_TOKEN: 'short' }).ended;
  expect(code).toBe(1);
  expect(errors.trim().split('\n')).toHaveLength(1);
  expect(errors).toContain('YIZHAN_DESK_TOKEN');
}, 20_000);
