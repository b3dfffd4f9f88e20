import type { Clock } from '#contract/ports.ts';

/** Between two questions, in milliseconds. */
export const LOOK_AGAIN_MS = 5_000;
/** Questions a page asks by itself, five minutes' worth: each of them keeps a session open that nobody may use. `look` begins anew. */
export const MOST_LOOKS = 60;

/** What a terminal says of the form that may have come with a ticket. */
export interface HandedLooked {
  readonly isThere: boolean;
  /** The kiosk at which it lies, when that does not answer. */
  readonly silentKiosk: string | null;
}

export interface HandedLook {
  /** Asks now. Resolves behind the answer, or without one. */
  look(): Promise<void>;
  stop(): void;
}

/**
 * Asks whether a form came along with a ticket: again while nobody answers, since one question that was lost would hide it
 * from who serves, and while the kiosk at which it lies is silent. `ask`: null: no answer.
 */
export function createHandedLook(ports: {
  readonly clock: Clock;
  readonly ask: () => Promise<HandedLooked | null>;
  readonly show: (looked: HandedLooked) => void;
}): HandedLook {
  let isOver = false;
  let cancel: () => void = () => undefined;

  async function ask(left: number): Promise<void> {
    cancel();
    const looked = await ports.ask();
    if (isOver) return;
    // Without an answer what was said before stands.
    if (looked !== null) ports.show(looked);
    cancel();
    if (left > 1 && (looked === null || looked.silentKiosk !== null))
      cancel = ports.clock.after(LOOK_AGAIN_MS, () => void ask(left - 1));
  }

  return {
    look: () => ask(MOST_LOOKS),
    stop: () => {
      isOver = true;
      cancel();
    },
  };
}
