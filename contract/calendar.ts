import { z } from 'zod';

/**
 * Days on which an office works. Holidays and make-up workdays (调休) are published by the State Council each
 * year and travel as data: no rule gives them.
 */
export const calendarSchema = z.strictObject({
  /** ISO 8601: 1 is Monday. */
  weekdays: z.array(z.int().min(1).max(7)).min(1).max(7),
  /** Days that are closed though their weekday is not. */
  closedOn: z.array(z.iso.date()).max(400),
  /** Days that are open though their weekday is not. */
  openOn: z.array(z.iso.date()).max(400),
});
export type Calendar = z.infer<typeof calendarSchema>;

const timeOfDaySchema = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/);

/** The days of a calendar, from one time of day until before another, in the station's local time. */
export const openingSchema = calendarSchema.extend({ from: timeOfDaySchema, to: timeOfDaySchema });
export type Opening = z.infer<typeof openingSchema>;
