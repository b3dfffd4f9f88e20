/**
 * That somebody has left, until the terminal has heard it: it may restart just then, and the cookie, which no page can
 * take away, would let the same person in again.
 */
export interface SignOut {
  /** Resolves when the terminal knows, or did not answer: then `settle` tells it again. */
  begin(): Promise<void>;
  /** To be awaited before anything else is said to the terminal, such as who comes next. Rejects while it does not answer. */
  settle(): Promise<void>;
}

/** `tell`: resolves with any answer of the terminal, and rejects within its limit where none comes. */
export function createSignOut(tell: () => Promise<unknown>): SignOut {
  let isUntold = false;
  let telling: Promise<void> | null = null;

  async function tellOnce(): Promise<void> {
    try {
      await tell();
      isUntold = false;
    } finally {
      telling = null;
    }
  }

  async function settle(): Promise<void> {
    if (!isUntold) return;
    telling ??= tellOnce();
    await telling;
  }

  return {
    begin: async () => {
      isUntold = true;
      await settle().catch(() => undefined);
    },
    settle,
  };
}
