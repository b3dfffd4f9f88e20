import type { PrintOutcome } from '#contract/device-host.ts';
import type { DeviceSettings, DeviceState, SettingsOf } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import { CardReader } from '#drivers/id-card-reader/driver.ts';
import { cardReaderProfile } from '#drivers/id-card-reader/profiles.ts';
import { ReceiptPrinter } from '#drivers/receipt-printer/driver.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import type { RareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import type { Paper } from '#drivers/receipt-printer/session.ts';
import type { ScannedCode } from '#drivers/scanner/content.ts';
import { Scanner } from '#drivers/scanner/driver.ts';
import { scannerProfile } from '#drivers/scanner/profiles.ts';
import type { DisplayLines } from './display-lines.ts';

/** What every running device can do, whatever its kind. */
interface Lifecycle {
  readonly status: DeviceState;
  start(): void;
  /** Switches it off and frees its port. */
  disable(): Promise<void>;
  close(): Promise<void>;
}

export type RunningDevice =
  | { readonly kind: 'id-card-reader'; readonly life: Lifecycle; watch(on: boolean): void }
  | { readonly kind: 'scanner'; readonly life: Lifecycle; watch(on: boolean): void }
  | {
      readonly kind: 'receipt-printer';
      readonly life: Lifecycle;
      print(document: ReceiptDocument): Promise<PrintOutcome>;
    }
  | {
      readonly kind: 'queue-display';
      readonly life: Lifecycle;
      /** null clears it. */
      show(content: WindowDisplayContent | null): Promise<Result<void>>;
    };

export interface DeviceEvents {
  onStatus(status: DeviceState): void;
  onCard(document: IdentityDocument): void;
  onCardFault(reason: Fault): void;
  onCode(code: ScannedCode): void;
  onCodeFault(reason: Fault): void;
}

export interface DevicePorts {
  readonly clock: Clock;
  /** The way to the device. Faults: config.wrong-value. */
  readonly openWith: (line: { readonly rtscts: boolean }) => Result<OpenChannel>;
  /** The lines that several displays hang on. */
  readonly displayLines: DisplayLines;
  /** Dots for characters that no printer has. */
  readonly rare: RareGlyphs;
  /** Of a receipt printer, over all its drivers. */
  readonly paper: Paper;
}

/** The driver of each kind: a new kind of device comes in here. Faults: config.wrong-value. */
export function buildDevice(
  settings: DeviceSettings,
  events: DeviceEvents,
  ports: DevicePorts,
): Result<RunningDevice> {
  switch (settings.kind) {
    case 'id-card-reader':
      return buildCardReader(settings, events, ports);
    case 'receipt-printer':
      return buildPrinter(settings, events, ports);
    case 'scanner':
      return buildScanner(settings, events, ports);
    case 'queue-display':
      return buildDisplay(settings, events, ports);
    default: {
      const never: never = settings;
      return never;
    }
  }
}

function buildCardReader(
  settings: SettingsOf<'id-card-reader'>,
  events: DeviceEvents,
  { clock, openWith }: DevicePorts,
): Result<RunningDevice> {
  const profile = cardReaderProfile(settings.profile);
  if (profile === null) return noProfile('card reader', settings.profile);
  const open = openWith({ rtscts: false });
  if (!open.ok) return open;
  const reader = new CardReader({
    clock,
    open: open.value,
    profile,
    onStatus: (status) => events.onStatus(status),
    onCard: (document) => events.onCard(document),
    onCardFault: (reason) => events.onCardFault(reason),
  });
  return ok({ kind: 'id-card-reader', life: reader, watch: (on) => reader.watch(on) });
}

function buildPrinter(
  settings: SettingsOf<'receipt-printer'>,
  events: DeviceEvents,
  { clock, openWith, rare, paper }: DevicePorts,
): Result<RunningDevice> {
  const profile = printerProfile(settings.profile);
  if (profile === null) return noProfile('printer', settings.profile);
  const open = openWith({ rtscts: profile.flowControl === 'rts-cts' });
  if (!open.ok) return open;
  const printer = new ReceiptPrinter({
    clock,
    open: open.value,
    profile,
    rare,
    onStatus: (status) => events.onStatus(status),
    paper,
  });
  return ok({ kind: 'receipt-printer', life: printer, print: (document) => printer.print(document) });
}

function buildScanner(
  settings: SettingsOf<'scanner'>,
  events: DeviceEvents,
  { clock, openWith }: DevicePorts,
): Result<RunningDevice> {
  const profile = scannerProfile(settings.profile);
  if (profile === null) return noProfile('scanner', settings.profile);
  const open = openWith({ rtscts: false });
  if (!open.ok) return open;
  const scanner = new Scanner({
    clock,
    open: open.value,
    profile,
    onStatus: (status) => events.onStatus(status),
    onCode: (code) => events.onCode(code),
    onCodeFault: (reason) => events.onCodeFault(reason),
  });
  return ok({ kind: 'scanner', life: scanner, watch: (on) => scanner.watch(on) });
}

function buildDisplay(
  settings: SettingsOf<'queue-display'>,
  events: DeviceEvents,
  { openWith, displayLines }: DevicePorts,
): Result<RunningDevice> {
  const open = openWith({ rtscts: false });
  if (!open.ok) return open;
  const display = displayLines.add(settings, open.value, (status) => events.onStatus(status));
  return ok({
    kind: 'queue-display',
    life: display,
    show: (content) => (content === null ? display.clear() : display.show(content)),
  });
}

function noProfile(kind: string, id: string): Result<never> {
  return err(fault('config.wrong-value', `no ${kind} profile is called ${id}`));
}
