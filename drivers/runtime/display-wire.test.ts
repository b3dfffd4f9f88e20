import { beforeEach, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { SimulatedClock } from './simulated-clock.ts';
import { DisplayWire, wireDelays, type ExchangeEnd } from './display-wire.ts';
import type { Answer, DisplayRequest } from './display-dialect.ts';

const ANSWER_MS = 300;
/** 100 bytes take 104 ms at 9600 baud. */
const REQUEST_BYTES = 100;

let clock: SimulatedClock;
let wire: DisplayWire;
let end: ExchangeEnd | null;

beforeEach(() => {
  clock = new SimulatedClock();
  end = null;
  useWrite(() => Promise.resolve(ok(undefined)));
});

function useWrite(write: () => Promise<Result<void>>): void {
  wire = new DisplayWire(write, clock, 9_600);
}

/** The first byte that comes back is the answer: 1 taken, 2 damaged, all others nothing. */
const request: DisplayRequest = {
  bytes: new Uint8Array(REQUEST_BYTES),
  reader: () => ({
    push: ([first]): Answer | null =>
      first === 1 ? { type: 'taken' } : first === 2 ? { type: 'damaged' } : null,
  }),
};

async function exchange(): Promise<void> {
  void wire.exchange(request, ANSWER_MS).then((result) => (end = result));
  await clock.advance(0);
}

it('an answer is waited for from when the request has left, not from when a network has taken it', async () => {
  await exchange();
  await clock.advance(104 + ANSWER_MS - 5);
  expect(end).toBeNull();
  await clock.advance(10);
  expect(end).toEqual({ end: 'missed', fault: fault('device.silent', 'no answer in 300 ms') });
});

it('whoever answers early shows that the line is faster: the next frame waits for the pause only', async () => {
  await exchange();
  await clock.advance(10);
  wire.receive(Uint8Array.of(1));
  await clock.advance(0);
  expect(end).toEqual({ end: 'taken' });
  expect(wire.freeMs).toBe(10 + wireDelays.pauseMs);
});

it('behind a damaged answer a good one may follow, for a short while', async () => {
  await exchange();
  wire.receive(Uint8Array.of(2));
  await clock.advance(wireDelays.settleMs - 1);
  wire.receive(Uint8Array.of(1));
  await clock.advance(0);
  expect(end).toEqual({ end: 'taken' });
  await exchange();
  wire.receive(Uint8Array.of(2));
  await clock.advance(wireDelays.settleMs);
  expect(end).toMatchObject({ end: 'missed', fault: { code: 'device.garbled' } });
});

it('bytes while nobody waits are nobody’s', async () => {
  wire.receive(Uint8Array.of(1));
  await exchange();
  await clock.advance(1_000);
  expect(end).toMatchObject({ end: 'missed', fault: { code: 'device.silent' } });
});

it('a line that takes no bytes is broken, and not the display', async () => {
  useWrite(() => new Promise(() => undefined));
  await exchange();
  await clock.advance(wireDelays.writeStallMs);
  expect(end).toMatchObject({ end: 'broken', fault: { code: 'device.silent' } });
  useWrite(() => Promise.resolve(err(fault('device.lost'))));
  await exchange();
  expect(end).toEqual({ end: 'broken', fault: fault('device.lost') });
});

it('after a broadcast the displays get their rest', async () => {
  const done = wire.broadcast(new Uint8Array(REQUEST_BYTES), 300);
  await clock.advance(0);
  expect(await done).toEqual({ end: 'taken' });
  expect(wire.freeMs).toBeCloseTo((REQUEST_BYTES * 10_000) / 9_600 + wireDelays.pauseMs + 300, 6);
});
