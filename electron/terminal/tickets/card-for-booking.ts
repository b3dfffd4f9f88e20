import { isUsable } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import { compactDate, localDate } from '#contract/form/local-date.ts';
import { ageOn, citizenNumberProblem, type IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import type { CardForBooking } from '#contract/queue/booking-at-kiosk.ts';
import { createChanges, watch } from '../changes.ts';
import type { Devices } from '../devices/devices.ts';
import { GOES_FIRST_FROM_AGE } from './card-for-number.ts';
import type { CheckInAtKiosk } from './check-in-at-kiosk.ts';
import type { ReaderUse } from '../devices/reader-use.ts';

export interface CardForBookingPorts {
  readonly devices: Pick<Devices, 'onCard' | 'ofKind' | 'changes'>;
  readonly use: ReaderUse;
  readonly checkIn: Pick<CheckInAtKiosk, 'find'>;
  readonly clock: Clock;
  readonly timeZone: string;
  readonly isVisitOpen: () => boolean;
}

/** A card that checks in. Of it nothing is kept: its bookings, and whether its holder goes first anyway. */
export interface CardsForBookings {
  watch(signal: AbortSignal | undefined): AsyncGenerator<CardForBooking, void, void>;
}

export function createCardsForBookings(ports: CardForBookingPorts): CardsForBookings {
  const { devices, use, checkIn, clock, timeZone } = ports;
  const changes = createChanges();
  let watchers = 0;
  let nth = 0;
  let said: CardForBooking | null = null;

  devices.onCard((event) => {
    if (watchers === 0 || ports.isVisitOpen()) return;
    nth += 1;
    if (event.type === 'fault') say({ state: 'refused', nth, fault: event.fault });
    else void ask(event.document, nth);
  });
  devices.changes.subscribe(() => {
    changes.notify();
  });

  function say(now: CardForBooking): void {
    said = now;
    changes.notify();
  }

  async function ask(document: IdentityDocument, asked: number): Promise<void> {
    const today = compactDate(localDate(clock.now(), timeZone));
    const { kind, number, birthday } = document;
    if (kind === 'resident' && citizenNumberProblem(number, today) !== null) {
      say({ state: 'refused', nth: asked, fault: fault('card.unreadable-text') });
      return;
    }
    say({ state: 'asking' });
    const found = await checkIn.find({ by: 'card', personNumber: number });
    // Another card lies there, or nobody listens any more.
    if (asked !== nth || watchers === 0) return;
    const goesFirst = ageOn(birthday, today) >= GOES_FIRST_FROM_AGE;
    say(
      found.ok
        ? { state: 'found', nth: asked, goesFirst, bookings: [...found.value] }
        : { state: 'refused', nth: asked, fault: found.fault },
    );
  }

  function current(): CardForBooking {
    if (said !== null) return said;
    const reader = devices.ofKind('id-card-reader');
    return reader && isUsable(reader.status) ? { state: 'looking' } : { state: 'no-reader' };
  }

  return {
    watch: async function* (signal) {
      watchers += 1;
      if (watchers === 1) said = null;
      use.begin();
      try {
        yield* watch(changes, current, signal);
      } finally {
        watchers -= 1;
        if (watchers === 0) said = null;
        use.end();
      }
    },
  };
}
