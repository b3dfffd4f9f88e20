import type { Clock } from '#contract/ports.ts';
import type { ListedPort, SerialPorts } from '#drivers/channel/serial-ports.ts';

export const portWatchDelays = {
  /** Not every machine tells when a port comes or goes; everyone answers when asked. */
  pollMs: 2_000,
  /** A plug announces itself several times within milliseconds. */
  settleMs: 50,
} as const;

export interface PortWatchOptions {
  readonly clock: Clock;
  readonly serialPorts: SerialPorts;
  /** After each listing, changed or not; null when the system does not tell. */
  readonly onListed: (ports: readonly ListedPort[] | null) => void;
  readonly log: (line: string) => void;
}

/** Lists the ports at start, every few seconds, and when the system hints that something was plugged. */
export class PortWatch {
  readonly #options: PortWatchOptions;
  #stopHints: () => void = () => undefined;
  #cancelTimer: () => void = () => undefined;
  #isStopped = false;
  #isListing = false;
  #isHinted = false;
  #lastTrouble = '';

  constructor(options: PortWatchOptions) {
    this.#options = options;
    this.#stopHints = options.serialPorts.watch(() => {
      this.#hint();
    });
    void this.#list();
  }

  stop(): void {
    this.#isStopped = true;
    this.#stopHints();
    this.#cancelTimer();
  }

  #hint(): void {
    this.#isHinted = true;
    if (!this.#isListing) this.#listIn(portWatchDelays.settleMs);
  }

  #listIn(delayMs: number): void {
    if (this.#isStopped) return;
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(delayMs, () => void this.#list());
  }

  async #list(): Promise<void> {
    this.#isListing = true;
    this.#isHinted = false;
    const listed = await this.#options.serialPorts.list();
    this.#isListing = false;
    if (this.#isStopped) return;
    const trouble = listed.ok ? '' : (listed.fault.detail ?? listed.fault.code);
    // Said once: it goes on every few seconds.
    if (trouble !== '' && trouble !== this.#lastTrouble) this.#options.log(`device host: ${trouble}`);
    this.#lastTrouble = trouble;
    this.#options.onListed(listed.ok ? listed.value : null);
    this.#listIn(this.#isHinted ? portWatchDelays.settleMs : portWatchDelays.pollMs);
  }
}
