import { z } from 'zod';
import { faultSchema } from './fault.ts';

/** A `Result` as it travels: failures that a screen must explain are values there as well. */
export function resultOf<T extends z.ZodType>(value: T) {
  return z.discriminatedUnion('ok', [
    z.object({ ok: z.literal(true), value }),
    z.object({ ok: z.literal(false), fault: faultSchema }),
  ]);
}
