import { createHash } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { auditText, NO_AUDIT_HASH, type ToldAuditRow } from '#contract/terminal-audit.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { signingKey } from '../departments/platform-keys.ts';
import { giveOrder, settleCommand } from '../fleet/commands.ts';
import { writeFleetEvents } from '../fleet/events.ts';
import { withNode } from '../fixture/for-tests.ts';
import { TERMINAL } from '../for-tests.ts';
import { keepTerminalAudit } from '../terminal-audit/keep-terminal-audit.ts';
import { auditFindings, auditStates } from '../terminal-audit/read-terminal-audit.ts';
import { inTransaction } from './connect.ts';
import {
  endRecords,
  LEAST_RECORD_MONTHS,
  recordEnds,
  recordsEndBefore,
  watchRecordEnds,
} from './record-ends.ts';

const node = withNode();
const DAY_MS = 86_400_000;
const CHAIN = 'c'.repeat(32);
const { terminalId } = TERMINAL;

/** The database's own clock is asked too: what is old must be so by both. */
let nowMs: number;
let cutMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  cutMs = recordsEndBefore(LEAST_RECORD_MONTHS + 6, nowMs).getTime();
  const { pool } = node();
  await pool.query('TRUNCATE fleet_event, fleet_command, terminal_audit_chain, terminal_audit_finding');
  await pool.query('ALTER TABLE terminal_audit DISABLE TRIGGER ALL');
  await pool.query('TRUNCATE terminal_audit');
  await pool.query('ALTER TABLE terminal_audit ENABLE TRIGGER ALL');
});

function rows(from: number, to: number, previous: string, detail: string): ToldAuditRow[] {
  let previousHash = previous;
  return Array.from({ length: to - from + 1 }, (_none, at) => {
    const content = {
      sequence: from + at,
      atMs: 1_700_000_000_000,
      event: 'visit.ended',
      actor: 'resident',
      subject: null,
      disposition: 'finished',
      detail,
    };
    const hash = createHash('sha256').update(auditText(content, previousHash)).digest('hex');
    const row = { ...content, previousHash, hash };
    previousHash = hash;
    return row;
  });
}

const tell = (after: number, told: readonly ToldAuditRow[], atMs: number) =>
  keepTerminalAudit(
    node().pool,
    { terminalId, chain: CHAIN, after, told: { begins: 0, rows: [...told] } },
    atMs,
  );
const end = () => endRecords(node().pool, LEAST_RECORD_MONTHS + 6, nowMs);
const sequences = async () =>
  (await node().pool.query('SELECT sequence FROM terminal_audit ORDER BY 1')).rows.map((row) =>
    Number(row.sequence),
  );

test('events and orders that are old enough go, younger ones and those that a terminal may still fetch stay', async () => {
  const { pool } = node();
  const key = await signingKey(pool, 'fleet_key', nowMs);
  const order = (givenMs: number, validForMs: number) =>
    giveOrder(pool, key, { terminalId, order: { kind: 'restart' }, validForMs, releaseId: null }, givenMs);
  const settled = await order(cutMs - 9 * DAY_MS, DAY_MS);
  await settleCommand(
    pool,
    terminalId,
    settled,
    { result: 'done', code: null, at: new Date(cutMs).toISOString(), log: null },
    cutMs - 8 * DAY_MS,
  );
  await order(cutMs - 9 * DAY_MS, DAY_MS);
  const stillGood = await order(cutMs - 9 * DAY_MS, 10 * DAY_MS);
  const young = await order(cutMs + DAY_MS, DAY_MS);
  expect(await end()).toMatchObject({ events: 4, orders: 2, auditRows: 0, findings: 0 });
  const left = await pool.query('SELECT command_id FROM fleet_command ORDER BY seq');
  expect(left.rows.map((row) => row.command_id)).toEqual([stillGood, young]);
  const events = await pool.query('SELECT event, subject, detail FROM fleet_event ORDER BY seq');
  expect(events.rows).toEqual([
    { event: 'command.ordered', subject: young, detail: expect.any(String) },
    {
      event: 'records.erased',
      subject: null,
      detail: expect.stringMatching(/^before \d{4}-\d\d-\d\d: 4 events, 2 orders$/),
    },
  ]);
  expect(await end()).toMatchObject({ events: 0, orders: 0, auditRows: 0, findings: 0 });
});

test('the audit of a terminal loses its oldest rows only, and goes on to be told and judged as before', async () => {
  const { pool } = node();
  const old = rows(1, 5, NO_AUDIT_HASH, 'old');
  const young = rows(6, 8, old.at(-1)?.hash ?? '', 'young');
  await tell(0, old, cutMs - DAY_MS);
  await tell(5, young, cutMs + DAY_MS);
  expect(await end()).toMatchObject({ auditRows: 5 });
  expect(await sequences()).toEqual([6, 7, 8]);
  expect(await auditStates(pool, terminalId, 1)).toMatchObject([{ rows: 3, findings: 0 }]);
  // An answer of long ago was lost, or the terminal was put back: it tells all again.
  expect(await tell(0, [...old, ...young], nowMs)).toEqual({ kind: 'kept', last: 8 });
  expect(await auditFindings(pool, terminalId, 10)).toEqual([]);
  const next = rows(9, 9, young.at(-1)?.hash ?? '', 'next');
  expect(await tell(8, next, nowMs)).toEqual({ kind: 'kept', last: 9 });
  // What is here is judged as ever.
  const other = rows(7, 7, young[0]?.hash ?? '', 'another');
  expect(await tell(6, other, nowMs)).toEqual({ kind: 'otherwise', sequence: 7 });
});

test('a clock that leaped back between two tellings leaves no hole: nothing behind a young row goes', async () => {
  const first = rows(1, 2, NO_AUDIT_HASH, 'old');
  const second = rows(3, 4, first.at(-1)?.hash ?? '', 'young');
  const third = rows(5, 6, second.at(-1)?.hash ?? '', 'said to be old');
  await tell(0, first, cutMs - DAY_MS);
  await tell(2, second, cutMs + DAY_MS);
  await tell(4, third, cutMs - DAY_MS);
  expect(await end()).toMatchObject({ auditRows: 2 });
  expect(await sequences()).toEqual([3, 4, 5, 6]);
});

test('more than one statement takes', async () => {
  const many = recordEnds.rowsAtOnce * 2 + 7;
  await tell(0, rows(1, 1, NO_AUDIT_HASH, 'old'), cutMs - DAY_MS);
  await node().pool.query(
    `INSERT INTO terminal_audit SELECT terminal_id, chain, n, at_ms, event, actor, subject, disposition, detail, previous_hash, hash, told_at
     FROM terminal_audit, generate_series(2, $1) AS n`,
    [many],
  );
  await node().pool.query(
    `INSERT INTO fleet_event (at, event) SELECT $1, 'command.fetched' FROM generate_series(1, $2)`,
    [new Date(cutMs - 1), many],
  );
  expect(await end()).toMatchObject({ events: many, orders: 0, auditRows: many, findings: 0 });
});

test('a date by which the table itself refuses takes what it lets go, and the rest of the look goes on', async () => {
  const { pool } = node();
  const told = rows(1, 4, NO_AUDIT_HASH, 'old');
  const keptFrom = recordsEndBefore(LEAST_RECORD_MONTHS, nowMs).getTime();
  await tell(0, told.slice(0, 2), keptFrom - 10 * DAY_MS);
  await tell(2, told.slice(2), keptFrom + 10 * DAY_MS);
  // By a node that is twenty days ahead, as the lengths of months make it ahead by three.
  expect(await endRecords(pool, LEAST_RECORD_MONTHS, nowMs + 20 * DAY_MS)).toMatchObject({ auditRows: 2 });
  expect(await sequences()).toEqual([3, 4]);
});

test('of more chains than go at a time the one that is longest overdue goes first', async () => {
  const keep = (chain: string, atMs: number) =>
    keepTerminalAudit(
      node().pool,
      { terminalId, chain, after: 0, told: { begins: 0, rows: rows(1, 1, NO_AUDIT_HASH, chain) } },
      atMs,
    );
  await keep('a'.repeat(32), cutMs - DAY_MS);
  await keep('b'.repeat(32), cutMs - 30 * DAY_MS);
  const { chainsAtOnce } = recordEnds;
  Object.assign(recordEnds, { chainsAtOnce: 1 });
  try {
    expect(await end()).toMatchObject({ auditRows: 1 });
  } finally {
    Object.assign(recordEnds, { chainsAtOnce });
  }
  const left = await node().pool.query('SELECT chain FROM terminal_audit');
  expect(left.rows).toEqual([{ chain: 'a'.repeat(32) }]);
});

test('what went before something failed is written down', async () => {
  const { pool } = node();
  await writeFleetEvents(
    pool,
    [{ event: 'command.fetched', terminalId, subject: null, detail: null }],
    cutMs - 1,
  );
  await pool.query('ALTER TABLE terminal_audit_finding RENAME TO away');
  try {
    await expect(end()).rejects.toThrow('terminal_audit_finding');
  } finally {
    await pool.query('ALTER TABLE away RENAME TO terminal_audit_finding');
  }
  const events = await pool.query('SELECT event, detail FROM fleet_event');
  expect(events.rows).toEqual([{ event: 'records.erased', detail: expect.stringMatching(/: 1 events$/) }]);
});

test('two nodes at once erase each row once, and neither waits for ever', async () => {
  await tell(0, rows(1, 50, NO_AUDIT_HASH, 'old'), cutMs - DAY_MS);
  await writeFleetEvents(
    node().pool,
    Array.from({ length: 50 }, () => ({ event: 'command.fetched', terminalId, subject: null, detail: null })),
    cutMs - DAY_MS,
  );
  const months = LEAST_RECORD_MONTHS + 6;
  const both = await Promise.all([
    endRecords(node().pool, months, nowMs),
    endRecords(node().otherPool, months, nowMs),
  ]);
  const total = (key: 'events' | 'auditRows') => both.reduce((sum, ended) => sum + ended[key], 0);
  expect([total('events'), total('auditRows')]).toEqual([50, 50]);
});

test('no hand erases what the law wants kept: not even one that says that it erases by age', async () => {
  const { pool } = node();
  await tell(0, rows(1, 2, NO_AUDIT_HASH, 'young'), nowMs - 30 * DAY_MS);
  const saidToBeByAge = (statement: string) =>
    inTransaction(pool, `BEGIN; SET LOCAL yizhan.erases_by_age = 'on'`, (client) => client.query(statement));
  await expect(pool.query('DELETE FROM terminal_audit')).rejects.toThrow('append-only');
  await expect(saidToBeByAge('DELETE FROM terminal_audit')).rejects.toThrow('six months');
  await expect(saidToBeByAge(`UPDATE terminal_audit SET detail = 'x'`)).rejects.toThrow('append-only');
  expect(await sequences()).toEqual([1, 2]);
});

test('by a clock that is believed, of which a case had a step of late, it goes within the hour', async () => {
  const { pool } = node();
  const clock = new (class extends SimulatedClock {
    override now(): number {
      return nowMs;
    }
  })();
  const said: Readonly<Record<string, unknown>>[] = [];
  await writeFleetEvents(
    pool,
    [{ event: 'command.fetched', terminalId, subject: null, detail: null }],
    cutMs - 1,
  );
  await inTransaction(pool, 'BEGIN; SET LOCAL session_replication_role = replica', (client) =>
    client.query(
      `INSERT INTO case_event (cursor, application_id, ordinal, at, to_status, actor)
       VALUES (1, '01995b00-0000-7000-8000-000000000001', 1, $1, '01', 'station')`,
      [new Date(nowMs)],
    ),
  );
  const watching = watchRecordEnds(pool, LEAST_RECORD_MONTHS + 6, clock, (line) => said.push(line));
  await clock.advance(recordEnds.lookEveryMs);
  await expect
    .poll(() => said, { timeout: 20_000 })
    .toEqual([expect.objectContaining({ event: 'records.erased', events: 1, orders: 0, auditRows: 0 })]);
  watching.stop();
  await pool.query('DELETE FROM case_event');
});

test('by a clock that is not believed nothing goes, and the log says why', async () => {
  const clock = new SimulatedClock();
  const said: Readonly<Record<string, unknown>>[] = [];
  await writeFleetEvents(
    node().pool,
    [{ event: 'command.fetched', terminalId, subject: null, detail: null }],
    nowMs,
  );
  // Of 2027: the row above is of a month ago by it, and the database says otherwise.
  const watching = watchRecordEnds(node().pool, 0, clock, (line) => said.push(line));
  await clock.advance(recordEnds.lookEveryMs);
  await expect
    .poll(() => said, { timeout: 20_000 })
    .toEqual([{ event: 'records.not-erased', why: expect.stringContaining('the clock here says 2027') }]);
  watching.stop();
  expect((await node().pool.query('SELECT 1 FROM fleet_event')).rowCount).toBe(1);
});
