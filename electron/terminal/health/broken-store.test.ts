import { expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { LogLine } from '../log.ts';
import { StoreBroken } from '../store/crash-only.ts';
import { BROKEN_STORE_EXIT_CODE, brokenStoreDelays, endWhenStoreBreaks } from './broken-store.ts';

function start() {
  const clock = new SimulatedClock();
  const log: LogLine[] = [];
  const exits: number[] = [];
  const broken = endWhenStoreBreaks({
    clock,
    log: (line) => log.push(line),
    exit: (code) => exits.push(code),
  });
  return { clock, log, exits, broken };
}

it('a store that broke ends the process once, behind its last words, with the reason in the log', async () => {
  const { clock, log, exits, broken } = start();
  broken.onBroken(fault('store.failed', 'disk I/O error (1034)'));
  broken.onBroken(fault('store.corrupt'));
  expect(exits).toEqual([]);
  await clock.advance(brokenStoreDelays.lastWordsMs);
  expect(exits).toEqual([BROKEN_STORE_EXIT_CODE]);
  expect(log).toEqual([
    { level: 'error', event: 'store.broken', code: 'store.failed', detail: 'disk I/O error (1034)' },
  ]);
});

it('what is thrown meanwhile by the store is an echo, and anything else is not', () => {
  const { broken } = start();
  const echo = new StoreBroken(fault('store.failed'));
  expect(broken.isEcho(echo)).toBe(false);
  broken.onBroken(echo.fault);
  expect(broken.isEcho(echo)).toBe(true);
  expect(broken.isEcho(new Error('another'))).toBe(false);
});
