import { beforeEach, expect, test } from 'vitest';
import type { ReadinessReport } from '#contract/readiness.ts';
import { withNode } from '../fixture/for-tests.ts';
import { call, TERMINAL, TEST_NOW_MS, type By } from '../for-tests.ts';
import { readinessLinesOf } from './readiness.ts';

const node = withNode();

beforeEach(async () => {
  await node().pool.query('TRUNCATE terminal_readiness');
});

const reportOf = (takenMs: number, state: 'green' | 'red'): ReadinessReport => ({
  takenAt: new Date(takenMs).toISOString(),
  by: 'technician',
  lines: [
    { item: 'clock', device: null, state: 'green', code: null, detail: null },
    {
      item: 'device',
      device: 'printer',
      state,
      code: state === 'red' ? 'device.silent' : null,
      detail: 'tcp:x',
    },
  ],
});
const tell = (report: object, by: By = TERMINAL) =>
  call(`${node().platform.url}/v1/terminals/readiness`, { method: 'PUT', by, body: report });

test('of a clock that was ahead a report does not keep out the ones after it', async () => {
  expect((await tell(reportOf(TEST_NOW_MS + 86_400_000, 'red'))).json).toEqual({ stands: true });
  await node().pool.query("UPDATE terminal_readiness SET taken_at = taken_at - interval '1 minute'");
  expect((await tell(reportOf(TEST_NOW_MS, 'green'))).json).toEqual({ stands: true });
});

test('the operator reads who needs a visit first, and of one each line with its reason', async () => {
  await tell(reportOf(TEST_NOW_MS - 1_000, 'red'));
  const all = await readinessLinesOf(node().pool, null);
  expect(all).toHaveLength(1);
  const id = all?.[0]?.split('  ')[0] ?? '';
  expect(all?.[0]).toMatch(/1 red$/);
  expect(await readinessLinesOf(node().pool, id)).toEqual([
    all?.[0],
    '  green  clock',
    '  red  device printer  device.silent  tcp:x',
  ]);
  expect(await readinessLinesOf(node().pool, 'T-99')).toBeNull();
});

test('nothing else than a report is kept', async () => {
  for (const bad of [
    {},
    { ...reportOf(TEST_NOW_MS, 'green'), lines: [] },
    { ...reportOf(TEST_NOW_MS, 'green'), name: 'x' },
  ])
    expect((await tell(bad)).status).toBe(400);
  expect(await readinessLinesOf(node().pool, null)).toEqual([]);
});
