import type { DeviceState, SettingsOf } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import { channelFor } from '#drivers/channel/open.ts';
import { dialectOf } from '#drivers/display-dialects.ts';
import { DisplayLine } from '#drivers/runtime/display-line.ts';
import type { Display } from '#drivers/runtime/display.ts';

/** The lines that displays hang on: those with the same channel share one, as a port has one owner. */
export class DisplayLines {
  readonly #clock: Clock;
  readonly #lines = new Map<string, DisplayLine>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Faults: config.wrong-value. */
  add(settings: SettingsOf<'queue-display'>, onStatus: (status: DeviceState) => void): Result<Display> {
    const line = this.#lineOf(settings);
    return line.ok ? ok(line.value.add(dialectOf(settings.display), onStatus)) : line;
  }

  #lineOf(settings: SettingsOf<'queue-display'>): Result<DisplayLine> {
    // A line at another speed is another line: all who were on the old one have been closed by then.
    const key = `${settings.channel} ${settings.baudRate}`;
    const known = this.#lines.get(key);
    if (known !== undefined && !known.isEmpty) return ok(known);
    const open = channelFor({ ...settings, rtscts: false }, this.#clock);
    if (!open.ok) return open;
    const line = new DisplayLine({ clock: this.#clock, open: open.value, baudRate: settings.baudRate });
    this.#lines.set(key, line);
    return ok(line);
  }
}
