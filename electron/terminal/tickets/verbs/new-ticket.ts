import { fault, type Fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import type { NewTicket, TicketClass } from '#contract/queue/ticket.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Asked } from '../asked.ts';
import { estimateWait } from '../estimate.ts';
import { nextNumber } from '../numbers.ts';

type Given = Pick<CommandOf<'take'>, 'ticketId' | 'line' | 'slug'> &
  Pick<NewTicket, 'source' | 'bookingId' | 'instead' | 'handedAt'> & { readonly ticketClass: TicketClass };

/** A ticket with the next number. Faults: `queue.line-unknown`, `queue.numbers-used-up`. */
export function newTicket(given: Given, asked: Asked): Result<NewTicket, Fault> {
  const { day, settings, stamp, issuer } = asked;
  const { ticketId, line, slug, ticketClass, source, bookingId, instead, handedAt } = given;
  if (!settings.lines.some(({ letter }) => letter === line)) return err(fault('queue.line-unknown', line));
  const number = nextNumber(day, line, settings.blocks, issuer);
  if (number === null) return err(fault('queue.numbers-used-up', line));
  const told = estimateWait(day, line, ticketClass, stamp.atMs, settings).range;
  return ok({
    ticketId,
    number,
    line,
    slug,
    ticketClass,
    source,
    bookingId,
    arrived: stamp,
    local: issuer.local,
    // A member by itself sees its own people only, and a walk-in does not wait.
    told: issuer.local || source === 'walk-in' ? null : told,
    instead,
    ...(handedAt === undefined ? {} : { handedAt }),
  });
}
