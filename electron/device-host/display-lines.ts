import type { DeviceState, SettingsOf } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
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

  /** `openLine` is asked by the first display on a line only. Faults: its own. */
  add(
    settings: SettingsOf<'queue-display'>,
    openLine: () => Result<OpenChannel>,
    onStatus: (status: DeviceState) => void,
  ): Result<Display> {
    // At another speed it is another line: all that were on the old one have been closed by then.
    const key = `${settings.channel} ${settings.baudRate}`;
    let line = this.#lines.get(key);
    if (line === undefined || line.isEmpty) {
      const open = openLine();
      if (!open.ok) return open;
      line = new DisplayLine({ clock: this.#clock, open: open.value, baudRate: settings.baudRate });
      this.#lines.set(key, line);
    }
    return ok(line.add(dialectOf(settings.display), onStatus));
  }
}
