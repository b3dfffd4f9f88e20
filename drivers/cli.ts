/**
 * Drives one device by hand, without terminal or platform:
 *   npm run device -- id-card read --channel tcp:127.0.0.1:7001
 *   npm run device -- printer status --channel serial:/dev/ttyUSB1 --baud 9600 --profile snbc-80
 */
import { parseArgs } from 'node:util';
import { baudRateSchema, channelAddressSchema, type DeviceState } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { maskIdNumber, maskName } from '#contract/masks.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { channelFor } from './channel/open.ts';
import type { OpenChannel } from './channel/channel.ts';
import { CardReader } from './id-card-reader/driver.ts';
import {
  cardReaderProfile,
  cardReaderProfiles,
  SAM_V,
  type CardReaderProfile,
} from './id-card-reader/profiles.ts';
import { ReceiptPrinter } from './receipt-printer/driver.ts';
import { builtRareGlyphs } from './receipt-printer/rare-glyph-file.ts';
import { printerProfile, printerProfiles, type PrinterProfile } from './receipt-printer/profiles.ts';
import { Scanner } from './scanner/driver.ts';
import { scannerProfile, scannerProfiles, type ScannerProfile } from './scanner/profiles.ts';
import { systemClock } from './runtime/system-clock.ts';

const USAGE = `Usage: npm run device -- <command> --channel <address> [options]

Commands
  id-card status      the reader's state and its SAM id
  id-card read        wait for a card and show it (masked, unless --show)
  printer status      the printer's state and what it needs
  printer test-page   print a page with Chinese text, sizes, a QR code and a cut
  scanner status      whether the scanner answers (those without answers: whether its port opens)
  scanner read        wait for a code and say how long it is (its content with --show)

Options
  --channel   serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port
  --baud      9600, 19200, 38400, 57600 or 115200 (default 115200)
  --profile   of a card reader: ${cardReaderProfiles.map((profile) => profile.id).join(', ')} (default ${SAM_V.id})
              of a printer: ${printerProfiles.map((profile) => profile.id).join(', ')} (default generic-80)
              of a scanner: ${scannerProfiles.map((profile) => profile.id).join(', ')} (default generic)
  --seconds   how long to wait (default 30)
  --show      show personal data`;

const DEFAULT_BAUD = '115200';
const DEFAULT_PROFILE = 'generic-80';
const DEFAULT_SCANNER_PROFILE = 'generic';
const DEFAULT_SECONDS = '30';

interface Job {
  readonly open: OpenChannel;
  readonly profile: PrinterProfile;
  readonly scannerProfile: ScannerProfile;
  readonly readerProfile: CardReaderProfile;
  readonly limitMs: number;
  readonly show: boolean;
}

/** Exit codes: 0 done, 1 the device could not, 2 the command line is wrong. */
process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const job = readJob(args);
  if (typeof job === 'string') {
    console.error(`${job}\n\n${USAGE}`);
    return 2;
  }
  switch (args.slice(0, 2).join(' ')) {
    case 'id-card status':
      return cardReader(job, 'status');
    case 'id-card read':
      return cardReader(job, 'read');
    case 'printer status':
      return printer(job, 'status');
    case 'printer test-page':
      return printer(job, 'test-page');
    case 'scanner status':
      return scanner(job, 'status');
    case 'scanner read':
      return scanner(job, 'read');
    default:
      console.error(`unknown command\n\n${USAGE}`);
      return 2;
  }
}

/** A sentence instead, when something is wrong with the options. */
function readJob(args: string[]): Job | string {
  let values;
  try {
    ({ values } = parseArgs({
      args: args.slice(2),
      options: {
        channel: { type: 'string' },
        baud: { type: 'string' },
        profile: { type: 'string' },
        seconds: { type: 'string' },
        show: { type: 'boolean' },
      },
    }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  const channel = channelAddressSchema.safeParse(values.channel);
  if (!channel.success) return '--channel: expected serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port';
  const baudRate = baudRateSchema.safeParse(Number(values.baud ?? DEFAULT_BAUD));
  if (!baudRate.success) return '--baud: expected 9600, 19200, 38400, 57600 or 115200';
  // The name is that of the device which is driven; the others are not used.
  const nameFor = (device: string, ifNone: string) =>
    args[0] === device ? (values.profile ?? ifNone) : ifNone;
  const profile = printerProfile(nameFor('printer', DEFAULT_PROFILE));
  if (profile === null) return '--profile: no printer profile has this name';
  const ofScanner = scannerProfile(nameFor('scanner', DEFAULT_SCANNER_PROFILE));
  if (ofScanner === null) return '--profile: no scanner profile has this name';
  const ofReader = cardReaderProfile(nameFor('id-card', SAM_V.id));
  if (ofReader === null) return '--profile: no card reader profile has this name';
  const seconds = Number(values.seconds ?? DEFAULT_SECONDS);
  if (!(seconds > 0 && seconds <= 3600)) return '--seconds: expected 1 to 3600';
  const open = channelFor(
    { channel: channel.data, baudRate: baudRate.data, rtscts: profile.flowControl === 'rts-cts' },
    systemClock,
  );
  if (!open.ok) return open.fault.detail ?? open.fault.code;
  return {
    open: open.value,
    profile,
    scannerProfile: ofScanner,
    readerProfile: ofReader,
    limitMs: seconds * 1_000,
    show: values.show ?? false,
  };
}

async function cardReader(job: Job, what: 'status' | 'read'): Promise<number> {
  const result = await new Promise<number>((resolve) => {
    const reader = new CardReader({
      clock: systemClock,
      open: job.open,
      profile: job.readerProfile,
      onStatus: (status) => {
        sayStatus(status);
        if (what === 'status' && isSettled(status)) finish(status.state === 'ready' ? 0 : 1);
      },
      onCard: (document) => {
        console.log(JSON.stringify(job.show ? document : masked(document), null, 2));
        finish(0);
      },
      onCardFault: sayFault,
    });
    const cancel = systemClock.after(job.limitMs, () => {
      console.error('nothing in the time given');
      finish(1);
    });
    function finish(code: number): void {
      cancel();
      void reader.close().then(() => resolve(code));
    }
    reader.start();
    if (what === 'read') {
      console.error('waiting for a card');
      reader.watch(true);
    }
  });
  return result;
}

async function printer(job: Job, what: 'status' | 'test-page'): Promise<number> {
  const { promise: settled, resolve: settle } = Promise.withResolvers<DeviceState>();
  const device = new ReceiptPrinter({
    clock: systemClock,
    open: job.open,
    profile: job.profile,
    rare: builtRareGlyphs(import.meta.dirname, (reason) => console.error(reason)),
    onStatus: (status) => {
      sayStatus(status);
      if (isSettled(status)) settle(status);
    },
  });
  device.start();
  const cancel = systemClock.after(job.limitMs, () => settle(device.status));
  const status = await settled;
  cancel();
  let code = status.state === 'ready' ? 0 : 1;
  if (what === 'test-page' && (status.state === 'ready' || status.state === 'attention')) {
    const outcome = await device.print(testPage(job.profile));
    console.log(JSON.stringify(outcome));
    code = outcome.end === 'printed' ? 0 : 1;
  }
  await device.close();
  return code;
}

async function scanner(job: Job, what: 'status' | 'read'): Promise<number> {
  const { promise: settled, resolve: settle } = Promise.withResolvers<number>();
  const device = new Scanner({
    clock: systemClock,
    open: job.open,
    profile: job.scannerProfile,
    onStatus: (status) => {
      sayStatus(status);
      if (what === 'status' && isSettled(status)) settle(status.state === 'ready' ? 0 : 1);
      if (what === 'read' && status.state === 'ready') device.watch(true);
    },
    onCode: (code) => {
      console.log(job.show ? code.reveal() : `a code of ${code.reveal().length} characters`);
      settle(0);
    },
    onCodeFault: sayFault,
  });
  const cancel = systemClock.after(job.limitMs, () => {
    console.error('nothing in the time given');
    settle(1);
  });
  device.start();
  const code = await settled;
  cancel();
  await device.close();
  return code;
}

function isSettled(status: DeviceState): boolean {
  return ['ready', 'attention', 'lost', 'unidentified'].includes(status.state);
}

function sayStatus(status: DeviceState): void {
  console.error(JSON.stringify(status));
}

function sayFault(reason: Fault): void {
  console.error(JSON.stringify(reason));
}

/** Enough to see that the card was read, and nothing that names its holder. */
function masked(document: IdentityDocument): Record<string, string | undefined> {
  return {
    kind: document.kind,
    name: maskName(document.name),
    number: maskIdNumber(document.number),
    validTo: document.validTo,
  };
}

/** A technician's page: what stands on it is for whoever compares it with the documentation. */
function testPage(profile: PrinterProfile) {
  return receiptDocumentSchema.parse({
    nodes: [
      { type: 'text', text: '打印机测试页', align: 'center', size: 'double', bold: true },
      { type: 'text', text: `${profile.label}`, align: 'center' },
      { type: 'rule' },
      { type: 'row', left: '纸宽', right: `${profile.paperWidthMm} mm` },
      { type: 'row', left: '金额', right: '¥0.00' },
      { type: 'row', left: '生僻字', right: '犇㛃𠮷鿃䶮' },
      { type: 'text', text: '加粗', bold: true },
      { type: 'text', text: '倍高', size: 'tall' },
      {
        type: 'columns',
        cells: [
          { text: '左', share: 2 },
          { text: '中', align: 'center' },
          { text: '右', align: 'right' },
        ],
      },
      { type: 'barcode', data: 'YZ-20261121-0001' },
      { type: 'qr', data: 'https://example.invalid/yizhan/test-page' },
      { type: 'text', text: '0123456789'.repeat(Math.ceil(profile.columns / 10)).slice(0, profile.columns) },
      { type: 'feed', lines: 1 },
    ],
  });
}
