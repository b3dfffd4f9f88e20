import { z } from 'zod';
import { calendarSchema } from './calendar.ts';
import { fieldIdSchema, optionSchema } from './item-field.ts';

/**
 * What several items share, kept once beside them by whoever publishes a catalogue. A published item carries what
 * it names (`lists`, `calendars`, `parameters` in item.ts): it is whole by itself, also without the line, and its
 * version covers them.
 */

export const codeListSchema = z.strictObject({
  id: fieldIdSchema,
  /** The standard, or whose own it is. */
  source: z.string().max(300),
  options: z.array(optionSchema).min(1).max(500),
});
export type CodeList = z.infer<typeof codeListSchema>;

export const namedCalendarSchema = calendarSchema.extend({
  id: z.string().regex(/^[a-z][a-z-]{0,59}$/),
  source: z.string().max(300),
});

export const parametersSchema = z.record(fieldIdSchema, z.number());
