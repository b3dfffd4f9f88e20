import { beforeEach, describe, expect, it } from 'vitest';
import type { PrintOutcome } from '#contract/device-host.ts';
import type { DeviceState } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import { receiptDocumentSchema, type ReceiptDocument } from '#contract/receipt.ts';
import { sleep } from '#contract/ports.ts';
import { ok } from '#contract/result.ts';
import type { OpenChannel } from '../channel/channel.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { ReceiptPrinter } from './driver.ts';
import { receiptStart } from './encode.ts';
import { printerProfile, type PrinterProfile } from './profiles.ts';
import { noRareGlyphs } from './rare-glyphs.ts';
import type { Paper } from './session.ts';
import { ReceiptPrinterSimulator } from './simulator.ts';
import { realTimeRequest } from './status.ts';

const LINE_MS = 20;
const receipt = (name: string) =>
  receiptDocumentSchema.parse({
    nodes: [
      { type: 'text', text: name, size: 'double', align: 'center' },
      ...Array.from({ length: 20 }, (_, index) => ({ type: 'row', left: `第${index}行`, right: '中文' })),
      { type: 'qr', data: 'https://example.invalid/q' },
    ],
  });

let clock: SimulatedClock;
let simulator: ReceiptPrinterSimulator;
let line: MemoryLine;
let printer: ReceiptPrinter;
let states: DeviceState[];
let paper: Paper;

type AfterStop = 'continue' | 'drop' | 'error';

function profileOf(id: string): PrinterProfile {
  const profile = printerProfile(id);
  if (profile === null) throw new Error(id);
  return profile;
}

function setUp(profileId: string, afterStop: AfterStop): void {
  setUpProfile(profileOf(profileId), afterStop);
}

function newPrinter(profile: PrinterProfile, open: OpenChannel): ReceiptPrinter {
  return new ReceiptPrinter({
    clock,
    open,
    profile,
    rare: noRareGlyphs,
    onStatus: (status) => states.push(status),
    paper,
  });
}

function setUpProfile(profile: PrinterProfile, afterStop: AfterStop, lineMs = LINE_MS): void {
  clock = new SimulatedClock();
  simulator = new ReceiptPrinterSimulator({ clock, profile, name: 'TM-T82III', lineMs, afterStop });
  line = new MemoryLine(simulator, clock);
  states = [];
  paper = { isUnfinished: false };
  printer = newPrinter(profile, line.open);
}

async function makeReady(): Promise<void> {
  printer.start();
  // Probes, and the first heartbeat, which makes sure that no older job owes an answer.
  await clock.advance(3_500);
  expect(printer.status.state).toBe('ready');
}

/** The outcome of a job, after `ms`; null while it is under way. */
function print(slip: string | ReceiptDocument): { outcome: PrintOutcome | null } {
  const job: { outcome: PrintOutcome | null } = { outcome: null };
  void printer.print(typeof slip === 'string' ? receipt(slip) : slip).then((outcome) => {
    job.outcome = outcome;
  });
  return job;
}

/** What each slip begins with; the blank strips that part two of them are none. */
const titles = () =>
  simulator
    .receipts()
    .map(({ rendered }) => {
      const [first] = rendered.items;
      return first?.type === 'text' ? first.text : '';
    })
    .filter((title) => title !== '');

/** All text of a slip. */
const linesOf = (index: number) =>
  (simulator.receipts()[index]?.rendered.items ?? [])
    .map((item) => (item.type === 'text' ? item.text : ''))
    .join('\n');

beforeEach(() => setUp('generic-80', 'continue'));

describe('a printer that works', () => {
  it.each([
    ['generic-80', 'ESC/POS printer (generic-80)', 'in-order-status'],
    ['snbc-80', 'ESC/POS printer (snbc-80)', 'in-order-status'],
    ['generic-58', 'ESC/POS printer (generic-58)', 'in-order-status'],
    ['epson-80', 'TM-T82III', 'process-id'],
  ] as const)('%s says who it is and proves that it has printed', async (id, identity, proof) => {
    setUp(id, 'continue');
    await makeReady();
    expect(printer.status).toEqual({ state: 'ready', identity });
    const job = print('回执一');
    await clock.advance(10);
    expect(printer.status.state).toBe('busy');
    expect(job.outcome).toBeNull();
    await clock.advance(3_000);
    expect(job.outcome).toEqual({ end: 'printed', proof });
    expect(titles()).toEqual(['回执一']);
    expect(simulator.receipts()[0]?.rendered.warnings).toEqual([]);
    expect(printer.status.state).toBe('ready');
  });

  it('prints one job after the other, in the order in which they were given', async () => {
    await makeReady();
    const jobs = [print('甲'), print('乙'), print('丙')];
    await clock.advance(10_000);
    expect(jobs.map((job) => job.outcome?.end)).toEqual(['printed', 'printed', 'printed']);
    expect(titles()).toEqual(['甲', '乙', '丙']);
  });

  it('is written to in chunks of at most 512 bytes', async () => {
    await makeReady();
    print('回执');
    await clock.advance(3_000);
    expect(Math.max(...line.written.map((bytes) => bytes.length))).toBeLessThanOrEqual(512);
  });

  it('warns of the end of the paper and prints on', async () => {
    await makeReady();
    simulator.setPaper('near-end');
    await clock.advance(1_200);
    expect(printer.status).toMatchObject({ state: 'attention', needs: ['paper-near-end'] });
    const job = print('回执');
    await clock.advance(3_000);
    expect(job.outcome?.end).toBe('printed');
  });
});

describe('a printer that cannot print', () => {
  it.each([
    ['paper out', () => simulator.setPaper('out'), 'printer.paper-out', 'paper-out'],
    ['cover open', () => simulator.setCover(true), 'printer.cover-open', 'cover-open'],
  ] as const)(
    'for %s says so before anything of the receipt that could come onto paper is sent',
    async (_what, spoil, code, need) => {
      await makeReady();
      spoil();
      const job = print('回执');
      await clock.advance(100);
      expect(job.outcome).toEqual({ end: 'failed', fault: { code } });
      expect(printer.status).toMatchObject({ state: 'attention', needs: [need] });
      // Settings with a question behind them, and questions.
      const longest = receiptStart(profileOf('generic-80')).length + realTimeRequest('printer').length;
      expect(Math.max(...line.written.map((bytes) => bytes.length))).toBe(longest);
      simulator.setPaper('ok');
      simulator.setCover(false);
      await clock.advance(1_200);
      expect(printer.status.state).toBe('ready');
      expect(simulator.receipts()).toEqual([]);
    },
  );

  it('is identified while its paper is out', async () => {
    simulator.setPaper('out');
    printer.start();
    await clock.advance(100);
    expect(printer.status).toMatchObject({ state: 'attention', needs: ['paper-out'] });
  });

  it('and was never there fails the job as not ready', async () => {
    const job = print('回执');
    await clock.advance(10);
    expect(job.outcome).toEqual({ end: 'failed', fault: { code: 'device.not-ready' } });
  });

  it('and is switched off fails the job as disabled', async () => {
    await makeReady();
    await printer.disable();
    const job = print('回执');
    await clock.advance(10);
    expect(job.outcome).toEqual({ end: 'failed', fault: { code: 'device.disabled' } });
  });
});

describe('a printer whose paper runs out in the middle of a slip', () => {
  it.each(['generic-80', 'snbc-80', 'epson-80'])(
    '(%s) goes on when paper is put in: one slip, complete, printed',
    async (id) => {
      setUp(id, 'continue');
      await makeReady();
      const job = print('回执');
      await clock.advance(10 * LINE_MS);
      expect(simulator.linesPrinted).toBeGreaterThan(5);
      simulator.setPaper('out');
      await clock.advance(20_000);
      simulator.setCover(true);
      await clock.advance(15_000);
      simulator.setPaper('ok');
      await clock.advance(5_000);
      expect(job.outcome).toBeNull();
      simulator.setCover(false);
      await clock.advance(5_000);
      expect(job.outcome).toMatchObject({ end: 'printed' });
      expect(titles()).toEqual(['回执']);
      expect(linesOf(0)).toContain('第19行');
      expect(printer.status.state).toBe('ready');
    },
  );

  it('says so while it waits, and is busy again when it goes on', async () => {
    await makeReady();
    print('回执');
    await clock.advance(10 * LINE_MS);
    simulator.setPaper('out');
    await clock.advance(2_000);
    expect(printer.status).toMatchObject({ state: 'attention', needs: ['paper-out'] });
    simulator.setPaper('ok');
    await clock.advance(1_100);
    expect(states.slice(-3).map(({ state }) => state)).toEqual(['attention', 'busy', 'ready']);
  });

  it.each(['generic-80', 'snbc-80', 'epson-80'])(
    '(%s) and that nobody helps leaves the job unknown, and the rest of it never comes out',
    async (id) => {
      setUp(id, 'continue');
      await makeReady();
      const job = print('第一');
      await clock.advance(10 * LINE_MS);
      simulator.setPaper('out');
      await clock.advance(58_000);
      expect(job.outcome).toBeNull();
      await clock.advance(4_000);
      expect(job.outcome).toEqual({ end: 'unknown', fault: { code: 'printer.paper-out' } });
      simulator.setCover(true);
      simulator.setPaper('ok');
      await clock.advance(3_000);
      simulator.setCover(false);
      await clock.advance(5_000);
      expect(printer.status.state).toBe('ready');
      const second = print('第二');
      await clock.advance(5_000);
      expect(second.outcome).toMatchObject({ end: 'printed' });
      // What was on paper is cut off before the next slip begins.
      expect(titles()).toEqual(['第一', '第二']);
      expect(linesOf(0)).not.toContain('第19行');
    },
  );

  it('and that has no command to clear gets its next job behind the rest of the first', async () => {
    setUpProfile({ ...profileOf('generic-80'), clearing: 'none' }, 'continue');
    await makeReady();
    const first = print('第一');
    await clock.advance(10 * LINE_MS);
    simulator.setPaper('out');
    await clock.advance(62_000);
    expect(first.outcome?.end).toBe('unknown');
    simulator.setPaper('ok');
    const second = print('第二');
    for (let waited = 0; waited < 15_000 && second.outcome === null; waited += 10) {
      await clock.advance(10);
      // The late answer of the first job must not prove the second one.
      if (!titles().includes('第二')) expect(second.outcome).toBeNull();
    }
    expect(second.outcome).toMatchObject({ end: 'printed' });
    expect(titles()[0]).toBe('第一');
    expect(linesOf(0)).toContain('第19行');
    expect(titles().filter((title) => title === '第二')).toHaveLength(1);
  });

  it.each(['continue', 'drop', 'error'] as const)(
    'and will %s does not let the stopped job’s late answer prove the next one',
    async (afterStop) => {
      setUp('generic-80', afterStop);
      await makeReady();
      const first = print('第一');
      await clock.advance(10 * LINE_MS);
      simulator.setPaper('out');
      await clock.advance(62_000);
      expect(first.outcome?.end).toBe('unknown');
      simulator.setPaper('ok');
      const second = print('第二');
      for (let waited = 0; waited < 20_000 && second.outcome === null; waited += 10) {
        await clock.advance(10);
        if (!titles().includes('第二')) expect(second.outcome).toBeNull();
      }
      expect(second.outcome).toMatchObject({ end: 'printed' });
      expect(titles().filter((title) => title === '第二')).toHaveLength(1);
    },
  );
});

describe('a printer whose cover is opened while it prints', () => {
  it.each([
    ['generic-80', 'continue'],
    ['generic-80', 'error'],
    ['snbc-80', 'error'],
    ['epson-80', 'error'],
  ] as const)('(%s, %s) may have lost lines: unknown, cleared, ready again', async (id, afterStop) => {
    setUp(id, afterStop);
    await makeReady();
    const job = print('第一');
    await clock.advance(10 * LINE_MS + 5);
    simulator.setCover(true);
    await clock.advance(3_000);
    expect(job.outcome).toEqual({ end: 'unknown', fault: { code: 'printer.cover-open' } });
    expect(printer.status).toMatchObject({ state: 'attention', needs: ['cover-open'] });
    simulator.setCover(false);
    await clock.advance(6_000);
    expect(printer.status.state).toBe('ready');
    const second = print('第二');
    await clock.advance(5_000);
    expect(second.outcome).toMatchObject({ end: 'printed' });
    expect(titles().at(-1)).toBe('第二');
    expect(titles().filter((title) => title === '第二')).toHaveLength(1);
  });

  it('for less than a heartbeat is only known to printers that tell by themselves', async () => {
    for (const [id, end] of [
      ['generic-80', 'printed'],
      ['snbc-80', 'unknown'],
    ] as const) {
      setUp(id, 'continue');
      await makeReady();
      const job = print('回执');
      await clock.advance(10 * LINE_MS);
      simulator.setCover(true);
      await clock.advance(300);
      simulator.setCover(false);
      await clock.advance(4_000);
      expect(job.outcome?.end).toBe(end);
    }
  });

  it('and was left in its error by an older session is brought out of it', async () => {
    setUp('epson-80', 'error');
    await makeReady();
    print('第一');
    await clock.advance(10 * LINE_MS + 5);
    line.unplug(fault('device.port-missing'));
    simulator.setCover(true);
    simulator.setCover(false);
    line.plug();
    await clock.advance(8_000);
    expect(printer.status.state).toBe('ready');
  });
});

describe('a printer that tells of itself', () => {
  it.each([
    ['paper out', () => simulator.setPaper('out'), 'paper-out'],
    ['cover open', () => simulator.setCover(true), 'cover-open'],
  ] as const)('shows %s at once, between two heartbeats', async (_what, spoil, need) => {
    setUp('snbc-80', 'continue');
    await makeReady();
    const written = line.written.length;
    spoil();
    await clock.advance(1);
    expect(printer.status).toMatchObject({ state: 'attention', needs: [need] });
    expect(line.written.length).toBe(written);
  });

  it('shows paper out at once in the middle of a job', async () => {
    setUp('epson-80', 'continue');
    await makeReady();
    print('回执');
    await clock.advance(10 * LINE_MS);
    expect(printer.status.state).toBe('busy');
    simulator.setPaper('out');
    await clock.advance(1);
    expect(printer.status).toMatchObject({ state: 'attention', needs: ['paper-out'] });
    simulator.setPaper('ok');
    await clock.advance(1);
    expect(printer.status.state).toBe('busy');
  });

  it('is told to again after each job, since a reset may end it', async () => {
    setUp('epson-80', 'continue');
    await makeReady();
    print('回执');
    await clock.advance(4_000);
    simulator.setPaper('near-end');
    await clock.advance(1);
    expect(printer.status).toMatchObject({ state: 'attention', needs: ['paper-near-end'] });
  });
});

describe('proof', () => {
  it.each([
    ['xprinter-80', { processId: true, inOrderStatus: true }, { end: 'printed', proof: 'process-id' }],
    ['xprinter-80', { processId: false, inOrderStatus: true }, { end: 'printed', proof: 'in-order-status' }],
    ['xprinter-80', { processId: false, inOrderStatus: false }, { end: 'unknown' }],
    ['hprt-80', { processId: false, inOrderStatus: true }, { end: 'printed', proof: 'in-order-status' }],
    ['sprt-58', { processId: false, inOrderStatus: true }, { end: 'printed', proof: 'in-order-status' }],
  ] as const)('of %s that can %j is found out by asking once', async (id, probed, outcome) => {
    setUp(id, 'continue');
    const profile = profileOf(id);
    simulator = new ReceiptPrinterSimulator({
      clock,
      profile,
      name: '',
      lineMs: LINE_MS,
      afterStop: 'continue',
      probed,
    });
    line = new MemoryLine(simulator, clock);
    printer = newPrinter(profile, line.open);
    await makeReady();
    const job = print('回执');
    await clock.advance(15_000);
    expect(job.outcome).toMatchObject(outcome);
    expect(titles()).toEqual(['回执']);
  });
});

describe('flow control', () => {
  const slow = (flowControl: 'xon-xoff' | 'rts-cts') => {
    const profile = { ...profileOf('generic-80'), flowControl };
    setUpProfile(profile, 'continue');
    simulator = new ReceiptPrinterSimulator({
      clock,
      profile,
      name: '',
      lineMs: LINE_MS,
      afterStop: 'continue',
      bufferBytes: 1_100,
    });
    line = new MemoryLine(simulator, clock);
    return profile;
  };
  const longReceipt = receiptDocumentSchema.parse({
    nodes: Array.from({ length: 200 }, (_, at) => ({ type: 'text', text: `第${at}行 便民服务站便民` })),
  });

  it('by XOFF holds every chunk back until the printer has room', async () => {
    const profile = slow('xon-xoff');
    printer = newPrinter(profile, line.open);
    await makeReady();
    const outcome = printer.print(longReceipt);
    await clock.advance(20_000);
    expect(await outcome).toMatchObject({ end: 'printed' });
    expect(simulator.lostBytes).toBe(0);
    expect(linesOf(0)).toContain('第199行');
  });

  it('by XOFF waits for paper as well', async () => {
    const profile = slow('xon-xoff');
    printer = newPrinter(profile, line.open);
    await makeReady();
    const outcome = printer.print(longReceipt);
    await clock.advance(300);
    simulator.setPaper('out');
    await clock.advance(40_000);
    simulator.setPaper('ok');
    await clock.advance(20_000);
    expect(await outcome).toMatchObject({ end: 'printed' });
    expect(simulator.lostBytes).toBe(0);
  });

  it('by CTS waits for paper as well, where the line holds back the bytes themselves', async () => {
    const profile = slow('rts-cts');
    // Real-time requests are short, and pass; a chunk waits until there is room for it.
    const open: OpenChannel = async (events) => {
      const opened = await line.open(events);
      if (!opened.ok) return opened;
      return ok({
        ...opened.value,
        write: async (bytes) => {
          while (bytes.length > 16 && simulator.bufferedBytes > 500) await sleep(clock, 10);
          return opened.value.write(bytes);
        },
      });
    };
    printer = newPrinter(profile, open);
    await makeReady();
    const outcome = printer.print(longReceipt);
    await clock.advance(300);
    simulator.setPaper('out');
    await clock.advance(40_000);
    simulator.setPaper('ok');
    await clock.advance(20_000);
    expect(await outcome).toMatchObject({ end: 'printed' });
    expect(simulator.lostBytes).toBe(0);
  });
});

describe('noise on the line', () => {
  it('that looks like XOFF costs one job its proof, and none behind it', async () => {
    await makeReady();
    line.noise([0x13]);
    const first = print('第一');
    await clock.advance(15_000);
    expect(first.outcome?.end).toBe('unknown');
    const second = print('第二');
    await clock.advance(10_000);
    expect(second.outcome).toMatchObject({ end: 'printed' });
    expect(titles()).toEqual(['第二']);
  });

  it('of a printer that loses its power in the middle of a slip is no proof that it printed', async () => {
    await makeReady();
    const job = print('第一');
    await clock.advance(5 * LINE_MS);
    simulator.setFault('silent');
    line.noise([0x00]);
    await clock.advance(5_000);
    expect(job.outcome).toMatchObject({ end: 'unknown', fault: { code: 'printer.unconfirmed' } });
    expect(simulator.receipts()).toEqual([]);
  });

  it('that eats the question behind a proof does not make the slip doubtful', async () => {
    await makeReady();
    const job = print('第一');
    await clock.advance(5 * LINE_MS);
    let eaten = 0;
    const isQuestion = (bytes: Uint8Array) => bytes[0] === 0x10 && bytes[1] === 0x04;
    line.swallow((bytes) => isQuestion(bytes) && (eaten += 1) === 1);
    await clock.advance(5_000);
    expect(eaten).toBeGreaterThan(1);
    expect(job.outcome).toMatchObject({ end: 'printed' });
  });
});

describe('a printer that stops in the middle', () => {
  it('at its cutter leaves the job unknown, and the cutter is what it needs', async () => {
    await makeReady();
    simulator.setCutterFault(true);
    const job = print('回执');
    await clock.advance(4_000);
    expect(job.outcome).toEqual({ end: 'unknown', fault: { code: 'printer.cutter' } });
    expect(printer.status).toMatchObject({ state: 'attention', needs: ['cutter'] });
    simulator.setCutterFault(false);
    await clock.advance(2_000);
    expect(printer.status.state).toBe('ready');
    expect(titles()).toEqual(['回执']);
  });

  it('and never gives a proof leaves the job unconfirmed', async () => {
    await makeReady();
    simulator.setFault('no-proof');
    const job = print('回执');
    await clock.advance(20_000);
    expect(job.outcome).toMatchObject({ end: 'unknown', fault: { code: 'printer.unconfirmed' } });
  });
});

describe('a printer that lies', () => {
  const troubles = [
    ['its paper is out', () => simulator.setPaper('out')],
    ['its cover is open', () => simulator.setCover(true)],
    ['its cutter jams', () => simulator.setCutterFault(true)],
  ] as const;

  it.each(troubles)(
    'that it is ready while %s has not printed: the job is unconfirmed',
    async (_what, spoil) => {
      await makeReady();
      simulator.setFault('says-ready');
      spoil();
      const job = print('回执');
      await clock.advance(20_000);
      expect(job.outcome).toMatchObject({ end: 'unknown', fault: { code: 'printer.unconfirmed' } });
      expect(simulator.receipts()).toEqual([]);
    },
  );

  it('in everything, also that it has printed, is believed: nothing on the line could tell', async () => {
    await makeReady();
    simulator.setFault('says-printed');
    simulator.setPaper('out');
    const job = print('回执');
    await clock.advance(20_000);
    expect(job.outcome).toMatchObject({ end: 'printed' });
    expect(simulator.receipts()).toEqual([]);
  });
});

describe('a printer whose answers are spoilt', () => {
  it.each(['garbage', 'half-frame', 'wrong-checksum'] as const)(
    '(%s) before a job fails it with nothing on paper, is lost, and heals',
    async (kind) => {
      await makeReady();
      simulator.setFault(kind);
      const job = print('回执');
      await clock.advance(3_000);
      expect(job.outcome).toMatchObject({ end: 'failed' });
      expect(simulator.linesPrinted).toBe(0);
      expect(printer.status.state).not.toBe('ready');
      simulator.setFault(null);
      await clock.advance(10_000);
      expect(printer.status.state).toBe('ready');
    },
  );

  it.each(['garbage', 'half-frame', 'silent', 'wrong-checksum'] as const)(
    '(%s) in the middle of a job leaves it unknown, and it is not printed twice',
    async (kind) => {
      await makeReady();
      const job = print('回执');
      await clock.advance(5 * LINE_MS);
      simulator.setFault(kind);
      await clock.advance(20_000);
      expect(job.outcome).toMatchObject({ end: 'unknown', fault: { code: 'printer.unconfirmed' } });
      simulator.setFault(null);
      await clock.advance(20_000);
      expect(printer.status.state).toBe('ready');
      expect(titles()).toEqual(['回执']);
    },
  );

  it('(slow bytes) has printed all the same', async () => {
    await makeReady();
    simulator.setFault('slow-bytes');
    const job = print('回执');
    await clock.advance(4_000);
    expect(job.outcome).toMatchObject({ end: 'printed' });
  });
});

describe('a printer that is unplugged', () => {
  it('while idle is lost, and comes back by itself', async () => {
    await makeReady();
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(printer.status).toMatchObject({ state: 'lost', fault: { code: 'device.lost' } });
    line.plug();
    await clock.advance(2_000);
    expect(printer.status.state).toBe('ready');
  });

  it('while identifying is lost', async () => {
    simulator.setFault('silent');
    printer.start();
    await clock.advance(100);
    expect(printer.status.state).toBe('identifying');
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(printer.status).toMatchObject({ state: 'lost', fault: { code: 'device.lost' } });
  });

  it('while printing leaves the job unknown at once, and is not printed again by itself', async () => {
    await makeReady();
    const job = print('回执');
    await clock.advance(5 * LINE_MS);
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(job.outcome).toMatchObject({ end: 'unknown', fault: { code: 'device.lost' } });
    line.plug();
    await clock.advance(10_000);
    expect(printer.status.state).toBe('ready');
    expect(titles()).toEqual(['回执']);
    const next = print('下一张');
    await clock.advance(4_000);
    expect(next.outcome?.end).toBe('printed');
    expect(titles()).toEqual(['回执', '下一张']);
  });

  describe('in the middle of a slip', () => {
    const CHUNK_MS = 400;
    /** A line on which each chunk of a slip takes its time. */
    const slow = (profile: PrinterProfile) => {
      setUpProfile(profile, 'continue');
      const open: OpenChannel = async (events) => {
        const opened = await line.open(events);
        if (!opened.ok) return opened;
        return ok({
          ...opened.value,
          write: async (bytes) => {
            if (bytes.length > 16) await sleep(clock, CHUNK_MS);
            return opened.value.write(bytes);
          },
        });
      };
      printer = newPrinter(profile, open);
    };
    /** Whose first chunk ends in the data of its QR code. */
    const torn = receiptDocumentSchema.parse({
      nodes: [
        { type: 'text', text: '第一' },
        { type: 'qr', data: `https://example.invalid/${'x'.repeat(500)}` },
      ],
    });

    it.each([
      ['epson-80', 1, receipt('第一')],
      ['generic-80', 1, receipt('第一')],
      ['generic-80', 2, receipt('第一')],
      ['generic-80', 3, receipt('第一')],
      ['generic-80', 1, torn],
      ['epson-80', 1, torn],
    ] as const)('(%s, behind chunk %i) leaves it on a strip of its own', async (id, chunks, document) => {
      slow(profileOf(id));
      await makeReady();
      const first = print(document);
      await clock.advance(chunks * CHUNK_MS + CHUNK_MS / 2);
      line.unplug(fault('device.port-missing'));
      await clock.advance(3_000);
      expect(first.outcome).toMatchObject({ end: 'unknown', fault: { code: 'device.lost' } });
      line.plug();
      await clock.advance(20_000);
      expect(printer.status.state).toBe('ready');
      expect(titles()).toEqual(['第一']);
      const second = print('第二');
      await clock.advance(10_000);
      expect(second.outcome).toMatchObject({ end: 'printed' });
      expect(titles()).toEqual(['第一', '第二']);
      expect(simulator.receipts().at(-1)?.rendered.warnings).toEqual([]);
    });

    it('and given to a new driver is cut off as well', async () => {
      slow(profileOf('generic-80'));
      await makeReady();
      print('第一');
      await clock.advance(2 * CHUNK_MS);
      await printer.close();
      printer = newPrinter(profileOf('generic-80'), line.open);
      await makeReady();
      const second = print('第二');
      await clock.advance(10_000);
      expect(second.outcome).toMatchObject({ end: 'printed' });
      expect(titles()).toEqual(['第一', '第二']);
    });

    it('begun before the line had told that the cut of an older one was written is cut off as well', async () => {
      const profile = profileOf('generic-80');
      setUpProfile(profile, 'continue');
      paper.isUnfinished = true;
      let isFirstCut = true;
      printer = newPrinter(profile, async (events) => {
        const opened = await line.open(events);
        if (!opened.ok) return opened;
        return ok({
          ...opened.value,
          write: async (bytes) => {
            const isHeld = isFirstCut && bytes.includes(0x56);
            if (isHeld) isFirstCut = false;
            else if (bytes.length > 16) await sleep(clock, CHUNK_MS);
            const written = await opened.value.write(bytes);
            if (isHeld) await sleep(clock, 3_800);
            return written;
          },
        });
      });
      await makeReady();
      const first = print('第一');
      await clock.advance(2 * CHUNK_MS + CHUNK_MS / 2);
      expect(isFirstCut).toBe(false);
      expect(first.outcome).toBeNull();
      line.unplug(fault('device.port-missing'));
      await clock.advance(3_000);
      line.plug();
      await clock.advance(20_000);
      const second = print('第二');
      await clock.advance(10_000);
      expect(second.outcome).toMatchObject({ end: 'printed' });
      expect(titles()).toEqual(['第一', '第二']);
    });

    it('while it stood without paper comes back to no rest of it', async () => {
      setUp('generic-80', 'continue');
      await makeReady();
      print('第一');
      await clock.advance(10 * LINE_MS);
      simulator.setPaper('out');
      await clock.advance(2_000);
      line.unplug(fault('device.port-missing'));
      line.plug();
      await clock.advance(5_000);
      simulator.setPaper('ok');
      await clock.advance(5_000);
      const second = print('第二');
      await clock.advance(10_000);
      expect(second.outcome).toMatchObject({ end: 'printed' });
      expect(titles()).toEqual(['第一', '第二']);
      expect(linesOf(0)).not.toContain('第19行');
    });

    it('and back at once is still asked how it proves, behind the slip that is coming out', async () => {
      const profile = profileOf('xprinter-80');
      setUpProfile(profile, 'continue', 3 * LINE_MS);
      await makeReady();
      print('第一');
      await clock.advance(10 * LINE_MS);
      line.unplug(fault('device.port-missing'));
      line.plug();
      await clock.advance(20_000);
      expect(titles()).toEqual(['第一']);
      const second = print('第二');
      await clock.advance(20_000);
      expect(second.outcome).toEqual({ end: 'printed', proof: 'in-order-status' });
    });
  });

  it('and had printed its last slip costs no paper when it is back', async () => {
    await makeReady();
    print('第一');
    await clock.advance(4_000);
    const before = line.written.length;
    line.unplug(fault('device.port-missing'));
    line.plug();
    await clock.advance(5_000);
    expect(printer.status.state).toBe('ready');
    const cut = (bytes: Uint8Array) => bytes.includes(0x56);
    expect(line.written.slice(before).filter(cut)).toEqual([]);
  });

  it('without the line noticing is found out by two heartbeats', async () => {
    await makeReady();
    simulator.setFault('silent');
    await clock.advance(2_200);
    expect(printer.status).toMatchObject({ state: 'lost', fault: { code: 'device.silent' } });
  });
});

describe('what answers on the port and is no printer', () => {
  it.each([
    ['silent', 'device.silent'],
    ['garbage', 'device.unidentified'],
  ] as const)('(%s) is %s', async (kind, code) => {
    simulator.setFault(kind);
    printer.start();
    await clock.advance(1_200);
    expect(printer.status).toMatchObject({ state: 'unidentified', fault: { code } });
    expect(line.isOpen).toBe(false);
  });
});
