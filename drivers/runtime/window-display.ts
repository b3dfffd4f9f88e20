import type { Attention } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { ByteChannel } from '../channel/channel.ts';
import { DeviceDriver, type DeviceDriverOptions, type IdentifyingSession } from './device-driver.ts';
import type { DeviceDelays, Identified } from './device.ts';

export const windowDisplayDelays = {
  heartbeatMs: 5_000,
  reopenFirstMs: 500,
  reopenMaxMs: 8_000,
  writeStallMs: 5_000,
} as const satisfies DeviceDelays;

/** Commands to one display over one open line. */
export interface WindowDisplaySession extends IdentifyingSession {
  show(content: WindowDisplayContent): Promise<Result<void>>;
  clear(): Promise<Result<void>>;
}

export type WindowDisplayOptions = DeviceDriverOptions;

/**
 * A display at a window, whatever its protocol. It remembers what it should show: a display that comes
 * back from a power cut is dark, and the resident who was called still looks at it.
 */
export class WindowDisplay extends DeviceDriver<WindowDisplaySession> {
  readonly #attach: (write: ByteChannel['write']) => WindowDisplaySession;
  #wanted: WindowDisplayContent | null = null;
  /** It was silent for a moment, or did not take its content when it came back. */
  #mayBeDark = false;

  constructor(
    options: WindowDisplayOptions,
    attach: (write: ByteChannel['write'], clock: Clock) => WindowDisplaySession,
  ) {
    super(options, windowDisplayDelays);
    this.#attach = (write) => attach(write, options.clock);
  }

  /**
   * Of a display that is away, the fault device.not-ready is the answer now, and the content, without its
   * voice, is shown when it is back. Faults: device.*; device.refused for what this display cannot show.
   */
  show(content: WindowDisplayContent): Promise<Result<void>> {
    this.#wanted = content;
    return this.device.run('busy', (session) => session.show(content));
  }

  /** Faults: device.*. */
  clear(): Promise<Result<void>> {
    this.#wanted = null;
    return this.device.run('busy', (session) => session.clear());
  }

  protected override attach(write: ByteChannel['write']): WindowDisplaySession {
    return this.#attach(write);
  }

  protected override async identify(session: WindowDisplaySession): Promise<Result<Identified>> {
    const identified = await session.identify();
    if (!identified.ok) return identified;
    const restored = await this.#restore(session);
    // What this display cannot show must not keep it from being used for the next ticket.
    if (!restored.ok && restored.fault.code !== 'device.refused') return restored;
    return identified;
  }

  protected override async heartbeat(session: WindowDisplaySession): Promise<Result<readonly Attention[]>> {
    const beat = await session.heartbeat();
    if (!beat.ok) this.#mayBeDark = true;
    // A power cut shorter than two heartbeats is no lost device, and dark all the same.
    else if (this.#mayBeDark) await this.#restore(session);
    return beat;
  }

  /** Without the voice: a call that is minutes old must not be spoken into the room again. */
  async #restore(session: WindowDisplaySession): Promise<Result<void>> {
    const wanted = this.#wanted;
    const restored =
      wanted === null ? await session.clear() : await session.show({ ...wanted, speech: null });
    this.#mayBeDark = !restored.ok;
    return restored;
  }
}
