import type { Clock } from '#contract/ports.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';

/**
 * A simulator with an eye on it: a slip that stops in the middle (no paper, a stuck cutter), or a display
 * that changes, tells nobody by itself, so whoever draws it looks again `afterMs` after bytes have come.
 */
export function watchedSimulator(
  simulator: DeviceSimulator,
  clock: Clock,
  afterMs: number,
  look: () => void,
): DeviceSimulator {
  let isWaiting = false;
  return {
    attach: (line) => {
      const plug = simulator.attach(line);
      return {
        receive: (bytes) => {
          plug.receive(bytes);
          // Not put off by each new byte: status requests come all the time.
          if (isWaiting) return;
          isWaiting = true;
          clock.after(afterMs, () => {
            isWaiting = false;
            look();
          });
        },
        unplugged: () => plug.unplugged(),
      };
    },
  };
}
