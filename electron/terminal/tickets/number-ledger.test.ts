import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createNumberLedger } from './number-ledger.ts';

const DAY = '2026-11-21';
let dataDir: string;
beforeEach(() => {
  dataDir = newDataDir();
});
afterEach(() => {
  removeDataDir(dataDir);
});

it('numbers outlive the process, day by day', () => {
  const ledger = createNumberLedger(dataDir);
  ledger.note(DAY, ['A001']);
  ledger.note(DAY, ['A002', 'B001']);
  ledger.note('2026-11-22', ['A001']);
  expect(createNumberLedger(dataDir).of(DAY)).toEqual(['A001', 'A002', 'B001']);
});

it('a line that was torn in the middle swallows no number behind it', () => {
  const ledger = createNumberLedger(dataDir);
  ledger.note(DAY, ['A001']);
  appendFileSync(join(dataDir, `queue-numbers-${DAY}.txt`), 'A00');
  ledger.note(DAY, ['A003']);
  expect(ledger.of(DAY)).toEqual(['A001', 'A003']);
});

it('a folder that takes nothing says so', () => {
  expect(createNumberLedger(join(dataDir, 'gone')).note(DAY, ['A001'])).toMatchObject({
    ok: false,
    fault: { code: 'store.failed' },
  });
});

it('days that are over are removed, and nothing else', () => {
  const ledger = createNumberLedger(dataDir);
  ledger.note(DAY, ['A001']);
  ledger.note('2026-11-22', ['A001']);
  appendFileSync(join(dataDir, 'screen.token'), 'x');
  ledger.eraseBefore('2026-11-22');
  expect(readdirSync(dataDir).sort()).toEqual(['queue-numbers-2026-11-22.txt', 'screen.token']);
});
