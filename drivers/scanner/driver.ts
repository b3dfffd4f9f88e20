import type { Fault, FaultCode } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import type { ByteChannel } from '../channel/channel.ts';
import type { DeviceDelays } from '../runtime/device.ts';
import type { DeviceDriverOptions } from '../runtime/device-driver.ts';
import { WatchedDriver, type WatchNumber } from '../runtime/watched-driver.ts';
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

export interface ScannerOptions extends DeviceDriverOptions {
  readonly profile: ScannerProfile;
  readonly onCode: (code: ScannedCode) => void;
  readonly onCodeFault: (fault: Fault) => void;
}

/** A code scanner. It is lit, and its codes are taken, only while it is watched. */
export class Scanner extends WatchedDriver<ScannerSession> {
  readonly #options: ScannerOptions;
  #cancelTrigger: () => void = () => undefined;
  /** Forgotten with the watch: a code opens a person's data while it lives. */
  #lastCode: { readonly code: ScannedCode; atMs: number } | null = null;
  #lastFault: { readonly code: FaultCode; atMs: number } | null = null;

  constructor(options: ScannerOptions) {
    super(options, scannerDelays);
    this.#options = options;
  }

  protected override attach(write: ByteChannel['write']): ScannerSession {
    const { clock, profile } = this.#options;
    return new ScannerSession({ write, clock, profile, onScan: (scan) => this.#takeScan(scan) });
  }

  /** Trigger on. */
  protected override watchBegins(watch: WatchNumber): void {
    this.#forgetReports();
    void this.#keepTriggered(watch);
  }

  /** Trigger off. */
  protected override watchEnds(): void {
    this.#forgetReports();
    this.#cancelTrigger();
    void this.device.run('quiet', (session) => session.trigger(false));
  }

  #forgetReports(): void {
    this.#lastCode = null;
    this.#lastFault = null;
  }

  async #keepTriggered(watch: WatchNumber): Promise<void> {
    const triggered = await this.device.run('quiet', (session) => session.trigger(true));
    if (!this.isPresent(watch)) return;
    if (!triggered.ok) this.#report(triggered.fault);
    this.#triggerIn(this.#options.profile.retriggerMs, watch);
  }

  #triggerIn(delayMs: number, watch: WatchNumber): void {
    this.#cancelTrigger();
    this.#cancelTrigger = this.#options.clock.after(delayMs, () => void this.#keepTriggered(watch));
  }

  /** A code that comes while nobody waits for one is dropped unseen. */
  #takeScan(scan: Result<ScannedCode>): void {
    const watch = this.presentWatch;
    if (watch === null) return;
    this.#triggerIn(scannerDelays.afterCodeMs, watch);
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
    // That the scanner is away, or goes in the middle of a trigger, is in its status.
    if (isAway(reason)) return;
    const nowMs = this.#options.clock.monotonicMs();
    const last = this.#lastFault;
    const isRepeated =
      last !== null && last.code === reason.code && nowMs - last.atMs < scannerDelays.repeatMs;
    this.#lastFault = { code: reason.code, atMs: nowMs };
    if (!isRepeated) this.#options.onCodeFault(reason);
  }
}

function isAway({ code }: Fault): boolean {
  return code === 'device.not-ready' || code === 'device.disabled' || code === 'device.lost';
}
