interface Played {
  readonly count: number;
  /** Moves that were seen, as the page of the table writes them. */
  readonly seen: ReadonlySet<string>;
}

/** Plays histories seed by seed; throws when a move of the page was never seen. Gives what was played, in order. */
export function proveHistories<T extends Played>(
  say: (line: string) => void,
  {
    ofSeed,
    moves,
    play,
  }: {
    readonly ofSeed: number;
    readonly moves: readonly string[];
    readonly play: (count: number, seed: number) => T;
  },
): readonly T[] {
  return [1, 2, 3, 4, 5].map((seed) => {
    const startMs = performance.now();
    const played = play(ofSeed, seed);
    const missing = moves.filter((move) => !played.seen.has(move));
    if (missing.length > 0) throw new Error(`never seen: ${missing.join('; ')}`);
    say(`seed ${seed}: ${played.count} histories in ${((performance.now() - startMs) / 1000).toFixed(0)} s`);
    return played;
  });
}
