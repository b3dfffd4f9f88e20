import { z } from 'zod';
import { faultCodeSchema } from './fault.ts';

/** What a burn-in has measured. */
export const burnInFiguresSchema = z.object({
  attempts: z.int().min(0),
  answers: z.int().min(0),
  faults: z.partialRecord(faultCodeSchema, z.int().min(0)),
  /** Of good answers, in whole milliseconds; null before the first. */
  roundTripMs: z.object({ min: z.int().min(0), median: z.int().min(0), max: z.int().min(0) }).nullable(),
  /** From the start or a good answer to the next one, or to the end, in milliseconds. */
  longestGapMs: z.int().min(0),
  verdict: z.enum(['passed', 'failed']),
});
export type BurnInFigures = Readonly<z.infer<typeof burnInFiguresSchema>>;

/** A device is worked for minutes, while somebody stands before it; hours are `npm run device -- burn-in`. */
export const MAX_BURN_IN_MINUTES = 60;
