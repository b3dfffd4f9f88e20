import { createHash, randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { auditText, NO_AUDIT_HASH, type ToldAuditRow } from '#contract/terminal-audit.ts';
import { withNode } from '../fixture/for-tests.ts';
import { call, SISTER_TERMINAL, TERMINAL, TEST_NOW_MS, type By } from '../for-tests.ts';
import {
  auditFindings,
  auditStates,
  isSilent,
  readTerminalAudit,
  terminalAuditQuery,
  tooWide,
  SILENT_AFTER_MS,
} from './read-terminal-audit.ts';
import { terminalAuditCommand } from './terminal-audit-command.ts';

const node = withNode();

beforeEach(async () => {
  await node().pool.query('ALTER TABLE terminal_audit DISABLE TRIGGER ALL');
  await node().pool.query('TRUNCATE terminal_audit, terminal_audit_chain, terminal_audit_finding');
  await node().pool.query('ALTER TABLE terminal_audit ENABLE TRIGGER ALL');
});

const A = 'a'.repeat(32);
const B = 'b'.repeat(32);

/** Rows of a terminal from one number to another, behind a hash. */
function rowsFrom(from: number, to: number, previous = NO_AUDIT_HASH, detail = 'as it was'): ToldAuditRow[] {
  const rows: ToldAuditRow[] = [];
  let previousHash = previous;
  for (let sequence = from; sequence <= to; sequence += 1) {
    const content = {
      sequence,
      atMs: TEST_NOW_MS - 1000 + sequence,
      event: sequence % 2 === 0 ? 'visit.ended' : 'access.signed-in',
      actor: 'staff',
      subject: sequence % 2 === 0 ? null : 's01',
      disposition: 'success',
      detail,
    };
    const hash = createHash('sha256').update(auditText(content, previousHash)).digest('hex');
    rows.push({ ...content, previousHash, hash });
    previousHash = hash;
  }
  return rows;
}
const ten = rowsFrom(1, 10);
const everything = { terminal: '', event: '', subject: '', from: '', until: '' };
const headOf = (rows: readonly ToldAuditRow[]) => rows.at(-1)?.hash ?? '';

const tell = (after: number, rows: readonly object[], chain = A, begins = 0, by: By = TERMINAL) =>
  call(`${node().platform.url}/v1/terminals/audit/${chain}/${String(after)}`, {
    method: 'PUT',
    by,
    body: { begins, rows },
  });
const findings = async () =>
  (await auditFindings(node().pool, '', 100)).map(({ kind, sequence, until }) =>
    until === null ? `${kind} ${String(sequence)}` : `${kind} ${String(sequence)}-${String(until)}`,
  );
const count = async () =>
  Number((await node().pool.query('SELECT count(*) AS n FROM terminal_audit')).rows[0]?.n);

describe('what fits is kept', () => {
  test('in parts, in order, and the same again changes nothing', async () => {
    expect((await tell(0, ten.slice(0, 4))).json).toEqual({ chain: A, last: 4 });
    expect((await tell(4, ten.slice(4))).json).toEqual({ chain: A, last: 10 });
    // An answer was lost.
    expect((await tell(4, ten.slice(4))).json).toEqual({ chain: A, last: 10 });
    expect((await tell(0, ten)).json).toEqual({ chain: A, last: 10 });
    expect([await count(), await findings()]).toEqual([10, []]);
  });

  test('when the same comes six times at once', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, () => tell(0, ten)));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    expect([await count(), await findings()]).toEqual([10, []]);
  });

  test('of each terminal by itself, whatever name its chain has', async () => {
    await tell(0, ten);
    expect((await tell(0, rowsFrom(1, 3, NO_AUDIT_HASH, 'another'), A, 0, SISTER_TERMINAL)).status).toBe(200);
    expect([await count(), await findings()]).toEqual([13, []]);
  });

  test('behind a row that is not here it is refused, with where to go on', async () => {
    expect((await tell(4, ten.slice(4))).json).toMatchObject({ code: 'AUDIT_BEHIND', data: { last: 0 } });
    await tell(0, ten.slice(0, 2));
    expect((await tell(4, ten.slice(4))).json).toMatchObject({ code: 'AUDIT_BEHIND', data: { last: 2 } });
    expect(await count()).toBe(2);
  });

  test('and read by event, subject, terminal and day, each row looked at', async () => {
    await tell(0, ten);
    const found = await readTerminalAudit(
      node().pool,
      { ...everything, event: 'access.', subject: 's01' },
      100,
    );
    expect(found.map(({ sequence }) => sequence)).toEqual([9, 7, 5, 3, 1]);
    expect(found.every(({ isWhole }) => isWhole)).toBe(true);
    expect(await readTerminalAudit(node().pool, { ...everything, terminal: 'T-03' }, 100)).toEqual([]);
    expect(await readTerminalAudit(node().pool, { ...everything, from: '2026-11-23' }, 100)).toEqual([]);
    expect(
      await readTerminalAudit(node().pool, { ...everything, from: '2026-11-22', until: '2026-11-22' }, 100),
    ).toHaveLength(10);
    await expect(node().pool.query("UPDATE terminal_audit SET detail = 'x'")).rejects.toThrow('append-only');
    await expect(node().pool.query('DELETE FROM terminal_audit')).rejects.toThrow('append-only');
    await node().pool.query('ALTER TABLE terminal_audit DISABLE TRIGGER ALL');
    await node().pool.query("UPDATE terminal_audit SET detail = 'x' WHERE sequence = 9");
    await node().pool.query('ALTER TABLE terminal_audit ENABLE TRIGGER ALL');
    const after = await readTerminalAudit(node().pool, everything, 100);
    expect(after.filter(({ isWhole }) => !isWhole).map(({ sequence }) => sequence)).toEqual([9]);
  });
});

test('the newest are read in the order of an index, of a hundred terminals with many rows', async () => {
  const client = await node().pool.connect();
  try {
    await client.query('BEGIN');
    await client.query(
      `INSERT INTO terminal_audit
       SELECT 'T-' || n % 100, $1, n, $2::bigint - n::bigint * 600000, 'visit.ended', 'resident', 's' || n, 'success', NULL, '', '', now()
       FROM generate_series(1, 20000) AS n`,
      [A, TEST_NOW_MS],
    );
    await client.query('ANALYZE terminal_audit');
    const days = { from: '2026-11-15', until: '2026-11-20' };
    for (const filter of [
      {},
      { terminal: 'T-7' },
      { from: days.from },
      { until: days.until },
      { ...days, event: 'visit.' },
      { ...days, subject: 's5000' },
      { terminal: 'T-7', event: 'access.', subject: 's7' },
    ]) {
      const { text, values } = terminalAuditQuery({ ...everything, ...filter }, 201);
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan, JSON.stringify(filter)).toMatch(/Index/);
      // The rows of one terminal, or of one subject in few days, may be put in order; those of all are in it.
      const isNarrow = 'terminal' in filter || 'subject' in filter;
      expect(plan, JSON.stringify(filter)).not.toMatch(isNarrow ? /Seq Scan/ : /Seq Scan|Sort/);
      if ('from' in filter && 'until' in filter) expect(plan).toMatch(/Index Cond: .*at_ms/);
    }
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});

test.each<[readonly string[], Partial<typeof everything>]>([
  [['event', 'subject'], { event: 'access.', subject: 's01' }],
  [['event'], { event: 'access.', from: '2026-11-01' }],
  [['subject'], { subject: 's01', until: '2026-11-22' }],
  [['subject'], { subject: 's01', from: '2026-10-22', until: '2026-11-22' }],
  [[], { subject: 's01', from: '2026-10-23', until: '2026-11-22' }],
  [[], { event: 'access.', terminal: 'T-01' }],
  [[], { from: '2000-01-01' }],
])('too wide: %j of %j', (expected, filter) => {
  expect(tooWide({ ...everything, ...filter })).toEqual(expected);
});

test('of many terminals those are named first that need a look, and one is found among however many', async () => {
  await tell(0, ten);
  await node().pool.query("UPDATE terminal_audit_chain SET told_at = told_at + interval '10 years'");
  const enrolled = await node().pool.query('SELECT 1 FROM terminal WHERE revoked_at IS NULL');
  const all = await auditStates(node().pool, '', 100);
  expect(all).toHaveLength(enrolled.rowCount ?? 0);
  expect(all.at(-1)?.terminalId).toBe('T-01');
  await tell(0, rowsFrom(1, 1, NO_AUDIT_HASH, 'anew'), B, 0);
  expect((await auditStates(node().pool, '', 1)).map(({ terminalId }) => terminalId)).toEqual(['T-01']);
  const other = all[0]?.terminalId ?? '';
  expect((await auditStates(node().pool, other, 1)).map(({ terminalId }) => terminalId)).toEqual([other]);
});

describe('what does not fit is kept as well, with a finding at its place', () => {
  test.each<[string, (rows: ToldAuditRow[]) => ToldAuditRow[], readonly string[]]>([
    [
      'a row that was changed',
      (rows) => rows.map((row) => (row.sequence === 4 ? { ...row, actor: 'resident' } : row)),
      ['changed 4'],
    ],
    ['a row that was removed', (rows) => rows.toSpliced(3, 1), ['missing 4-4']],
    ['rows that were removed', (rows) => rows.toSpliced(3, 4), ['missing 4-7']],
    [
      'a row that was made anew',
      (rows) => rows.toSpliced(3, 1, ...rowsFrom(4, 4, headOf(rows.slice(0, 3)), 'forged')),
      ['out-of-place 5'],
    ],
    [
      'rows behind something else',
      (rows) => [...rows.slice(0, 3), ...rowsFrom(4, 6, headOf(rows))],
      ['out-of-place 4'],
    ],
  ])('%s', async (_what, change, expected) => {
    const rows = change([...ten]);
    expect((await tell(0, rows)).status).toBe(200);
    expect([await count(), await findings()]).toEqual([rows.length, expected]);
    await tell(0, rows);
    expect(await findings()).toEqual(expected);
  });

  test('a row that was removed between two parts', async () => {
    await tell(0, ten.slice(0, 4));
    await tell(4, ten.slice(5));
    expect(await findings()).toEqual(['missing 5-5']);
  });

  test('a terminal that tells another row under the same number is refused, and found', async () => {
    await tell(0, ten);
    const other = rowsFrom(8, 12, ten[6]?.hash, 'after the copy');
    expect((await tell(7, other)).json).toMatchObject({
      code: 'AUDIT_OTHERWISE',
      data: { sequence: 8 },
    });
    expect([await count(), await findings()]).toEqual([10, ['told-otherwise 8']]);
  });

  test('a terminal that was put back from an older copy goes on under another chain; what it told before stays', async () => {
    await tell(0, ten);
    const other = rowsFrom(8, 12, ten[6]?.hash, 'after the copy');
    expect((await tell(7, other, B, 7)).json).toEqual({ chain: B, last: 12 });
    expect([await count(), await findings()]).toEqual([15, ['restored 8-10']]);
    // It goes on there, and nothing more is found.
    await tell(12, rowsFrom(13, 14, headOf(other)), B, 7);
    expect(await findings()).toEqual(['restored 8-10']);
  });

  test('a terminal that begins anew with nothing', async () => {
    await tell(0, ten);
    await tell(0, rowsFrom(1, 2, NO_AUDIT_HASH, 'anew'), B, 0);
    expect(await findings()).toEqual(['restored 1-10']);
  });

  test('a terminal whose store was damaged: what it never told is missing', async () => {
    await tell(0, ten);
    await tell(15, rowsFrom(16, 17, ten[0]?.hash), B, 15);
    expect(await findings()).toEqual(['missing 11-15']);
  });

  test('a chain that goes on where the one before ended has no finding, and one that pretends to has', async () => {
    await tell(0, ten);
    await tell(10, rowsFrom(11, 12, headOf(ten)), B, 10);
    expect(await findings()).toEqual([]);
    await tell(12, rowsFrom(13, 14, headOf(ten)), 'c'.repeat(32), 12);
    expect(await findings()).toEqual(['out-of-place 13']);
  });

  test('the first that is ever told, and not the first there is', async () => {
    await tell(4, ten.slice(4), A, 4);
    expect(await findings()).toEqual(['missing 1-4']);
  });
});

test.each<[string, object]>([
  ['no rows', { begins: 0, rows: [] }],
  ['too many', { begins: 0, rows: rowsFrom(1, 201) }],
  ['rows in another order', { begins: 0, rows: ten.toReversed() }],
  ['a key that nobody knows', { begins: 0, rows: [{ ...ten[0], name: '张建国' }] }],
  ['a text that no database takes', { begins: 0, rows: [{ ...ten[0], detail: 'a\0' }] }],
  ['a hash that is none', { begins: 0, rows: [{ ...ten[0], hash: 'x' }] }],
  ['a time that no calendar has', { begins: 0, rows: [{ ...ten[0], atMs: 9e15 }] }],
  ['a time behind the year 9999', { begins: 0, rows: [{ ...ten[0], atMs: 253_402_300_800_000 }] }],
  ['a time before 1970', { begins: 0, rows: [{ ...ten[0], atMs: -1 }] }],
])('%s is 400, and nothing is stored', async (_what, body) => {
  const path = `${node().platform.url}/v1/terminals/audit/${A}/0`;
  expect((await call(path, { method: 'PUT', by: TERMINAL, body })).status).toBe(400);
  expect(await count()).toBe(0);
});

test('a terminal that is not heard for two days is silent, also one that never told anything', async () => {
  await tell(0, ten);
  const at = async (nowMs: number) =>
    (await auditStates(node().pool, '', 100)).map((state) => [state.terminalId, isSilent(state, nowMs)]);
  expect(await at(TEST_NOW_MS + SILENT_AFTER_MS)).toContainEqual(['T-01', false]);
  expect(await at(TEST_NOW_MS + SILENT_AFTER_MS + 1)).toContainEqual(['T-01', true]);
  const { done, lines } = await terminalAuditCommand(node().pool, 'T-01', TEST_NOW_MS + SILENT_AFTER_MS + 1);
  expect(done).toBe(false);
  expect(lines).toEqual(['T-01  999901001  10 rows  told 2026-11-21T17:30Z  SILENT']);
  expect((await terminalAuditCommand(node().pool, `K${randomBytes(2).toString('hex')}`, 0)).done).toBe(false);
});
