import type { DeviceState } from '#contract/devices.ts';
import type { Fault, FaultCode } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { OpenChannel } from '../channel/channel.ts';
import { Device, type DeviceDelays } from '../runtime/device.ts';
import type { ScannedCode } from './content.ts';
import type { ScannerProfile } from './profiles.ts';
import { ScannerSession } from './session.ts';

export const scannerDelays = {
  /** From a code to the next trigger: time to take the telephone away. */
  afterCodeMs: 500,
  /** A code that still lies there, or a fault that goes on, is reported once; after such a silence again. */
  repeatMs: 4_000,
  heartbeatMs: 5_000,
  reopenFirstMs: 500,
  reopenMaxMs: 8_000,
  writeStallMs: 5_000,
} as const satisfies DeviceDelays & { readonly afterCodeMs: number; readonly repeatMs: number };

export interface ScannerOptions {
  readonly clock: Clock;
  readonly open: OpenChannel;
  readonly profile: ScannerProfile;
  readonly onStatus: (status: DeviceState) => void;
  readonly onCode: (code: ScannedCode) => void;
  readonly onCodeFault: (fault: Fault) => void;
}

/** A code scanner. It is lit, and its codes are taken, only while it is watched. */
export class Scanner {
  readonly #options: ScannerOptions;
  readonly #device: Device<ScannerSession>;
  #isWatched = false;
  #watch = 0;
  #cancelTrigger: () => void = () => undefined;
  /** Forgotten with the watch: a code opens a person's data while it lives. */
  #lastCode: { readonly code: ScannedCode; atMs: number } | null = null;
  #lastFault: { readonly code: FaultCode; atMs: number } | null = null;

  constructor(options: ScannerOptions) {
    const { clock, open, profile, onStatus } = options;
    this.#options = options;
    this.#device = new Device<ScannerSession>({
      clock,
      open,
      delays: scannerDelays,
      onStatus,
      protocol: {
        attach: (write) =>
          new ScannerSession({ write, clock, profile, onScan: (scan) => this.#takeScan(scan) }),
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

  /** Trigger on and off. Watching anew forgets the last code, so that it is reported again. */
  watch(on: boolean): void {
    if (on === this.#isWatched) return;
    this.#isWatched = on;
    this.#watch += 1;
    this.#lastCode = null;
    this.#lastFault = null;
    this.#cancelTrigger();
    if (on) void this.#keepTriggered(this.#watch);
    else void this.#device.run('quiet', (session) => session.trigger(false));
  }

  async #keepTriggered(watch: number): Promise<void> {
    const triggered = await this.#device.run('quiet', (session) => session.trigger(true));
    if (watch !== this.#watch) return;
    if (!triggered.ok) this.#report(triggered.fault);
    this.#triggerIn(this.#options.profile.retriggerMs);
  }

  #triggerIn(delayMs: number): void {
    const watch = this.#watch;
    this.#cancelTrigger();
    this.#cancelTrigger = this.#options.clock.after(delayMs, () => void this.#keepTriggered(watch));
  }

  /** A code that comes while nobody waits for one is dropped unseen. */
  #takeScan(scan: Result<ScannedCode>): void {
    if (!this.#isWatched) return;
    this.#triggerIn(scannerDelays.afterCodeMs);
    if (!scan.ok) {
      this.#report(scan.fault);
      return;
    }
    this.#lastFault = null;
    const nowMs = this.#options.clock.monotonicMs();
    const last = this.#lastCode;
    const isRepeated =
      last !== null && last.code.equals(scan.value) && nowMs - last.atMs < scannerDelays.repeatMs;
    this.#lastCode = { code: scan.value, atMs: nowMs };
    if (!isRepeated) this.#options.onCode(scan.value);
  }

  #report(reason: Fault): void {
    // That the scanner is away is in its status, and a trigger adds nothing to it.
    if (reason.code === 'device.not-ready' || reason.code === 'device.disabled') return;
    const nowMs = this.#options.clock.monotonicMs();
    const last = this.#lastFault;
    const isRepeated =
      last !== null && last.code === reason.code && nowMs - last.atMs < scannerDelays.repeatMs;
    this.#lastFault = { code: reason.code, atMs: nowMs };
    if (!isRepeated) this.#options.onCodeFault(reason);
  }
}
