import { expect, test } from 'vitest';
import type { ProgressEntry } from '#contract/progress.ts';
import { caseRows } from './case-rows.ts';

const chain = (id: string, order: number) => ({
  id: 'vulnerable',
  name: { zh: '一件事', en: 'One thing' },
  chainApplicationId: `01995b00-0000-7000-8000-00000000000${id}`,
  order,
  waitsFor: [],
});

function entry(receiptNo: string, of?: ReturnType<typeof chain>): ProgressEntry {
  const application = {
    receiptNo,
    itemName: { zh: receiptNo, en: receiptNo },
    receivedAt: '2026-11-21T01:00:00.000Z',
    sent: null,
    isParked: false,
  };
  return { known: 'station', application: of ? { ...application, chain: of } : application };
}

test('what was submitted together is one row, where its first one stands; what came alone is a row each', () => {
  const rows = caseRows([
    entry('a'),
    entry('b', chain('1', 3)),
    entry('c', chain('2', 1)),
    entry('d', chain('1', 1)),
  ]);
  expect(rows.map(({ index, together }) => [index, together?.entries.length ?? 1])).toEqual([
    [0, 1],
    [1, 2],
    // Of a chain of which nothing else was found, the one by itself.
    [2, 1],
  ]);
});
