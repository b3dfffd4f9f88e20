import { z } from 'zod';
import { lineLetterSchema } from './number.ts';
import { windowIdSchema } from './ticket.ts';

const count = z.int().min(0);
const milliseconds = z.number().min(0).nullable();

/** In milliseconds; nulls when there was none. */
export const waitSpreadSchema = z.object({
  count,
  medianMs: milliseconds,
  /** Nine of ten were not longer. */
  ninetiethMs: milliseconds,
  longestMs: milliseconds,
});
export type Spread = z.infer<typeof waitSpreadSchema>;

export const hourFiguresSchema = z.object({
  line: lineLetterSchema,
  /** 0 to 23, of the station's local clock. */
  hour: z.int().min(0).max(23),
  taken: count,
  /** First calls in this hour, and how long those people had waited. */
  waits: waitSpreadSchema,
  /** Finished in this hour, and the time from "has come", or the call where nobody pressed that, to "finished". */
  services: waitSpreadSchema,
  missed: count,
});
export type HourFigures = z.infer<typeof hourFiguresSchema>;

export const windowFiguresSchema = z.object({
  window: windowIdSchema,
  served: count,
  missed: count,
  services: waitSpreadSchema,
});
export type WindowFigures = z.infer<typeof windowFiguresSchema>;

/** What a day was like, line by line and hour by hour, and window by window. Nobody's name, and nobody's number. */
export const queueFiguresSchema = z.object({
  /** The hour is the one in which the ticket was taken, or the call was made; lines and hours in their order. */
  byHour: z.array(hourFiguresSchema),
  byWindow: z.array(windowFiguresSchema),
});
export type QueueFigures = z.infer<typeof queueFiguresSchema>;
