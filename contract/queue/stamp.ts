import { z } from 'zod';

/** The two digits of a terminal in its station. */
export const terminalNumberSchema = z.string().regex(/^\d{2}$/, 'expected two digits');

/**
 * When something happened, in the time of the station (a hybrid logical clock: Kulkarni et al., "Logical Physical
 * Clocks", OPODIS 2014). Of one terminal each stamp is later than the one before, also when its clock is set back;
 * `counter` tells apart what falls into one millisecond. Everything that one command did has one stamp.
 */
export const stampSchema = z.strictObject({
  /** Milliseconds since 1970-01-01T00:00:00Z, as the hub counts them. */
  atMs: z.int().min(0),
  counter: z.int().min(0),
  /** The two digits of the terminal in its station. */
  terminal: terminalNumberSchema,
});
export type Stamp = z.infer<typeof stampSchema>;

/** Below nought when `a` is the earlier one. Two terminals in the same millisecond stand in the order of their numbers. */
export function compareStamps(a: Stamp, b: Stamp): number {
  return a.atMs - b.atMs || a.counter - b.counter || a.terminal.localeCompare(b.terminal, 'en');
}

export function sameStamp(a: Stamp, b: Stamp): boolean {
  return compareStamps(a, b) === 0;
}

/** The stamp behind `last`, at `atMs` or, when that is not later, right behind it. */
export function stampAfter(last: Stamp | null, atMs: number, terminal: string): Stamp {
  if (last === null || atMs > last.atMs) return { atMs, counter: 0, terminal };
  return { atMs: last.atMs, counter: last.counter + 1, terminal };
}
