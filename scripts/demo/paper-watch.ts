import type { Clock } from '#contract/ports.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';

/** By then the mechanism has obeyed what came in one burst. */
export const PAPER_RESTS_MS = 400;

/**
 * A printer with an eye on its paper: a slip that stops in the middle (no paper, a stuck cutter) tells
 * nobody by itself, so whoever draws it looks again a moment after bytes have come.
 */
export function watchedPrinter(printer: DeviceSimulator, clock: Clock, look: () => void): DeviceSimulator {
  let isWaiting = false;
  return {
    attach: (line) => {
      const plug = printer.attach(line);
      return {
        receive: (bytes) => {
          plug.receive(bytes);
          // Not put off by each new byte: status requests come all the time.
          if (isWaiting) return;
          isWaiting = true;
          clock.after(PAPER_RESTS_MS, () => {
            isWaiting = false;
            look();
          });
        },
        unplugged: () => plug.unplugged(),
      };
    },
  };
}
