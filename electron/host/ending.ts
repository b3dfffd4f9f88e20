import type { Clock } from '#contract/ports.ts';
import { closedSoon } from '#door/end-connections.ts';

/** The supervisor gives five seconds before it kills. */
const STOP_WITHIN_MS = 4_000;
/** Of an end that did not come to its end. */
const EXIT_HUNG = 1;

export interface EndingPorts {
  readonly clock: Clock;
  /** Told that the end has begun; not waited for. */
  readonly stopping: () => Promise<void>;
  /** What is behind the entrances; closed when they are, or when they take too long. */
  readonly closeTerminal: () => Promise<void>;
  readonly exit: (exitCode: number) => void;
}

/** How a terminal ends, from whatever moment of its start. */
export interface Ending {
  /**
   * Goes on with a way into the terminal when it is open. When the terminal is asked to end meanwhile, it is closed as soon as it is
   * there, and the start goes no further: this never resolves.
   */
  opened<T extends { close(): Promise<void> }>(opening: Promise<T>): Promise<T>;
  /** The first exit code that was asked for is the one it ends with. */
  end(exitCode: number): Promise<void>;
}

export function createEnding({ clock, stopping, closeTerminal, exit }: EndingPorts): Ending {
  const entrances: Promise<{ close(): Promise<void> }>[] = [];
  let isEnding = false;
  return {
    opened: async (opening) => {
      entrances.push(opening);
      const entrance = await opening;
      return isEnding ? new Promise<never>(() => undefined) : entrance;
    },
    end: async (exitCode) => {
      if (isEnding) return;
      isEnding = true;
      clock.after(STOP_WITHIN_MS, () => {
        exit(EXIT_HUNG);
      });
      void stopping();
      const closed = Promise.all(entrances.map(async (entrance) => (await entrance).close()));
      await closedSoon(clock, closed);
      await closeTerminal();
      exit(exitCode);
    },
  };
}
