import { expect } from 'vitest';
import type { Attention, DeviceState } from '#contract/devices.ts';
import { receiptDocumentSchema, type ReceiptDocument } from '#contract/receipt.ts';
import { ReceiptPrinter } from '#drivers/receipt-printer/driver.ts';
import { printerProfile, type PrinterProfile } from '#drivers/receipt-printer/profiles.ts';
import { noRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { askHand, hardwareHarness, hardwareTarget, simulatorHarnesses, type Harness } from './bench.ts';
import { describeDeviceContract, DONE, expectLostWhileSilent, type Unit } from './device-contract.ts';
import { HeardSimulator } from './heard-simulator.ts';

/** What a hand does at a printer. */
export interface PrinterHands {
  setCover(open: boolean): void;
  setPaper(isThere: boolean): void;
  /** What stands on the newest receipts, the oldest first; null on hardware, where somebody must look. */
  receiptTexts(): readonly string[] | null;
  /** Simulators only. */
  readonly simulator: ReceiptPrinterSimulator | null;
}

interface PrinterUnit extends Unit {
  readonly driver: ReceiptPrinter;
}

export function printerHarnesses(profileId: string): Harness<PrinterHands>[] {
  return simulatorHarnesses<PrinterHands>(() => {
    const profile = profileOf(profileId);
    const simulator = new ReceiptPrinterSimulator({
      clock: systemClock,
      profile,
      name: 'TM-T82',
      lineMs: 10,
      afterStop: 'continue',
    });
    return {
      simulator: new HeardSimulator(simulator),
      hands: {
        setCover: (open) => simulator.setCover(open),
        setPaper: (isThere) => simulator.setPaper(isThere ? 'ok' : 'out'),
        receiptTexts: () =>
          simulator.receipts().map(({ rendered }) => /第 \d+ 张/.exec(JSON.stringify(rendered))?.[0] ?? ''),
        simulator,
      },
    };
  });
}

/** `YIZHAN_HARDWARE_RECEIPT_PRINTER=serial:/dev/ttyUSB1@9600/generic-80` adds the printer that hangs there. */
export function printerHardware(): { harness: Harness<PrinterHands>; profile: PrinterProfile }[] {
  const target = hardwareTarget(
    'YIZHAN_HARDWARE_RECEIPT_PRINTER',
    (id) => profileOf(id).flowControl === 'rts-cts',
  );
  if (target === null) return [];
  const profile = profileOf(target.profile);
  const harness = hardwareHarness<PrinterHands>('receipt printer', target, {
    setCover: (open) => void askHand(`receipt printer: ${open ? 'open' : 'close'} the cover`),
    setPaper: (isThere) =>
      void askHand(`receipt printer: ${isThere ? 'put paper in' : 'take the paper out'}`),
    receiptTexts: () => null,
    simulator: null,
  });
  return [{ harness, profile }];
}

export function describePrinterContract(harness: Harness<PrinterHands>, profile: PrinterProfile): void {
  describeDeviceContract<PrinterHands, PrinterUnit>(`receipt printer ${profile.id}`, harness, {
    identity: profile.answersName ? /^\S/ : /^ESC\/POS printer \(/,
    answers: true,
    isBusyAtWork: true,
    create: (open, onStatus) => ({
      driver: new ReceiptPrinter({
        clock: systemClock,
        open,
        profile,
        rare: noRareGlyphs,
        onStatus,
        paper: { isUnfinished: false },
      }),
    }),
    work: (unit, { hands }, turn) => print(unit, hands, receipt(turn, 1)),
    inTurn: {
      run: async (unit, { hands }) => {
        const done: string[] = [];
        await Promise.all(
          [11, 12].map(async (turn) => {
            const outcome = await unit.driver.print(receipt(turn, 1));
            done.push(`${turn} ${outcome.end}`);
          }),
        );
        const texts = hands.receiptTexts();
        if (texts !== null) expect(texts.slice(-2)).toEqual(['第 11 张', '第 12 张']);
        return done;
      },
      expected: ['11 printed', '12 printed'],
    },
    longWork: {
      begin: (unit, { hands }) => print(unit, hands, receipt(9, 60)),
      after: () => undefined,
    },
    honesty: [
      {
        title: 'says that its cover is open, prints nothing meanwhile, and is ready when it is closed',
        needsSimulator: false,
        run: async (unit, { hands }, log) => {
          hands.setCover(true);
          await log.until('in need of its cover', needs('cover-open'));
          expect(await print(unit, hands, receipt(6, 1))).toBe('printer.cover-open');
          hands.setCover(false);
          await log.idle();
          expect(await print(unit, hands, receipt(7, 1))).toBe(DONE);
        },
      },
      {
        title: 'says that its paper is out, prints nothing meanwhile, and is ready when there is paper',
        needsSimulator: false,
        run: async (unit, { hands }, log) => {
          hands.setPaper(false);
          await log.until('in need of paper', needs('paper-out'));
          expect(await print(unit, hands, receipt(6, 1))).toBe('printer.paper-out');
          hands.setPaper(true);
          await log.idle();
          expect(await print(unit, hands, receipt(7, 1))).toBe(DONE);
        },
      },
      {
        title: 'is lost when it falls silent, and ready when it speaks again',
        needsSimulator: true,
        run: (_unit, { hands }, log) =>
          expectLostWhileSilent(log, (isSilent) => hands.simulator?.setFault(isSilent ? 'silent' : null)),
      },
    ],
  });
}

const needs = (need: Attention) => (status: DeviceState) =>
  status.state === 'attention' && status.needs.includes(need);

/** `DONE` when the printer has proved it; else the fault's code, whatever the end. */
async function print(unit: PrinterUnit, hands: PrinterHands, document: ReceiptDocument): Promise<string> {
  const before = hands.receiptTexts()?.length ?? 0;
  const outcome = await unit.driver.print(document);
  if (outcome.end !== 'printed') return outcome.fault.code;
  const after = hands.receiptTexts()?.length;
  return after === undefined || after > before ? DONE : 'called printed without a receipt';
}

function receipt(number: number, lines: number): ReceiptDocument {
  const nodes = Array.from({ length: lines }, () => ({ type: 'text', text: '一站通办，就近能办' }));
  return receiptDocumentSchema.parse({ nodes: [{ type: 'text', text: `第 ${number} 张` }, ...nodes] });
}

export function profileOf(id: string): PrinterProfile {
  const profile = printerProfile(id);
  if (profile === null) throw new Error(`no printer profile ${id}`);
  return profile;
}
