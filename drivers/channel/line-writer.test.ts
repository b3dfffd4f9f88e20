import { describe, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { concat } from '../codec/bytes.ts';
import { MAX_CHUNK_BYTES } from './channel.ts';
import { LineWriter, lineWriterDelays, MAX_UNDRAINED_BYTES } from './line-writer.ts';
import { UartPort } from './uart-port.ts';
import { wireMs } from './uart-wire.ts';

const BAUD = 115_200;
const CHUNK_MS = wireMs(MAX_CHUNK_BYTES, BAUD);
const TICK_MS = 4;

function setUp(portBaud: number) {
  const clock = new SimulatedClock();
  const arrived: Uint8Array[] = [];
  const port = new UartPort({
    clock,
    baudRate: portBaud,
    tickMs: TICK_MS,
    callbackMs: 0.2,
    deliver: (bytes) => arrived.push(bytes),
  });
  const writer = new LineWriter(port, {
    clock,
    baudRate: BAUD,
    lost: (why) => fault('device.lost', why),
  });
  return { clock, port, writer, arrived: () => concat(arrived) };
}

/** Bytes that tell where they stand. */
function numbered(length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
}

/** As a driver that looks at its flow control between two chunks does it. */
async function writeInChunks(writer: LineWriter, bytes: Uint8Array): Promise<Result<void>> {
  let last: Result<void> = { ok: true, value: undefined };
  for (let start = 0; start < bytes.length && last.ok; start += MAX_CHUNK_BYTES) {
    last = await writer.write(bytes.subarray(start, start + MAX_CHUNK_BYTES));
  }
  return last;
}

/** Time between two writes in which nothing was on the wire. */
function gapsMs(port: UartPort): number[] {
  return port.spans.slice(1).map((span, index) => span.startMs - (port.spans[index]?.endMs ?? 0));
}

function watched(result: Promise<Result<void>>) {
  const seen: { value: Result<void> | null } = { value: null };
  void result.then((value) => {
    seen.value = value;
  });
  return seen;
}

describe('a long job', () => {
  it.each(['in one write', 'in chunks'])(
    '%s leaves the line no pause, however late “drained” is said',
    async (how) => {
      const { clock, port, writer, arrived } = setUp(BAUD);
      const job = numbered(2 * MAX_CHUNK_BYTES + 100);
      const done = watched(how === 'in chunks' ? writeInChunks(writer, job) : writer.write(job));
      await clock.advance(1_000);
      expect(done.value).toEqual({ ok: true, value: undefined });
      expect(gapsMs(port)).toEqual([0, 0]);
      expect(arrived()).toEqual(job);
    },
  );

  it('has at most one chunk waiting behind the one that leaves', async () => {
    const { clock, port, writer } = setUp(BAUD);
    void writeInChunks(writer, numbered(MAX_UNDRAINED_BYTES));
    for (let elapsedMs = 1; elapsedMs < 3 * CHUNK_MS; elapsedMs += 1) {
      await clock.advance(1);
      const leftBytes = Math.floor(clock.monotonicMs() / wireMs(1, BAUD));
      const leadBytes = Math.ceil(lineWriterDelays.leadMs / wireMs(1, BAUD));
      expect(port.takenBytes - leftBytes).toBeLessThanOrEqual(MAX_CHUNK_BYTES + leadBytes + 1);
    }
  });

  it('is believed to have left by the clock for a while only: then the port is asked', async () => {
    const { clock, port, writer, arrived } = setUp(BAUD);
    const job = numbered(4 * MAX_UNDRAINED_BYTES);
    void writeInChunks(writer, job);
    await clock.advance(5_000);
    expect(arrived()).toEqual(job);
    const pauses = gapsMs(port).filter((gapMs) => gapMs > 0);
    expect(pauses).toHaveLength(3);
    for (const pauseMs of pauses) expect(pauseMs).toBeLessThan(2 * TICK_MS);
  });

  it('on a line that is slower than it says is held back by what the port has drained', async () => {
    const { clock, port, writer } = setUp(BAUD / 12);
    void writeInChunks(writer, numbered(4 * MAX_UNDRAINED_BYTES));
    await clock.advance(4 * CHUNK_MS);
    expect(port.takenBytes).toBe(MAX_UNDRAINED_BYTES);
  });

  it('on a port that is faster than it says goes at the port’s pace', async () => {
    const { clock, writer, arrived } = setUp(BAUD * 100);
    const job = numbered(3 * MAX_CHUNK_BYTES);
    void writeInChunks(writer, job);
    // A tick to notice each chunk, where the nominal rate would take 44 ms for it.
    await clock.advance(3 * 2 * TICK_MS);
    expect(arrived()).toEqual(job);
  });
});

describe('a handshake that holds the line', () => {
  it('keeps all but a little on our side, and loses nothing', async () => {
    const { clock, port, writer, arrived } = setUp(BAUD);
    const job = numbered(3 * MAX_UNDRAINED_BYTES);
    port.hold();
    const done = watched(writeInChunks(writer, job));
    await clock.advance(60_000);
    expect(port.takenBytes).toBe(MAX_UNDRAINED_BYTES);
    expect(done.value).toBeNull();
    port.release();
    await clock.advance(5_000);
    expect(done.value).toEqual({ ok: true, value: undefined });
    expect(arrived()).toEqual(job);
  });
});

describe('a request', () => {
  it('has left when its write is done', async () => {
    const { clock, writer } = setUp(BAUD);
    const done = watched(writer.write(numbered(200)));
    await clock.advance(wireMs(200, BAUD) - 0.1);
    expect(done.value).toBeNull();
    await clock.advance(2 * TICK_MS);
    expect(done.value).toEqual({ ok: true, value: undefined });
  });

  it('behind a job has left with it', async () => {
    const { clock, port, writer } = setUp(BAUD);
    void writer.write(numbered(MAX_CHUNK_BYTES));
    const done = watched(writer.write(Uint8Array.of(0x1d, 0x72, 0x01)));
    await clock.advance(CHUNK_MS);
    expect(done.value).toBeNull();
    await clock.advance(1_000);
    expect(done.value?.ok).toBe(true);
    expect(port.spans.map((span) => span.bytes.length)).toEqual([MAX_CHUNK_BYTES, 3]);
  });
});

describe('two who write', () => {
  it('do not mix: the second goes out behind all chunks of the first', async () => {
    const { clock, writer, arrived } = setUp(BAUD);
    const job = numbered(2 * MAX_CHUNK_BYTES + 100);
    void writer.write(job);
    void writer.write(Uint8Array.of(0x1d, 0x72, 0x01));
    await clock.advance(1_000);
    expect(arrived()).toEqual(concat([job, Uint8Array.of(0x1d, 0x72, 0x01)]));
  });
});

describe('a drain', () => {
  it('that was asked before a chunk does not speak for it', async () => {
    const clock = new SimulatedClock();
    const drains: (() => void)[] = [];
    const port = {
      write: (_chunk: Uint8Array, done: (error: Error | null) => void) => done(null),
      drain: (done: (error: Error | null) => void) => drains.push(() => done(null)),
    };
    const lost = (why: string) => fault('device.lost', why);
    const writer = new LineWriter(port, { clock, baudRate: BAUD, lost });
    const done = watched(writer.write(numbered(MAX_CHUNK_BYTES + 10)));
    await clock.advance(1_000);
    expect(drains).toHaveLength(1);
    drains[0]?.();
    await clock.advance(1_000);
    expect(done.value).toBeNull();
    drains[1]?.();
    await clock.advance(0);
    expect(done.value).toEqual({ ok: true, value: undefined });
  });
});

describe('a port that goes', () => {
  it('while a chunk leaves is device.lost at once', async () => {
    const { clock, writer } = setUp(BAUD);
    const done = watched(writer.write(numbered(100)));
    await clock.advance(1);
    writer.end('the port closed');
    await clock.advance(0);
    expect(done.value).toEqual({ ok: false, fault: fault('device.lost', 'the port closed') });
    const later = watched(writer.write(numbered(1)));
    await clock.advance(0);
    expect(later.value).toEqual({ ok: false, fault: fault('device.lost', 'the port closed') });
  });

  it('while the handshake holds it is device.lost for everybody who waits, and hands over nothing more', async () => {
    const { clock, port, writer } = setUp(BAUD);
    port.hold();
    const job = watched(writeInChunks(writer, numbered(3 * MAX_UNDRAINED_BYTES)));
    const request = watched(writer.write(Uint8Array.of(1)));
    await clock.advance(1_000);
    const taken = port.takenBytes;
    writer.end('unplugged');
    await clock.advance(1_000);
    expect(job.value).toEqual({ ok: false, fault: fault('device.lost', 'unplugged') });
    expect(request.value).toEqual({ ok: false, fault: fault('device.lost', 'unplugged') });
    expect(port.takenBytes).toBe(taken);
  });

  it('and says so when it is written to, or drained, is device.lost from then on', async () => {
    const { clock, port, writer } = setUp(BAUD);
    port.fail(new Error('EIO'));
    const done = watched(writer.write(numbered(600)));
    await clock.advance(1_000);
    expect(done.value).toEqual({ ok: false, fault: fault('device.lost', 'EIO') });
    const later = watched(writer.write(numbered(1)));
    await clock.advance(1_000);
    expect(later.value).toEqual({ ok: false, fault: fault('device.lost', 'EIO') });
  });

  it('after a chunk was believed to have left is told to the next write', async () => {
    const { clock, port, writer } = setUp(BAUD);
    const first = watched(writer.write(numbered(MAX_CHUNK_BYTES)));
    await clock.advance(CHUNK_MS - lineWriterDelays.leadMs + 1);
    expect(first.value?.ok).toBe(true);
    port.fail(new Error('EIO'));
    await clock.advance(1_000);
    const next = watched(writer.write(numbered(MAX_CHUNK_BYTES)));
    await clock.advance(1_000);
    expect(next.value).toEqual({ ok: false, fault: fault('device.lost', 'EIO') });
  });
});
