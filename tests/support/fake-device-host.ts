import {
  toDeviceHostSchema,
  type FromDeviceHost,
  type PrintOutcome,
  type ToDeviceHost,
} from '#contract/device-host.ts';
import type { DeviceState } from '#contract/devices.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';

/** A device host in the test's own hands: for the moments that real processes reach only by chance. */
export class FakeDeviceHost implements DeviceHostProcess {
  readonly printed: { readonly jobId: string; readonly document: ReceiptDocument }[] = [];
  watching = false;
  /** What a print ends with; null leaves it open. */
  outcome: PrintOutcome | null = { end: 'printed', proof: 'in-order-status' };
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
        for (const device of message.devices) this.setState(device.id, { state: 'ready', identity: 'fake' });
        return;
      case 'watch-card':
        this.watching = message.on;
        return;
      case 'print':
        this.printed.push(message);
        if (this.outcome) this.emit({ type: 'print-ended', jobId: message.jobId, outcome: this.outcome });
        return;
      case 'ping':
        this.emit({ type: 'pong', nonce: message.nonce });
        return;
      case 'stop':
        return;
      default: {
        const never: never = message;
        return never;
      }
    }
  }

  setState(id: string, status: DeviceState): void {
    const kind = id === 'printer' ? 'receipt-printer' : 'id-card-reader';
    this.emit({ type: 'device', device: { id, kind, status } });
  }

  placeCard(document: IdentityDocument): void {
    this.emit({ type: 'card-read', device: 'card-reader', document });
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
