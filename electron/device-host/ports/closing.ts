import type { Clock } from '#contract/ports.ts';
import { ok } from '#contract/result.ts';
import type { SerialPorts } from '#drivers/channel/serial-ports.ts';

export const closingDelays = {
  /** A port closes in milliseconds. A native driver may hang in it for ever, over an adapter pulled in a bad moment. */
  withinMs: 5_000,
} as const;

/** The same ports; `onHung` hears of each that does not close: whoever waits for it would wait for ever. */
export function watchClosing(ports: SerialPorts, clock: Clock, onHung: (path: string) => void): SerialPorts {
  return {
    list: () => ports.list(),
    canonical: (path) => ports.canonical(path),
    watch: (onHint) => ports.watch(onHint),
    open: (settings) => async (events) => {
      const opened = await ports.open(settings)(events);
      if (!opened.ok) return opened;
      const channel = opened.value;
      return ok({
        ...channel,
        write: (bytes) => channel.write(bytes),
        close: () => {
          const cancel = clock.after(closingDelays.withinMs, () => onHung(settings.path));
          return channel.close().finally(cancel);
        },
      });
    },
  };
}
