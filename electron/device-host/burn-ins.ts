import type { BurnInFigures } from '#contract/burn-in.ts';
import type { DeviceSettings, DeviceState } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import { burnIn, type BurnInTarget } from '#drivers/burn-in/burn-in.ts';
import { cardReaderTarget, displayTarget, printerTarget, scannerTarget } from '#drivers/burn-in/targets.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { scannerProfile } from '#drivers/scanner/profiles.ts';
import type { DisplayLines } from './display-lines.ts';

/** No slip in minutes: paper is not for burning. */
const NO_PAPER = { slips: 0, everyMs: 0 } as const;

export interface BurnInsOptions {
  readonly clock: Clock;
  readonly displayLines: DisplayLines;
  readonly tell: (device: string, figures: BurnInFigures, isOver: boolean) => void;
}

/** The devices that are worked just now, each over the line that its driver has left. */
export class BurnIns {
  readonly #options: BurnInsOptions;
  readonly #running = new Map<string, AbortController>();

  constructor(options: BurnInsOptions) {
    this.#options = options;
  }

  /** Resolves when it has ended and the line is free; null: this profile makes no device, and nothing was begun. */
  begin(settings: DeviceSettings, open: OpenChannel, lastsMs: number): Promise<void> | null {
    const { clock, tell } = this.#options;
    const makeTarget = this.#targetOf(settings, open);
    if (makeTarget === null) return null;
    const stop = new AbortController();
    this.#running.set(settings.id, stop);
    return burnIn({
      clock,
      lastsMs,
      makeTarget,
      signal: stop.signal,
      onFigures: (figures) => tell(settings.id, figures, false),
    }).then((figures) => {
      this.#running.delete(settings.id);
      tell(settings.id, figures, true);
    });
  }

  isRunning(device: string): boolean {
    return this.#running.has(device);
  }

  stop(device: string): void {
    this.#running.get(device)?.abort();
  }

  stopAll(): void {
    for (const stop of this.#running.values()) stop.abort();
  }

  #targetOf(
    settings: DeviceSettings,
    open: OpenChannel,
  ): ((onStatus: (status: DeviceState) => void) => BurnInTarget) | null {
    const { clock, displayLines } = this.#options;
    switch (settings.kind) {
      case 'id-card-reader':
        return (onStatus) => cardReaderTarget({ clock, open, onStatus });
      case 'receipt-printer': {
        const profile = printerProfile(settings.profile);
        return profile && ((onStatus) => printerTarget({ clock, open, onStatus }, profile, NO_PAPER));
      }
      case 'scanner': {
        const profile = scannerProfile(settings.profile);
        return profile && ((onStatus) => scannerTarget({ clock, open, onStatus }, profile));
      }
      case 'queue-display':
        // The other displays of its line go on.
        return (onStatus) => displayTarget(displayLines.add(settings, open, onStatus));
      default: {
        const never: never = settings;
        return never;
      }
    }
  }
}
