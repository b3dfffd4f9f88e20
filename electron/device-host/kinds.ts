import type { PrintOutcome } from '#contract/device-host.ts';
import type { DeviceSettings, DeviceState, SettingsOf } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { channelFor } from '#drivers/channel/open.ts';
import { CardReader } from '#drivers/id-card-reader/driver.ts';
import { cardReaderProfile } from '#drivers/id-card-reader/profiles.ts';
import { ReceiptPrinter } from '#drivers/receipt-printer/driver.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import type { RareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
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

/** The driver of each kind: a new kind of device comes in here. Faults: config.wrong-value. */
export function buildDevice(
  settings: DeviceSettings,
  events: DeviceEvents,
  clock: Clock,
  lines: DisplayLines,
  rare: RareGlyphs,
): Result<RunningDevice> {
  switch (settings.kind) {
    case 'id-card-reader':
      return buildCardReader(settings, events, clock);
    case 'receipt-printer':
      return buildPrinter(settings, events, clock, rare);
    case 'scanner':
      return buildScanner(settings, events, clock);
    case 'queue-display':
      return buildDisplay(settings, events, clock, lines);
    default: {
      const never: never = settings;
      return never;
    }
  }
}

function buildCardReader(
  settings: SettingsOf<'id-card-reader'>,
  events: DeviceEvents,
  clock: Clock,
): Result<RunningDevice> {
  const profile = cardReaderProfile(settings.profile);
  if (profile === null) return noProfile('card reader', settings.profile);
  const open = channelFor({ ...settings, rtscts: false }, clock);
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
  clock: Clock,
  rare: RareGlyphs,
): Result<RunningDevice> {
  const profile = printerProfile(settings.profile);
  if (profile === null) return noProfile('printer', settings.profile);
  const open = channelFor({ ...settings, rtscts: profile.flowControl === 'rts-cts' }, clock);
  if (!open.ok) return open;
  const printer = new ReceiptPrinter({
    clock,
    open: open.value,
    profile,
    rare,
    onStatus: (status) => events.onStatus(status),
  });
  return ok({ kind: 'receipt-printer', life: printer, print: (document) => printer.print(document) });
}

function buildScanner(
  settings: SettingsOf<'scanner'>,
  events: DeviceEvents,
  clock: Clock,
): Result<RunningDevice> {
  const profile = scannerProfile(settings.profile);
  if (profile === null) return noProfile('scanner', settings.profile);
  const open = channelFor({ ...settings, rtscts: false }, clock);
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
  clock: Clock,
  lines: DisplayLines,
): Result<RunningDevice> {
  const open = () => channelFor({ ...settings, rtscts: false }, clock);
  const display = lines.add(settings, open, (status) => events.onStatus(status));
  if (!display.ok) return display;
  return ok({
    kind: 'queue-display',
    life: display.value,
    show: (content) => (content === null ? display.value.clear() : display.value.show(content)),
  });
}

function noProfile(kind: string, id: string): Result<never> {
  return err(fault('config.wrong-value', `no ${kind} profile is called ${id}`));
}
