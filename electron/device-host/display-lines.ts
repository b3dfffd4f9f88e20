import type { DeviceState, SettingsOf } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import { dialectOf } from '#drivers/display-dialects.ts';
import { DisplayLine } from '#drivers/runtime/display-line.ts';
import type { Display } from '#drivers/runtime/display.ts';
import { sharedLineKey } from './ports/lines.ts';

/** The lines that displays hang on: those with the same channel share one, as a port has one owner. */
export class DisplayLines {
  readonly #clock: Clock;
  readonly #lines = new Map<string, DisplayLine>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Displays of one line have one way to it: that of the first of them is used. */
  add(
    settings: SettingsOf<'queue-display'>,
    open: OpenChannel,
    onStatus: (status: DeviceState) => void,
  ): Display {
    // All that were on it at another speed have been closed by then.
    const key = sharedLineKey(settings);
    let line = this.#lines.get(key);
    if (line === undefined || line.isEmpty) {
      line = new DisplayLine({ clock: this.#clock, open, baudRate: settings.baudRate });
      this.#lines.set(key, line);
    }
    return line.add(dialectOf(settings.display), onStatus);
  }
}
