import { isUsable } from '#contract/devices.ts';
import { compactDate, localDate } from '#contract/form/local-date.ts';
import { ageOn, citizenNumberProblem, type IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import type { CardForNumber } from '#contract/queue/snapshot.ts';
import { createChanges, watch, type Changes } from '../changes.ts';
import type { CardEvent, Devices } from '../devices/devices.ts';
import type { ReaderUse } from '../devices/reader-use.ts';

/** 老年人权益保障法 leaves the age to the districts; they agree on seventy. Full years, on the day. */
export const GOES_FIRST_FROM_AGE = 70;

export interface CardForNumberPorts {
  readonly devices: Pick<Devices, 'onCard' | 'ofKind' | 'changes'>;
  readonly use: ReaderUse;
  readonly clock: Clock;
  readonly timeZone: string;
  /** A visit owns the reader: nobody takes it away. */
  readonly isVisitOpen: () => boolean;
}

/** What a card says to the queue. Of the card nothing is kept, and nothing leaves but whether its holder goes first. */
export interface CardsForNumbers {
  watch(signal: AbortSignal | undefined): AsyncGenerator<CardForNumber, void, void>;
}

export function createCardsForNumbers(ports: CardForNumberPorts): CardsForNumbers {
  const { devices, clock, timeZone } = ports;
  const changes: Changes = createChanges();
  let watchers = 0;
  let read: CardForNumber | null = null;

  devices.onCard((event: CardEvent) => {
    if (watchers === 0 || ports.isVisitOpen()) return;
    read = event.type === 'fault' ? { state: 'unreadable' } : said(event.document);
    changes.notify();
  });
  devices.changes.subscribe(() => {
    changes.notify();
  });

  function said(document: IdentityDocument): CardForNumber {
    const today = compactDate(localDate(clock.now(), timeZone));
    const isWrong = document.kind === 'resident' && citizenNumberProblem(document.number, today) !== null;
    if (isWrong) return { state: 'unreadable' };
    return { state: 'read', goesFirst: ageOn(document.birthday, today) >= GOES_FIRST_FROM_AGE };
  }

  function current(): CardForNumber {
    if (read !== null) return read;
    const reader = devices.ofKind('id-card-reader');
    return reader && isUsable(reader.status) ? { state: 'looking' } : { state: 'no-reader' };
  }

  return {
    watch: async function* (signal) {
      watchers += 1;
      if (watchers === 1) read = null;
      ports.use.begin();
      try {
        yield* watch(changes, current, signal);
      } finally {
        watchers -= 1;
        if (watchers === 0) read = null;
        ports.use.end();
      }
    },
  };
}
