import { expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { overUart } from './uart.ts';

const BAUD = 10_000; // one byte is one millisecond

it('a device over a line is as far away as its bytes are long, both ways, and every byte is counted', async () => {
  const clock = new SimulatedClock();
  const record = { transfers: [], latenessMs: [] };
  const device = overUart(
    { attach: (line) => ({ receive: () => line.send(new Uint8Array(5)), unplugged: () => undefined }) },
    { clock, baudRate: BAUD, record },
  );
  const answeredMs: number[] = [];
  const plug = device.attach({ send: () => answeredMs.push(clock.monotonicMs()) });
  plug.receive(new Uint8Array(10));
  await clock.advance(100);
  expect(answeredMs).toEqual([15]);
  expect(record.transfers).toEqual([
    { from: 'host', bytes: new Uint8Array(10), startMs: 0 },
    { from: 'device', bytes: new Uint8Array(5), startMs: 10 },
  ]);
});
