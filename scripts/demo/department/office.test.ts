import { describe, expect, test } from 'vitest';
import type { CaseStatus } from '#contract/application.ts';
import type { InboxEntry } from '#contract/department.ts';
import { openOffice, type Answer } from './office.ts';

const pace = { thinksMs: 4_000, hesitatesMs: 6_000, waitsMs: 15_000 };

/** What a demo department does about what it is told. */

function setUp(answers: Readonly<Record<string, Answer>> = {}, chance = 0.9) {
  const timers = new Set<{ atMs: number; run: () => void }>();
  let nowMs = 0;
  const asked: { path: string; body: unknown }[] = [];
  const office = openOffice({
    name: { zh: '示例区民政局', en: 'Shili District Civil Affairs Bureau' },
    itemName: (slug) => ({ zh: `“${slug}”事项`, en: slug }),
    clock: {
      after: (delayMs, run) => {
        const timer = { atMs: nowMs + delayMs, run };
        timers.add(timer);
        return () => timers.delete(timer);
      },
    },
    pace,
    random: () => chance,
    newId: () => '01995b00-0000-4000-8000-000000000001',
    call: (method, path, body) => {
      if (method === 'POST') asked.push({ path, body });
      const usual = path.endsWith('/interaction') ? { status: 404, body: null } : { status: 200, body: null };
      return Promise.resolve(answers[path] ?? usual);
    },
  });
  return {
    office,
    asked,
    /** Lets time go on, and what is begun in it come to its end. */
    pass: async (ms: number) => {
      nowMs += ms;
      for (const timer of [...timers].filter(({ atMs }) => atMs <= nowMs)) {
        timers.delete(timer);
        timer.run();
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

const LONG_MS = pace.thinksMs + pace.hesitatesMs;
const CASE = '/v1/cases/BJ1';

function entry(cursor: number, status: CaseStatus, kind: InboxEntry['kind'] = 'changed'): InboxEntry {
  return {
    cursor,
    departmentId: 'civil',
    kind,
    caseNo: 'BJ1',
    itemSlug: 'elderly-allowance',
    ordinal: cursor,
    status,
    at: '2026-11-22T01:00:00.000Z',
  };
}

describe('an office', () => {
  test('accepts a new case, and closes what it has accepted, at a pace that can be watched', async () => {
    const { office, asked, pass } = setUp();
    office.see(entry(1, '02', 'new'));
    await pass(pace.thinksMs - 1);
    expect(asked).toEqual([]);
    await pass(LONG_MS);
    office.see(entry(2, '05'));
    await pass(LONG_MS);
    expect(asked.map(({ path }) => path)).toEqual([`${CASE}/acceptance`, `${CASE}/result`]);
    expect(office.done(2)).toBe(2);
  });

  test('does once what it was told twice', async () => {
    const { office, asked, pass } = setUp();
    office.see(entry(1, '02', 'new'));
    office.see(entry(1, '02', 'new'));
    await pass(LONG_MS);
    office.see(entry(1, '02', 'new'));
    await pass(LONG_MS);
    expect(asked).toHaveLength(1);
  });

  test('goes by the newest that it knows', async () => {
    const { office, asked, pass } = setUp();
    office.see(entry(1, '02', 'new'));
    office.see(entry(2, '14', 'withdrawn'));
    await pass(LONG_MS);
    expect(asked).toEqual([]);
    expect(office.done(2)).toBe(2);
  });

  test('asks for a correction now and then, of a page that the form has, and not of what was corrected', async () => {
    const full = { status: 200, body: { payload: { answers: { applicantName: '张建国' } } } };
    const { office, asked, pass } = setUp({ [CASE]: full }, 0.1);
    office.see(entry(1, '02', 'new'));
    await pass(LONG_MS);
    expect(asked).toMatchObject([
      {
        path: `${CASE}/corrections`,
        body: { entries: [{ target: { of: 'page', pageId: 'applicantName' } }] },
      },
    ]);
    office.see(entry(3, '02', 'resubmitted'));
    await pass(LONG_MS);
    expect(asked.at(-1)?.path).toBe(`${CASE}/acceptance`);
  });

  test('answers a question in its own name, by the name of its item', async () => {
    const { office, asked, pass } = setUp({ [`${CASE}/interaction`]: { status: 200, body: {} } });
    office.see(entry(1, '02', 'new'));
    await pass(LONG_MS);
    expect(asked).toMatchObject([{ path: `${CASE}/replies`, body: { unit: '示例区民政局' } }]);
    expect(JSON.stringify(asked)).toContain('elderly-allowance');
  });

  test.each<[string, Answer]>([
    ['waits for others of its chain', { status: 409, body: { code: 'WAITS_FOR_OTHERS' } }],
    ['cannot be stored now', { status: 503, body: null }],
    ['the platform has no room for now', { status: 429, body: { code: 'TOO_MANY_REQUESTS' } }],
    ['came too slowly', { status: 408, body: { code: 'REQUEST_TIMEOUT' } }],
    ['needs another token', { status: 401, body: { code: 'UNAUTHORIZED' } }],
    ['a proxy refuses', { status: 404, body: null }],
  ])('comes back to what %s', async (_what, answer) => {
    const { office, asked, pass } = setUp({ [`${CASE}/acceptance`]: answer });
    office.see(entry(1, '02', 'new'));
    await pass(LONG_MS);
    expect(office.done(1)).toBe(0);
    await pass(pace.waitsMs);
    expect(asked).toHaveLength(2);
  });

  test('leaves what somebody else has done', async () => {
    const refused = { status: 409, body: { code: 'TRANSITION_REFUSED' } };
    const { office, asked, pass } = setUp({ [`${CASE}/acceptance`]: refused });
    office.see(entry(1, '02', 'new'));
    await pass(LONG_MS);
    await pass(10 * pace.waitsMs);
    expect(asked).toHaveLength(1);
    expect(office.done(1)).toBe(1);
  });

  test('has not done what it was never shown, whatever came by a call', async () => {
    const { office, pass } = setUp();
    // Shown up to 10; 11 waits in its pause, and 12, of another case, is told.
    office.see({ ...entry(12, '02', 'new'), caseNo: 'BJ2' });
    await pass(LONG_MS);
    expect(office.done(10)).toBe(10);
  });

  test('counts what is done however much came', async () => {
    const { office, pass } = setUp();
    const MANY = 200_000;
    for (let cursor = 1; cursor <= MANY; cursor += 1) office.see(entry(cursor, '10'));
    await pass(LONG_MS);
    expect(office.done(MANY)).toBe(MANY);
  });
});
