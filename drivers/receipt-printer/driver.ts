import type { PrintOutcome } from '#contract/device-host.ts';
import type { DeviceState } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { ok } from '#contract/result.ts';
import type { OpenChannel } from '../channel/channel.ts';
import { Device, type DeviceDelays } from '../runtime/device.ts';
import type { PrinterProfile } from './profiles.ts';
import type { RareGlyphs } from './rare-glyphs.ts';
import { PrinterSession, type Paper } from './session.ts';

export const receiptPrinterDelays = {
  /** Paper and cover are asked for this often; automatic status is not on every clone. */
  heartbeatMs: 1_000,
  reopenFirstMs: 500,
  reopenMaxMs: 8_000,
  writeStallMs: 5_000,
} as const satisfies DeviceDelays;

export interface ReceiptPrinterOptions {
  readonly clock: Clock;
  readonly open: OpenChannel;
  readonly profile: PrinterProfile;
  /** Dots for characters that the firmware lacks; `noRareGlyphs` prints 〓 for them. */
  readonly rare: RareGlyphs;
  readonly onStatus: (status: DeviceState) => void;
  /** Kept by whoever makes the drivers of this printer, one after the other. */
  readonly paper: Paper;
}

/** An ESC/POS receipt printer. */
export class ReceiptPrinter {
  readonly #device: Device<PrinterSession>;

  constructor(options: ReceiptPrinterOptions) {
    this.#device = new Device<PrinterSession>({
      clock: options.clock,
      open: options.open,
      delays: receiptPrinterDelays,
      onStatus: options.onStatus,
      protocol: {
        attach: (write) =>
          new PrinterSession({
            write,
            clock: options.clock,
            profile: options.profile,
            rare: options.rare,
            onNeeds: (needs) => this.#device.learnNeeds(needs),
            paper: options.paper,
          }),
        identify: (session) => session.identify(),
        heartbeat: (session) => session.heartbeat(),
      },
    });
  }

  get status(): DeviceState {
    return this.#device.status;
  }

  start(): void {
    this.#device.start();
  }

  disable(): Promise<void> {
    return this.#device.disable();
  }

  close(): Promise<void> {
    return this.#device.close();
  }

  /** Never printed twice by itself, and never called printed without the printer's own word. */
  async print(document: ReceiptDocument): Promise<PrintOutcome> {
    const outcome = await this.#device.run('busy', async (session) => ok(await session.print(document)));
    return outcome.ok ? outcome.value : { end: 'failed', fault: outcome.fault };
  }
}
