/** Samples of one side of a measurement. */
export interface Spread {
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  readonly samples: number;
}

/** Throws without samples: a group that measured nothing has a defect, and 0 would be a lie. */
export function spreadOf(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const lowest = sorted[0];
  const highest = sorted.at(-1);
  if (lowest === undefined || highest === undefined) throw new Error('nothing was measured');
  return { median: middleOf(sorted), lowest, highest, samples: sorted.length };
}

/** The sample that a share of all does not exceed: 0.99 for p99. Throws without samples. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new Error('nothing was measured');
  return value;
}

function middleOf(sorted: readonly number[]): number {
  const upper = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const lower = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return (upper + lower) / 2;
}

/** One repetition of one side; resolves to what it measured. */
export type Repetition = () => number | Promise<number>;

/**
 * Measures the sides in turn, A B A B: what else the machine does in the meantime falls on all of them
 * alike. Warm-ups come first, also in turn, and are thrown away. Samples come in the order of the sides.
 */
export async function interleaved(
  sides: readonly Repetition[],
  times: { readonly warmUps: number; readonly repetitions: number },
): Promise<readonly (readonly number[])[]> {
  const samples = sides.map((): number[] => []);
  for (let round = -times.warmUps; round < times.repetitions; round += 1) {
    for (const [index, side] of sides.entries()) {
      const measured = await side();
      if (round >= 0) samples[index]?.push(measured);
    }
  }
  return samples;
}
