import type { DeviceState } from '#contract/devices.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import { err, type Result } from '#contract/result.ts';
import type { OpenChannel } from '../channel/channel.ts';
import { Device, type DeviceDelays } from '../runtime/device.ts';
import type { BaudRate, MaxRfBytes } from './protocol.ts';
import { CardReaderSession, type FingerprintReading } from './session.ts';

export const cardReaderDelays = {
  /** Between the end of one find and the next: a placed card is noticed in half a second at worst. */
  pollMs: 400,
  heartbeatMs: 5_000,
  reopenFirstMs: 500,
  reopenMaxMs: 8_000,
  writeStallMs: 5_000,
} as const satisfies DeviceDelays & { readonly pollMs: number };

export interface CardReaderOptions {
  readonly clock: Clock;
  readonly open: OpenChannel;
  readonly onStatus: (status: DeviceState) => void;
  readonly onCard: (document: IdentityDocument) => void;
  /** Once per fault and card in the field, so that a foreign card left lying is reported once. */
  readonly onCardFault: (fault: Fault) => void;
}

/** A SAM_V card reader. Cards are looked for only while it is watched. */
export class CardReader {
  readonly #options: CardReaderOptions;
  readonly #device: Device<CardReaderSession>;
  #isWatched = false;
  #cancelPoll: () => void = () => undefined;
  /** A card that is read again in one watch is the one that still lies there. */
  #lastNumber: string | null = null;
  #lastFault: FaultCode | null = null;
  #watch = 0;

  constructor(options: CardReaderOptions) {
    this.#options = options;
    this.#device = new Device<CardReaderSession>({
      clock: options.clock,
      open: options.open,
      delays: cardReaderDelays,
      onStatus: options.onStatus,
      protocol: {
        attach: (write) => new CardReaderSession(write, options.clock),
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
    this.watch(false);
    return this.#device.disable();
  }

  close(): Promise<void> {
    this.watch(false);
    return this.#device.close();
  }

  /** Watching anew forgets the last card, so that it is reported again. Switching on twice is once. */
  watch(on: boolean): void {
    if (on === this.#isWatched) return;
    this.#isWatched = on;
    this.#watch += 1;
    this.#lastNumber = null;
    this.#lastFault = null;
    this.#cancelPoll();
    if (on) void this.#poll(this.#watch);
  }

  /**
   * Added addresses of the card that was just reported and still lies there; none for most cards.
   * Faults: device.*, card.*.
   */
  readAddedAddresses(): Promise<Result<readonly string[]>> {
    return this.#device.run('busy', (session) => session.readAddedAddresses());
  }

  /** 28 opaque bytes of the card that was just reported and still lies there. Faults: device.*, card.*. */
  readManageInfo(): Promise<Result<Uint8Array>> {
    return this.#device.run('busy', (session) => session.readManageInfo());
  }

  /**
   * Finds and reads one card with its fingerprint block, outside of any watch: a watch reads without,
   * as nothing in a visit needs fingerprints. Faults: card.read-failed when no card lies there; device.*, card.*.
   */
  readWithFingerprint(): Promise<Result<FingerprintReading>> {
    return this.#device.run('busy', async (session) => {
      const found = await session.find();
      if (!found.ok) return found;
      return found.value ? session.readWithFingerprint() : err(fault('card.read-failed', 'no card found'));
    });
  }

  /** For a technician. Afterwards the card that lies there can be found again. */
  resetModule(): Promise<Result<void>> {
    return this.#device.run('busy', (session) => session.reset());
  }

  /** For a technician: readers that fail on some cards are helped by the smaller size. */
  setMaxRf(maxRfBytes: MaxRfBytes): Promise<Result<void>> {
    return this.#device.run('busy', (session) => session.setMaxRf(maxRfBytes));
  }

  /**
   * For a technician. When it has succeeded, nothing is understood on this line any more: close this
   * driver, and open one whose channel has the new rate.
   */
  setBaud(baudRate: BaudRate): Promise<Result<void>> {
    return this.#device.run('busy', (session) => session.setBaud(baudRate));
  }

  async #poll(watch: number): Promise<void> {
    const found = await this.#device.run('quiet', (session) => session.find());
    if (watch !== this.#watch) return;
    if (found.ok && found.value) await this.#read(watch);
    else if (found.ok) this.#lastFault = null;
    else this.#report(found.fault);
    if (watch !== this.#watch) return;
    this.#cancelPoll = this.#options.clock.after(cardReaderDelays.pollMs, () => void this.#poll(watch));
  }

  async #read(watch: number): Promise<void> {
    const read = await this.#device.run('busy', (session) => session.read());
    if (watch !== this.#watch) return;
    if (!read.ok) {
      this.#report(read.fault);
      return;
    }
    this.#lastFault = null;
    if (read.value.number === this.#lastNumber) return;
    this.#lastNumber = read.value.number;
    this.#options.onCard(read.value);
  }

  #report(reason: Fault): void {
    // That the reader is away is in its status, and a poll adds nothing to it.
    if (reason.code === 'device.not-ready' || reason.code === 'device.disabled') return;
    if (reason.code === this.#lastFault) return;
    this.#lastFault = reason.code;
    this.#options.onCardFault(reason);
  }
}
