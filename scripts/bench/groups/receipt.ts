import { fileURLToPath } from 'node:url';
import { fromDeviceHostSchema, type ToDeviceHost } from '#contract/device-host.ts';
import type { DeviceState } from '#contract/devices.ts';
import { sleep } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import type { WireSpan } from '#drivers/channel/uart-port.ts';
import { ReceiptPrinter, receiptPrinterDelays } from '#drivers/receipt-printer/driver.ts';
import { noRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { encodeReceipt } from '#drivers/receipt-printer/encode.ts';
import { printerProfile, type PrinterProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { forkDeviceHost } from '#host/fork-device-host.ts';
import { seeded } from '../../../tests/support/seeded.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { sampleSlip } from '../sample-slip.ts';
import { callbackLatency } from '../serial-latency.ts';
import { KERNEL_TICK_MS, serialModel } from '../serial-model.ts';
import { spreadOf } from '../statistics.ts';
import { latenessFigure, overUart, type UartRecord } from '../uart.ts';

const BAUD_RATES = [115_200, 9_600] as const;
const WARM_UPS = 3;
const JOBS = 12;
const SEED = 5;
const FIRST_BYTE_LIMIT_MS = 5;
const BUSY_GOAL = 0.95;
const LOOPBACK = '127.0.0.1';
/** A receipt begins with ESC @; the question whether the printer is online, behind its settings, with DLE. */
const ESC = 0x1b;
const DLE = 0x10;
/** A slip is two chunks; this one is a handful. */
const LONG_ROWS = 60;

export const group: BenchGroup = {
  about:
    'a receipt on the line: its first byte after the job (real device host process, TCP, serial line by the ' +
    `clock; and a serial port by model), and how busy the modelled line is until the cut (${KERNEL_TICK_MS} ms kernel tick)`,
  measure: async (tools) => {
    const profile = printerProfile('generic-80');
    if (profile === null) throw new Error('there is no profile generic-80');
    const slip = sampleSlip();
    const latency = await callbackLatency(tools.clock);
    tools.say(
      `a serial port calls back after ${latency.ms.toFixed(2)} ms (${latency.isFound ? 'found on a pty' : 'assumed: there is no python3 to make a pty'})`,
    );
    const figures: Figure[] = [];
    for (const baudRate of BAUD_RATES) {
      figures.push(...(await firstByteFromHost(baudRate, slip, profile, tools)));
    }
    for (const baudRate of BAUD_RATES) {
      const run: ModelRun = { baudRate, callbackMs: latency.ms, profile, tools };
      figures.push(...(await onSerialModel(`slip, ${baudRate} baud`, slip, run)));
    }
    const run: ModelRun = { baudRate: 115_200, callbackMs: latency.ms, profile, tools };
    figures.push(...(await onSerialModel('long receipt, 115200 baud', longReceipt(slip), run)));
    return figures;
  },
};

function longReceipt(slip: ReceiptDocument): ReceiptDocument {
  const row = { type: 'row', left: '身份证复印件', right: '1 份', bold: false } as const;
  return { nodes: [...slip.nodes, ...Array.from({ length: LONG_ROWS }, () => row)] };
}

/** The device host's own process gets the job; the printer is at the other end of a TCP serial server. */
async function firstByteFromHost(
  baudRate: number,
  slip: ReceiptDocument,
  profile: PrinterProfile,
  { clock, say }: BenchTools,
): Promise<Figure[]> {
  const random = seeded(SEED);
  const record: UartRecord = { transfers: [], latenessMs: [] };
  const line = await serveSimulator(overUart(simulatedPrinter(profile), { clock, baudRate, record }), {
    host: LOOPBACK,
    port: 0,
  });
  const host = forkDeviceHost(
    fileURLToPath(new URL('../../../electron/device-host/main.ts', import.meta.url)),
  );
  const ready = Promise.withResolvers<void>();
  const gone = new Promise<void>((resolve) => host.onExit(() => resolve()));
  let jobEnded: () => void = () => undefined;
  const send = (message: ToDeviceHost) => host.send(message);
  host.onMessage((raw) => {
    const message = fromDeviceHostSchema.parse(raw);
    if (message.type === 'hello')
      send({ type: 'configure', devices: [printerAt(line.port)], remembered: [], unfinished: [] });
    if (message.type === 'device' && message.device.status.state === 'ready') ready.resolve();
    if (message.type === 'print-ended') jobEnded();
  });
  try {
    await ready.promise;
    const samples: number[] = [];
    for (let job = -WARM_UPS; job < JOBS; job += 1) {
      // Anywhere between two heartbeats, and now and then in the middle of one.
      await sleep(clock, random() * 2 * receiptPrinterDelays.heartbeatMs);
      const before = record.transfers.length;
      const ended = new Promise<void>((resolve) => {
        jobEnded = resolve;
      });
      const startMs = clock.monotonicMs();
      send({ type: 'print', device: 'printer', jobId: `job-${job}`, document: slip });
      await ended;
      const first = record.transfers
        .slice(before)
        .find((transfer) => transfer.from === 'host' && transfer.bytes[0] === ESC);
      if (first === undefined) throw new Error('the job never came to the line');
      if (job >= 0) samples.push(first.startMs - startMs);
      say(`first byte at ${baudRate} baud after ${(first.startMs - startMs).toFixed(2)} ms`);
    }
    return [
      ...firstByteFigures(`device host, ${baudRate} baud`, samples),
      latenessFigure(`${baudRate} baud`, record.latenessMs),
    ];
  } finally {
    send({ type: 'stop' });
    await gone;
    await line.close();
  }
}

function firstByteFigures(where: string, samples: readonly number[]): Figure[] {
  const spread = spreadOf(samples);
  const beside = { name: 'limit', value: FIRST_BYTE_LIMIT_MS };
  const goal = { is: 'at most', ratio: 1 } as const;
  const name = `first byte after the job, ${where}`;
  return [
    { name: `${name}, median`, unit: 'ms', ours: spread.median, spread, beside, goal },
    // In the middle of a heartbeat, whose answers are waited for, and on a busy machine: no goal was set.
    { name: `${name}, worst`, unit: 'ms', ours: spread.highest, spread, beside, goal: null },
  ];
}

interface ModelRun {
  readonly baudRate: number;
  readonly callbackMs: number;
  readonly profile: PrinterProfile;
  readonly tools: BenchTools;
}

/** The driver over a modelled serial port, in this process; in turn with ports that drain each chunk first. */
async function onSerialModel(name: string, document: ReceiptDocument, run: ModelRun): Promise<Figure[]> {
  const ours = await startModelled('ours', run);
  const drained = await startModelled('drain-each', run);
  const firstByteMs: number[] = [];
  const busy: { ours: number[]; drained: number[] } = { ours: [], drained: [] };
  try {
    for (let job = -WARM_UPS; job < JOBS; job += 1) {
      const one = await ours.print(document);
      const other = await drained.print(document);
      run.tools.say(
        `${name}: busy ${one.busy.toFixed(2)} %, with each chunk drained ${other.busy.toFixed(2)} %`,
      );
      if (job < 0) continue;
      firstByteMs.push(one.firstByteMs);
      busy.ours.push(one.busy);
      busy.drained.push(other.busy);
    }
  } finally {
    await ours.close();
    await drained.close();
  }
  const spread = spreadOf(busy.ours);
  const busyName = `line busy until the cut, ${name}`;
  return [
    ...firstByteFigures(`serial port by model, ${name}`, firstByteMs),
    {
      name: busyName,
      unit: '%',
      ours: spread.median,
      spread,
      beside: { name: 'always', value: 100 },
      goal: { is: 'at least', ratio: BUSY_GOAL },
    },
    {
      name: busyName,
      unit: '%',
      ours: spread.median,
      spread,
      beside: { name: 'each chunk drained before the next', value: spreadOf(busy.drained).median },
      goal: null,
    },
    latenessFigure(name, ours.latenessMs()),
  ];
}

async function startModelled(writing: 'ours' | 'drain-each', run: ModelRun) {
  const { baudRate, callbackMs, profile } = run;
  const { clock } = run.tools;
  const device = simulatedPrinter(profile);
  const { open, port } = serialModel({ device, clock, baudRate, callbackMs, writing });
  const ready = Promise.withResolvers<void>();
  const onStatus = (status: DeviceState) => {
    if (status.state === 'ready') ready.resolve();
  };
  const printer = new ReceiptPrinter({
    clock: systemClock,
    open,
    profile,
    rare: noRareGlyphs,
    onStatus,
    paper: { isUnfinished: false },
  });
  printer.start();
  await ready.promise;
  return {
    print: async (document: ReceiptDocument) => {
      const before = port().spans.length;
      const startMs = clock.monotonicMs();
      const outcome = await printer.print(document);
      if (outcome.end !== 'printed') throw new Error(`the job ended ${outcome.end}: ${outcome.fault.code}`);
      const spans = spansOfJob(port().spans.slice(before), encodeReceipt(document, profile).bytes.length);
      const [first] = spans;
      const last = spans.at(-1);
      if (first === undefined || last === undefined) throw new Error('the job never came to the line');
      const busyMs = spans.reduce((total, span) => total + span.endMs - span.startMs, 0);
      return {
        firstByteMs: first.startMs - startMs,
        busy: (100 * busyMs) / (last.endMs - first.startMs),
      };
    },
    latenessMs: () => port().latenessMs,
    close: () => printer.close(),
  };
}

/** From the first byte until the cut's last: what comes behind asks for the proof. */
function spansOfJob(spans: readonly WireSpan[], jobBytes: number): WireSpan[] {
  const [start, ...rest] = spans.slice(spans.findIndex((span) => span.bytes[0] === ESC));
  if (start === undefined) throw new Error('the job never came to the line');
  const job = [withoutQuestion(start)];
  let left = jobBytes - (job[0]?.bytes.length ?? 0);
  for (const span of rest) {
    if (left <= 0) break;
    job.push(span);
    left -= span.bytes.length;
  }
  if (left !== 0) throw new Error(`the job has ${jobBytes} bytes, and its writes do not end there`);
  return job;
}

/** The question behind the settings is none of the slip's bytes: the line counts as idle with it. */
function withoutQuestion({ startMs, endMs, bytes }: WireSpan): WireSpan {
  const slip = bytes.subarray(0, bytes.indexOf(DLE));
  return { startMs, endMs: startMs + ((endMs - startMs) * slip.length) / bytes.length, bytes: slip };
}

/** As fast as its line: what is measured is the line. */
function simulatedPrinter(profile: PrinterProfile): ReceiptPrinterSimulator {
  return new ReceiptPrinterSimulator({
    clock: systemClock,
    profile,
    name: 'BENCH-80',
    lineMs: 0,
    afterStop: 'continue',
  });
}

function printerAt(port: number) {
  return {
    id: 'printer',
    kind: 'receipt-printer',
    channel: `tcp:${LOOPBACK}:${port}`,
    baudRate: 115_200,
    profile: 'generic-80',
    identity: null,
    enabled: true,
  } as const;
}
