import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { REFUSAL_TAKEN_WITHIN_MS, refuseUpgrade } from './end-connections.ts';

/** `takes`: whether what is written goes anywhere. */
function peer(takes: boolean): Duplex & { readonly written: string[] } {
  const written: string[] = [];
  const socket = new Duplex({
    read: () => undefined,
    write: (chunk, _encoding, done) => {
      written.push(String(chunk));
      if (takes) done();
    },
  });
  return Object.assign(socket, { written });
}

it('a refused upgrade gets its answer, and is hung up on', async () => {
  const clock = new SimulatedClock();
  const socket = peer(true);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  refuseUpgrade(socket, '421 Misdirected Request', clock);
  await closed;
  expect(socket.written.join('')).toMatch(/^HTTP\/1\.1 421 Misdirected Request\r\n.*\r\n\r\n$/s);
  expect(clock.pendingTimers).toBe(0);
});

it('so is one that does not take the answer', async () => {
  const clock = new SimulatedClock();
  const socket = peer(false);
  refuseUpgrade(socket, '421 Misdirected Request', clock);
  expect(socket.destroyed).toBe(false);
  await clock.advance(REFUSAL_TAKEN_WITHIN_MS);
  expect(socket.destroyed).toBe(true);
});

it('one that is reset meanwhile ends nothing but itself', async () => {
  const socket = peer(false);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  refuseUpgrade(socket, '421 Misdirected Request', new SimulatedClock());
  // Without a listener for it this is an exception that nobody catches.
  socket.destroy(new Error('ECONNRESET'));
  await closed;
});
