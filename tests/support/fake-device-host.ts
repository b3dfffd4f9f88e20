import {
  toDeviceHostSchema,
  type FromDeviceHost,
  type PrintOutcome,
  type RememberedIdentity,
  type ToDeviceHost,
} from '#contract/device-host.ts';
import type { DeviceKind, DeviceState } from '#contract/devices.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';

/** A device host in the test's own hands: for the moments that real processes reach only by chance. */
export class FakeDeviceHost implements DeviceHostProcess {
  readonly printed: { readonly jobId: string; readonly document: ReceiptDocument }[] = [];
  /** With the last configuration. */
  remembered: readonly RememberedIdentity[] = [];
  /** With the first configuration. */
  unfinished: readonly string[] | null = null;
  readonly burnIns: { readonly device: string; readonly on: boolean; readonly lastsMs: number }[] = [];
  readonly traced: { readonly device: string; readonly on: boolean }[] = [];
  watching = false;
  watchingCodes = false;
  readonly shown: { readonly device: string; readonly content: WindowDisplayContent | null }[] = [];
  /** Those of a line on which nothing moves: they end when a test says so. Null: each ends at once. */
  heldShows: string[] | null = null;
  /** What a print ends with; null leaves it open. */
  outcome: PrintOutcome | null = { end: 'printed', proof: 'in-order-status' };
  #kinds: ReadonlyMap<string, DeviceKind> = new Map();
  #onMessage: (message: unknown) => void = () => undefined;
  #onExit: (code: number | null) => void = () => undefined;

  constructor() {
    queueMicrotask(() => {
      this.emit({ type: 'hello' });
    });
  }

  send(raw: unknown): void {
    const message: ToDeviceHost = toDeviceHostSchema.parse(raw);
    switch (message.type) {
      case 'configure':
        this.remembered = message.remembered;
        this.unfinished ??= message.unfinished;
        this.#kinds = new Map(message.devices.map((device) => [device.id, device.kind]));
        for (const { id, enabled } of message.devices)
          this.setState(id, enabled ? { state: 'ready', identity: 'fake' } : { state: 'disabled' });
        return;
      case 'watch-card':
        this.watching = message.on;
        return;
      case 'watch-code':
        this.watchingCodes = message.on;
        return;
      case 'show':
        this.shown.push({ device: message.device, content: message.content });
        if (this.heldShows !== null) this.heldShows.push(message.requestId);
        else this.#endShow(message.requestId);
        return;
      case 'print':
        this.printed.push(message);
        if (this.outcome) this.emit({ type: 'print-ended', jobId: message.jobId, outcome: this.outcome });
        return;
      case 'ping':
        this.emit({ type: 'pong', nonce: message.nonce });
        return;
      case 'trace':
        this.traced.push({ device: message.device, on: message.on });
        return;
      case 'burn-in':
        this.burnIns.push(message);
        return;
      case 'stop':
        return;
      default: {
        const never: never = message;
        return never;
      }
    }
  }

  endShows(): void {
    for (const requestId of this.heldShows?.splice(0) ?? []) this.#endShow(requestId);
    this.heldShows = null;
  }

  #endShow(requestId: string): void {
    this.emit({ type: 'show-ended', requestId, fault: null });
  }

  setState(id: string, status: DeviceState): void {
    const kind = this.#kinds.get(id);
    if (kind === undefined) throw new Error(`no device is called ${id}`);
    this.emit({ type: 'device', device: { id, kind, status } });
  }

  placeCard(document: IdentityDocument): void {
    this.emit({ type: 'card-read', device: 'card-reader', document });
  }

  showCode(content: string): void {
    this.emit({ type: 'code-scanned', device: 'scanner', content });
  }

  emit(message: FromDeviceHost): void {
    this.#onMessage(message);
  }

  die(): void {
    this.#onExit(null);
  }

  onMessage(listener: (message: unknown) => void): void {
    this.#onMessage = listener;
  }

  onExit(listener: (code: number | null) => void): void {
    this.#onExit = listener;
  }

  kill(): void {
    this.die();
  }
}
