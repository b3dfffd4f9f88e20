import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { resultOf } from '../result-schema.ts';
import { staffCommandSchema } from './command.ts';
import { queueEventSchema } from './event.ts';
import { queueFiguresSchema } from './figures.ts';
import { ticketNumberSchema } from './number.ts';
import { consoleTicketSchema, queueSnapshotSchema } from './snapshot.ts';

/** What staff may ask of the queue. Fault of each: `queue.not-here`, where the station has none. */
export const staffQueueContract = {
  /** What happened, or the fault that refuses it (electron/terminal/tickets/table.ts). What is answered is on the disk. */
  do: oc.input(staffCommandSchema).output(resultOf(z.array(queueEventSchema))),
  /** The present snapshot, then the newest after each change; null: the station has no queue. */
  watch: oc.output(eventIterator(queueSnapshotSchema.nullable())),
  figures: oc.input(z.object({ day: z.iso.date() })).output(resultOf(queueFiguresSchema)),
  /** Any ticket of today, also one that is over. Fault: `queue.ticket-unknown`. */
  find: oc.input(z.object({ number: ticketNumberSchema })).output(resultOf(consoleTicketSchema)),
  /** Its slip again, marked 补打; in Chinese. */
  reprint: oc.input(z.object({ ticketId: z.uuid() })).output(resultOf(z.null())),
};
