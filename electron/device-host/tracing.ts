import type { FromDeviceHost } from '#contract/device-host.ts';
import { MAX_TRACE_LINE_CHARS } from '#contract/device-host.ts';
import type { DeviceSettings } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import { traceMaskFor } from '#drivers/trace/masks.ts';
import { tracedChannel } from '#drivers/trace/trace.ts';

export const tracingDelays = {
  /** A trace that somebody forgot must not fill the log for months. */
  endsAfterMs: 10 * 60_000,
} as const;

/** The raw traces that are switched on, and the lines that they are made of. */
export class Tracing {
  readonly #clock: Clock;
  readonly #send: (message: FromDeviceHost) => void;
  /** How the end of each is called off. */
  readonly #on = new Map<string, () => void>();

  constructor(clock: Clock, send: (message: FromDeviceHost) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  set(device: string, on: boolean): void {
    this.#on.get(device)?.();
    this.#on.delete(device);
    if (!on) return;
    this.#on.set(
      device,
      this.#clock.after(tracingDelays.endsAfterMs, () => this.#on.delete(device)),
    );
  }

  wrap(settings: DeviceSettings, open: OpenChannel): OpenChannel {
    const device = settings.id;
    return tracedChannel(open, {
      mask: () => traceMaskFor(settings),
      isOn: () => this.#on.has(device),
      say: (direction, text) => {
        const bytes = text.slice(0, MAX_TRACE_LINE_CHARS);
        this.#send({ type: 'traced', line: { device, atMs: this.#clock.now(), direction, bytes } });
      },
    });
  }

  stop(): void {
    for (const device of [...this.#on.keys()]) this.set(device, false);
  }
}
