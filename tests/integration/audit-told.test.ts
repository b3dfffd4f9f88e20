import { randomBytes, randomUUID } from 'node:crypto';
import { cpSync } from 'node:fs';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { clockForTests, startTestPlatform, TERMINAL, TEST_NOW_MS } from '#platform/for-tests.ts';
import { issuePermit, revokePermit } from '#platform/permits/permits.ts';
import type { Platform } from '#platform/server.ts';
import { auditFindings } from '#platform/terminal-audit/read-terminal-audit.ts';
import type { Access } from '#terminal/access/access.ts';
import { accessForTests } from '#terminal/access/for-tests.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import { createTellAudit } from '#terminal/audit/tell-audit.ts';
import type { LogLine } from '#terminal/log.ts';
import { createPlatformClient, type WholePlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { startAnswerProxy, type AnswerProxy } from '../support/answer-proxy.ts';
import { signedAs } from '../support/enrolment.ts';
import { expectValue } from '../support/expect-value.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

/** A terminal's audit, and the codes that let somebody in there, between its store and the real platform. */

let postgres: TestPostgres;
let platform: Platform;
let pool: pg.Pool;
let proxy: AnswerProxy;
let folders: string[];
let open: Terminal[];

interface Terminal {
  readonly dataDir: string;
  readonly store: Store;
  readonly client: WholePlatformClient;
  readonly access: Access;
  readonly logged: LogLine[];
  isLineFree: boolean;
  asked: number;
  /** The rows behind which the platform was found to have lost what it had. */
  readonly putBack: number[];
  tell(): Promise<void>;
  write(rows: number): void;
  close(): void;
}

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.close());
beforeEach(async () => {
  const databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
  proxy = await startAnswerProxy(Number(new URL(platform.url).port));
  folders = [];
  open = [];
});
afterEach(async () => {
  for (const one of open) one.close();
  for (const folder of folders) removeDataDir(folder);
  await pool.end();
  await proxy.close();
  await platform.close();
});

function newFolder(): string {
  const folder = newDataDir();
  folders.push(folder);
  return folder;
}

function start(dataDir = newFolder()): Terminal {
  const store = expectValue(openStore(dataDir));
  const logged: LogLine[] = [];
  const client = createPlatformClient({
    url: `http://127.0.0.1:${proxy.port}`,
    signing: signedAs(TERMINAL, TEST_NOW_MS),
    timeoutMs: 5_000,
    transport: createPlatformTransport(null),
  });
  const audit = createAudit(store, clockForTests);
  const log = (line: LogLine) => logged.push(line);
  const access = accessForTests({
    store,
    audit,
    clock: clockForTests,
    permits: { terminalId: 'T-01', secret: () => Buffer.alloc(32, 5) },
    log,
    idleMs: 60_000,
    longestMs: 60_000,
  });
  const telling = createTellAudit({
    store,
    audit,
    client,
    clock: clockForTests,
    log,
    randomHex: (bytes) => randomBytes(bytes).toString('hex'),
    isLineFree: () => {
      terminal.asked += 1;
      return terminal.isLineFree;
    },
    onPutBack: (lastRowThere) => terminal.putBack.push(lastRowThere),
  });
  const terminal: Terminal = {
    dataDir,
    store,
    client,
    access,
    logged,
    isLineFree: true,
    asked: 0,
    putBack: [],
    tell: () => telling.send(),
    write: (rows) => {
      store.transaction(() => {
        for (let row = 0; row < rows; row += 1)
          audit.write({
            event: 'visit.ended',
            actor: 'resident',
            subject: null,
            disposition: 'success',
            detail: randomUUID(),
          });
      });
    },
    close: () => {
      telling.close();
      client.close();
      store.close();
      open = open.filter((one) => one !== terminal);
    },
  };
  open.push(terminal);
  return terminal;
}

const there = async (): Promise<number> =>
  Number((await pool.query('SELECT count(*) AS n FROM terminal_audit')).rows[0]?.n);
const findings = async (): Promise<string[]> =>
  (await auditFindings(pool, '', 100)).map(({ kind, sequence, until }) =>
    until === null ? `${kind} ${sequence}` : `${kind} ${sequence}-${until}`,
  );
const toldUntil = (of: Terminal): number =>
  Number(of.store.sql('SELECT sequence FROM audit_told').get()?.['sequence'] ?? 0);

it('months of it are told in parts, each behind whatever residents have submitted, and go on where they stopped', async () => {
  const terminal = start();
  terminal.write(950);
  terminal.isLineFree = false;
  await terminal.tell();
  expect([await there(), terminal.asked]).toEqual([0, 1]);
  terminal.isLineFree = true;
  await terminal.tell();
  // Five parts, and asked before each, and once to hear that nothing is left.
  expect([await there(), terminal.asked, await findings()]).toEqual([950, 7, []]);
  terminal.close();
  const again = start(terminal.dataDir);
  again.write(3);
  await again.tell();
  expect([await there(), toldUntil(again), await findings()]).toEqual([953, 953, []]);
});

it('an answer that was lost is asked for again, and nothing is there twice', async () => {
  const terminal = start();
  terminal.write(300);
  let answers = 0;
  proxy.onAnswer = () => (answers += 1) === 1;
  await terminal.tell();
  expect([await there(), toldUntil(terminal)]).toEqual([200, 0]);
  await terminal.tell();
  expect([await there(), toldUntil(terminal), await findings()]).toEqual([300, 300, []]);
});

describe('a terminal whose rows are not those that it told', () => {
  it('was put back from an older copy: it goes on under another name, and the platform says what is gone', async () => {
    const terminal = start();
    terminal.write(20);
    await terminal.tell();
    terminal.close();
    const copy = newFolder();
    cpSync(terminal.dataDir, copy, { recursive: true });
    const went = start(terminal.dataDir);
    went.write(10);
    await went.tell();
    went.close();
    const back = start(copy);
    back.write(4);
    await back.tell();
    // 21 to 30 were told; what is there now is 21 to 24, and the row that says so.
    expect((await findings()).sort()).toEqual(['restored 21-30', 'told-otherwise 21']);
    expect([await there(), toldUntil(back)]).toEqual([35, 25]);
    expect(
      back.store.sql("SELECT subject FROM audit WHERE event = 'audit.told-otherwise'").all(),
    ).toMatchObject([{ subject: '21' }]);
    expect(back.logged.map(({ event }) => event)).toContain('audit.told-otherwise');
    // It goes on, and is asked no more of it.
    back.write(2);
    await back.tell();
    expect([await there(), (await findings()).length]).toEqual([37, 2]);
  });

  it('was changed behind the last told row: the platform names the place', async () => {
    const terminal = start();
    terminal.write(20);
    terminal.store.sql("UPDATE audit SET actor = 'staff' WHERE sequence = 7").run();
    terminal.store.sql('DELETE FROM audit WHERE sequence = 15').run();
    await terminal.tell();
    expect((await findings()).sort()).toEqual(['changed 7', 'missing 15-15']);
    expect(await there()).toBe(19);
  });

  it('was cut off and goes on: what is missing is what was told', async () => {
    const terminal = start();
    terminal.write(20);
    await terminal.tell();
    terminal.store.sql('DELETE FROM audit WHERE sequence > 12').run();
    terminal.write(10);
    await terminal.tell();
    // Rows 13 to 20 are others now, and 21 does not follow the 20 that was told.
    expect(await findings()).toEqual(['out-of-place 21']);
  });
});

it('a platform that was put back from an older copy is told again what it has lost', async () => {
  const terminal = start();
  terminal.write(20);
  await terminal.tell();
  await pool.query('ALTER TABLE terminal_audit DISABLE TRIGGER ALL');
  await pool.query('DELETE FROM terminal_audit WHERE sequence > 8');
  await pool.query(
    `UPDATE terminal_audit_chain SET last = 8,
       last_hash = (SELECT hash FROM terminal_audit WHERE sequence = 8)`,
  );
  terminal.write(5);
  await terminal.tell();
  expect([await there(), toldUntil(terminal), await findings()]).toEqual([25, 25, []]);
  expect(terminal.putBack).toEqual([8]);
});

it('a platform that was put back to before this chain began is believed to have nothing of what came before either', async () => {
  const terminal = start();
  terminal.write(20);
  await terminal.tell();
  // As a recovery of the store does: what follows has a name of its own.
  terminal.store
    .sql(`INSERT INTO audit_piece (first_sequence, chain, why) VALUES (21, '${'a'.repeat(32)}', 'recovered')`)
    .run();
  terminal.write(5);
  await terminal.tell();
  await pool.query('ALTER TABLE terminal_audit DISABLE TRIGGER ALL');
  await pool.query('DELETE FROM terminal_audit WHERE sequence > 8');
  await pool.query('DELETE FROM terminal_audit_chain WHERE begins = 20');
  await pool.query(
    `UPDATE terminal_audit_chain SET last = 8,
       last_hash = (SELECT hash FROM terminal_audit WHERE sequence = 8)`,
  );
  terminal.write(2);
  await terminal.tell();
  expect(terminal.putBack).toEqual([0]);
  expect([await there(), toldUntil(terminal), await findings()]).toEqual([15, 27, ['missing 9-20']]);
});

it('a row that no platform could keep is left out, and missed there by its number', async () => {
  const terminal = start();
  terminal.write(5);
  // Of a release that wrote what it liked; its hash is its own.
  terminal.store.sql("UPDATE audit SET detail = 'a' || char(0) || 'b' WHERE sequence = 3").run();
  await terminal.tell();
  expect([await there(), await findings(), toldUntil(terminal)]).toEqual([4, ['missing 3-3'], 5]);
});

it('a code that the platform issues lets somebody in while the line is down, and no more once it is revoked', async () => {
  const terminal = start();
  const order = {
    terminalId: 'T-01',
    role: 'technician',
    hours: 8,
    reason: 'ticket 4711',
    issuedBy: null,
  } as const;
  expect(await issuePermit(pool, order, TEST_NOW_MS)).toEqual({ kind: 'no-key' });
  await terminal.access.permits.share(terminal.client);
  const issued = await issuePermit(pool, order, TEST_NOW_MS);
  const next = await issuePermit(pool, order, TEST_NOW_MS);
  if (issued.kind !== 'issued' || next.kind !== 'issued') throw new Error(issued.kind);
  expect([issued.permit.serial, next.permit.serial]).toEqual([0, 1]);
  await platform.close();
  const screen = terminal.access.ownScreens.open(() => undefined);
  expect(screen.signInByPermit(issued.code)).toEqual({ ok: true, value: null });
  expect(screen.person()).toEqual({ staffId: 'permit-0', role: 'technician' });
  // Kept nowhere but in the hand that was given it.
  const kept = JSON.stringify((await pool.query('SELECT * FROM terminal_permit')).rows);
  expect(kept).not.toContain(issued.code.replaceAll(' ', ''));
  const { rows } = await pool.query('SELECT event, detail FROM desk_audit ORDER BY seq');
  expect(rows).toEqual([
    {
      event: 'permit.issued',
      detail: { terminal: 'T-01', serial: 0, role: 'technician', hours: 8, reason: 'ticket 4711' },
    },
    expect.objectContaining({ event: 'permit.issued' }),
  ]);
  platform = await startTestPlatform(pool.options.connectionString ?? '');
  await proxy.close();
  proxy = await startAnswerProxy(Number(new URL(platform.url).port));
  terminal.close();
  const later = start(terminal.dataDir);
  const given = { terminalId: 'T-01', serial: 0, revokedBy: null };
  expect(await revokePermit(pool, given, TEST_NOW_MS)).toBe(true);
  expect(await revokePermit(pool, given, TEST_NOW_MS)).toBe(false);
  await later.access.permits.share(later.client);
  const again = later.access.ownScreens.open(() => undefined);
  expect(again.signInByPermit(issued.code)).toMatchObject({ fault: { code: 'access.permit-revoked' } });
  expect(again.signInByPermit(next.code)).toEqual({ ok: true, value: null });
});
