import type { DeviceState } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { receiptDocumentSchema, type ReceiptDocument } from '#contract/receipt.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { OpenChannel } from '../channel/channel.ts';
import { cardReaderDelays } from '../id-card-reader/driver.ts';
import { CardReaderSession } from '../id-card-reader/session.ts';
import { receiptPrinterDelays } from '../receipt-printer/driver.ts';
import type { PrinterProfile } from '../receipt-printer/profiles.ts';
import { noRareGlyphs } from '../receipt-printer/rare-glyphs.ts';
import { PrinterSession, type Paper } from '../receipt-printer/session.ts';
import { Device } from '../runtime/device.ts';
import { scannerDelays } from '../scanner/driver.ts';
import type { ScannerProfile } from '../scanner/profiles.ts';
import { ScannerSession } from '../scanner/session.ts';
import type { BurnInTarget } from './burn-in.ts';

interface TargetPorts {
  readonly clock: Clock;
  readonly open: OpenChannel;
  readonly onStatus: (status: DeviceState) => void;
}

/** Status and SAM id in turn; a card that lies there is found and read, and what it says is dropped. */
export function cardReaderTarget(ports: TargetPorts): BurnInTarget {
  const device = new Device<CardReaderSession>({
    ...ports,
    delays: cardReaderDelays,
    protocol: {
      attach: (write) => new CardReaderSession(write, ports.clock),
      identify: (session) => session.identify(),
      heartbeat: (session) => session.heartbeat(),
    },
  });
  const steps: readonly ((session: CardReaderSession) => Promise<Result<unknown>>)[] = [
    (session) => session.heartbeat(),
    (session) => session.identify(),
    async (session) => {
      const found = await session.find();
      return found.ok && found.value ? session.read() : found;
    },
  ];
  let turn = 0;
  return {
    start: () => device.start(),
    work: () =>
      device.run('quiet', async (session) => {
        const step = steps[turn % steps.length];
        turn += 1;
        return step === undefined ? ok(undefined) : step(session);
      }),
    close: () => device.close(),
  };
}

/** Status; and `slips` test slips, spread evenly, as paper is not for burning. */
export function printerTarget(
  ports: TargetPorts,
  profile: PrinterProfile,
  paper: { readonly slips: number; readonly everyMs: number },
): BurnInTarget {
  const { clock } = ports;
  const stood: Paper = { isUnfinished: false };
  const device = new Device<PrinterSession>({
    ...ports,
    delays: receiptPrinterDelays,
    protocol: {
      attach: (write) =>
        // The slips hold nothing rare, and the loop asks for needs itself.
        new PrinterSession({
          write,
          clock,
          profile,
          rare: noRareGlyphs,
          onNeeds: () => undefined,
          paper: stood,
        }),
      identify: (session) => session.identify(),
      heartbeat: (session) => session.heartbeat(),
    },
  });
  let printed = 0;
  let nextSlipMs = clock.monotonicMs();
  const print = async (session: PrinterSession): Promise<Result<unknown>> => {
    printed += 1;
    nextSlipMs += paper.everyMs;
    const outcome = await session.print(slip(printed));
    return outcome.end === 'printed' ? ok(undefined) : err(outcome.fault);
  };
  return {
    start: () => device.start(),
    work: () =>
      device.run('quiet', (session) => {
        const isSlipDue = printed < paper.slips && clock.monotonicMs() >= nextSlipMs;
        return isSlipDue ? print(session) : session.needs();
      }),
    close: () => device.close(),
  };
}

function slip(number: number): ReceiptDocument {
  return receiptDocumentSchema.parse({
    nodes: [
      { type: 'text', text: `老化测试 ${number}`, align: 'center' },
      { type: 'feed', lines: 1 },
    ],
  });
}

/** Trigger on and off. Codes that are held before it are dropped unseen. */
export function scannerTarget(ports: TargetPorts, profile: ScannerProfile): BurnInTarget {
  const device = new Device<ScannerSession>({
    ...ports,
    delays: scannerDelays,
    protocol: {
      attach: (write) => new ScannerSession({ write, clock: ports.clock, profile, onScan: () => undefined }),
      identify: (session) => session.identify(),
      heartbeat: (session) => session.heartbeat(),
    },
  });
  let isOn = false;
  return {
    start: () => device.start(),
    work: () =>
      device.run('quiet', (session) => {
        isOn = !isOn;
        return session.trigger(isOn);
      }),
    close: async () => {
      await device.run('quiet', (session) => session.trigger(false));
      await device.close();
    },
  };
}

/** The little of a display's driver that is worked. */
interface DisplayDriver {
  readonly status: DeviceState;
  start(): void;
  show(content: WindowDisplayContent): Promise<Result<void>>;
  clear(): Promise<Result<void>>;
  close(): Promise<void>;
}

/** 0 to 9, over and over; dark at the end. */
export function displayTarget(display: DisplayDriver): BurnInTarget {
  let digit = 0;
  return {
    start: () => display.start(),
    work: async () => {
      const { state } = display.status;
      if (state !== 'ready' && state !== 'attention') return err(fault('device.not-ready'));
      const ticket = String(digit);
      digit = (digit + 1) % 10;
      return display.show({ ticket, window: '1', text: null, flash: false, speech: null });
    },
    close: async () => {
      await display.clear();
      await display.close();
    },
  };
}
