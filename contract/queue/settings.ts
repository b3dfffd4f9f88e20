import { z } from 'zod';
import { openingSchema } from '../calendar.ts';
import { itemSlugSchema } from '../item.ts';
import { configuredTextSchema } from '../configured-text.ts';
import { MOST_LINES } from './event.ts';
import { FIRST_IN_LINE, LAST_IN_LINE, lineLetterSchema } from './number.ts';
import { windowIdSchema } from './ticket.ts';

const minutes = (least: number, most: number) => z.int().min(least).max(most);
const seconds = minutes;

/** Several a day: what lies between two is the lunch break. None: numbers are given at any time. */
const hoursSchema = z
  .array(
    z
      .strictObject({
        weekdays: openingSchema.shape.weekdays.describe('Days of the week; 1 is Monday (ISO 8601)'),
        closedOn: openingSchema.shape.closedOn.describe('Days that are closed though their weekday is not'),
        openOn: openingSchema.shape.openOn.describe('Days that are open though their weekday is not'),
        from: openingSchema.shape.from.describe('From this time of day on').meta({ examples: ['"08:30"'] }),
        to: openingSchema.shape.to.describe('Until before this time of day').meta({ examples: ['"12:00"'] }),
      })
      .refine(({ from, to }) => from < to, {
        error: 'expected a time of day behind from: hours over midnight are two',
        path: ['to'],
      }),
  )
  .max(8);

const windowSchema = z.strictObject({
  window: windowIdSchema.describe('As the sign over the window says it').meta({ examples: ['"3"', 'A'] }),
  lines: z.array(lineLetterSchema).min(1).max(MOST_LINES).describe('Lines that it usually serves'),
});
export type UsualWindow = z.infer<typeof windowSchema>;

const boardSchema = z.strictObject({
  widthMm: z.number().min(100).max(5000).describe('Visible width of the board in millimetres'),
  heightMm: z.number().min(100).max(5000).describe('Visible height of the board in millimetres'),
  readFromMetres: z.number().min(1).max(30).default(8).describe('Distance from which its numbers are read'),
  notices: z
    .array(configuredTextSchema)
    .max(10)
    .default([])
    .describe('What else it says, one after the other'),
});

const lineSchema = z.strictObject({
  letter: lineLetterSchema.describe('Letter of the line, not I and not O').meta({ examples: ['A'] }),
  name: configuredTextSchema.describe('What the line is for, as the sign says it'),
  items: z
    .array(itemSlugSchema)
    .max(500)
    .default([])
    .describe('Items of the catalogue whose business the line does'),
  hours: hoursSchema
    .optional()
    .describe('Hours of this line where they are not those of the station; the same form'),
});
export type QueueLine = z.infer<typeof lineSchema>;

/** Numbers that are one terminal's own, of each letter and on each day, whether the hub is there or not. */
const blockSchema = z
  .strictObject({
    terminal: z
      .string()
      .regex(/^\d{2}$/, 'expected two digits')
      .describe('Number of the terminal in its station')
      .meta({ examples: ['"02"'] }),
    from: z.int().min(FIRST_IN_LINE).max(LAST_IN_LINE).describe('First number of the block'),
    to: z.int().min(FIRST_IN_LINE).max(LAST_IN_LINE).describe('Last number of the block'),
  })
  .refine(({ from, to }) => from <= to, { error: 'expected a block that ends behind its beginning' });
export type NumberBlock = z.infer<typeof blockSchema>;

/** The rules of the station's queue that a district decides on; docs/queue.md says what each does. */
export const queueSettingsSchema = z.strictObject({
  lines: z
    .array(lineSchema)
    .min(1)
    .max(MOST_LINES)
    .refine((lines) => new Set(lines.map(({ letter }) => letter)).size === lines.length, {
      error: 'expected each letter once',
    })
    .describe('The lines of the station'),
  windows: z
    .array(windowSchema)
    .max(60)
    .refine((windows) => new Set(windows.map(({ window }) => window)).size === windows.length, {
      error: 'expected each window once',
    })
    .default([])
    .describe('The windows of the station'),
  hours: hoursSchema
    .default([])
    .describe('Hours in which numbers are given, each of certain days; between two of a day is the break'),
  board: boardSchema
    .default({ widthMm: 1210, heightMm: 680, readFromMetres: 8, notices: [] })
    .describe('The board in the waiting hall'),
  hallDisplays: z
    .array(windowIdSchema)
    .max(8)
    .default([])
    .describe('Names, in `window` of a queue display, of those that hang in the hall and show the last call'),
  displaysSpeak: z
    .boolean()
    .default(false)
    .describe('Whether displays with a voice speak the calls; for a station whose board does not'),
  blocks: z
    .array(blockSchema)
    .max(32)
    .refine(areApart, { error: 'expected each terminal once, and blocks that share no number' })
    .default([])
    .describe('Numbers of each letter that a terminal issues while the hub is lost; the hub leaves them out'),
  priorityInARow: z
    .int()
    .min(1)
    .max(10)
    .default(2)
    .describe('Calls of a priority class in a row at one window while an ordinary ticket waits'),
  raiseEveryMinutes: minutes(5, 240)
    .default(40)
    .describe('Minutes of waiting that raise a ticket by one class'),
  bookingEarlyMinutes: minutes(0, 120)
    .default(15)
    .describe('Minutes before the booked time from which it may check in'),
  bookingLateMinutes: minutes(0, 120)
    .default(10)
    .describe('Minutes behind it until which the booking still counts'),
  recallEverySeconds: seconds(5, 120).default(20).describe('Seconds between two calls of one ticket'),
  mostRecalls: z.int().min(1).max(10).default(3).describe('How often a ticket is called again'),
  callsBeforeMissed: z
    .int()
    .min(1)
    .max(11)
    .default(2)
    .describe('Calls, the first one counted, before somebody may be said not to have come'),
  returnWithinMinutes: minutes(1, 600)
    .default(30)
    .describe('Minutes in which who missed the call may come back'),
  returnBehind: z.int().min(0).max(20).default(2).describe('Calls that go before somebody who came back'),
  missesUntilVoid: z.int().min(1).max(5).default(2).describe('Missed calls at which a ticket is void'),
  betweenCallsSeconds: seconds(0, 30)
    .default(2)
    .describe('Seconds in which a second touch of "next" is taken for a slip of the finger'),
  undoSeconds: seconds(5, 600).default(60).describe('Seconds in which a window may take its last step back'),
  lastTicketMinutes: minutes(0, 240)
    .default(15)
    .describe('Minutes before closing at which the last number is given, at the latest'),
  keepDays: z.int().min(1).max(3650).default(92).describe('Days after which the events of a day are erased'),
});
export type QueueSettings = z.infer<typeof queueSettingsSchema>;

function areApart(blocks: readonly NumberBlock[]): boolean {
  return blocks.every((block, index) =>
    blocks
      .slice(index + 1)
      .every(
        (other) => other.terminal !== block.terminal && (other.from > block.to || other.to < block.from),
      ),
  );
}
