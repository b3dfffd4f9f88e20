import type { PrintOutcome } from '#contract/device-host.ts';
import type { DeviceKind, DeviceSettings, DeviceState } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { channelFor } from '#drivers/channel/open.ts';
import { CardReader } from '#drivers/id-card-reader/driver.ts';
import { ReceiptPrinter } from '#drivers/receipt-printer/driver.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';

/** What every running device can do, whatever its kind. */
interface Lifecycle {
  readonly status: DeviceState;
  start(): void;
  /** Switches it off and frees its port. */
  disable(): Promise<void>;
  close(): Promise<void>;
}

export type RunningDevice =
  | (Lifecycle & { readonly kind: 'id-card-reader'; watch(on: boolean): void })
  | (Lifecycle & {
      readonly kind: 'receipt-printer';
      print(document: ReceiptDocument): Promise<PrintOutcome>;
    });

export interface DeviceEvents {
  onStatus(status: DeviceState): void;
  onCard(document: IdentityDocument): void;
  onCardFault(reason: Fault): void;
}

type Build = (settings: DeviceSettings, events: DeviceEvents, clock: Clock) => Result<RunningDevice>;

/** The driver of each kind: a new kind of device comes in here. Faults: config.wrong-value. */
const builders: Readonly<Record<DeviceKind, Build>> = {
  'id-card-reader': (settings, events, clock) => {
    const open = channelFor({ ...settings, rtscts: false }, clock);
    if (!open.ok) return open;
    const reader = new CardReader({
      clock,
      open: open.value,
      onStatus: (status) => events.onStatus(status),
      onCard: (document) => events.onCard(document),
      onCardFault: (reason) => events.onCardFault(reason),
    });
    return ok({
      kind: 'id-card-reader',
      get status() {
        return reader.status;
      },
      start: () => reader.start(),
      disable: () => reader.disable(),
      close: () => reader.close(),
      watch: (on) => reader.watch(on),
    });
  },
  'receipt-printer': (settings, events, clock) => {
    const profile = printerProfile(settings.profile);
    if (profile === null)
      return err(fault('config.wrong-value', `no printer profile is called ${settings.profile}`));
    const open = channelFor({ ...settings, rtscts: profile.rtscts }, clock);
    if (!open.ok) return open;
    const printer = new ReceiptPrinter({
      clock,
      open: open.value,
      profile,
      onStatus: (status) => events.onStatus(status),
    });
    return ok({
      kind: 'receipt-printer',
      get status() {
        return printer.status;
      },
      start: () => printer.start(),
      disable: () => printer.disable(),
      close: () => printer.close(),
      print: (document) => printer.print(document),
    });
  },
};

export function buildDevice(
  settings: DeviceSettings,
  events: DeviceEvents,
  clock: Clock,
): Result<RunningDevice> {
  return builders[settings.kind](settings, events, clock);
}
