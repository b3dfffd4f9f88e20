import { fault, type Fault } from '#contract/fault.ts';
import type { Language } from '#contract/localized.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { HandedDrafts } from '../handed/handed-drafts.ts';
import type { Visits } from '../visits/visits-types.ts';
import { lineFor } from './booking-view.ts';
import { GOES_FIRST_FROM_AGE } from './card-for-number.ts';
import type { KioskQueue } from './kiosk-queue.ts';
import type { StationQueue } from './station-queue.ts';
import { isGiven } from './verbs/take.ts';

/**
 * Somebody is stuck in the middle of a form and goes to the window: a number for its item, and with `consent` what is
 * filled in so far. Number, slip and form are written together or not at all; then the visit is over. Faults:
 * `visit.wrong-step`, those of `take`: then the form stands as it was.
 */
export type ToWindow = (asked: ToWindowAsked) => Promise<Result<{ ticketId: string }, Fault>>;

export interface ToWindowAsked {
  readonly ticketId: string;
  readonly consent: boolean;
  readonly language: Language;
}

export interface ToWindowPorts {
  readonly queue: Pick<StationQueue, 'seen' | 'settings'>;
  readonly give: KioskQueue['give'];
  readonly handed: Pick<HandedDrafts, 'keep'>;
  readonly visits: Pick<Visits, 'forWindow' | 'snapshot' | 'end'>;
  /** This terminal's two digits. */
  readonly own: string;
}

export function createToWindow(ports: ToWindowPorts): ToWindow {
  const { queue, give, handed, visits } = ports;
  return async ({ ticketId, consent, language }) => {
    // The same touch twice: the form went with the first one.
    if (isGiven(queue.seen().day, ticketId)) return ok({ ticketId });
    const visit = visits.forWindow();
    if (visit === null) return err(fault('visit.wrong-step'));
    const visitId = visits.snapshot()?.visitId;
    const handedOver = consent ? visit.handed : null;
    const given = await give(
      {
        verb: 'take',
        ticketId,
        line: lineFor(queue.settings, visit.slug),
        slug: visit.slug,
        ticketClass: visit.age !== null && visit.age >= GOES_FIRST_FROM_AGE ? 'care' : 'ordinary',
        instead: null,
        ...(handedOver === null ? {} : { handedAt: ports.own }),
      },
      language,
      (given) => {
        if (handedOver !== null) handed.keep(given, handedOver);
      },
    );
    if (!given.ok) return given;
    // A hub takes seconds to answer: the visit that stands here now may be somebody else's.
    if (visits.snapshot()?.visitId === visitId) visits.end('left');
    return ok({ ticketId });
  };
}
