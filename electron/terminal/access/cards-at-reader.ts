import { isUsable } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { CardAtSignIn, CardToRegister, CardUse } from '#contract/staff-card.ts';
import { createChanges, watch, type Changes } from '../changes.ts';
import type { CardEvent, Devices } from '../devices/devices.ts';
import type { ReaderUse } from '../devices/reader-use.ts';
import type { OwnScreen } from './own-screens.ts';
import type { StaffCards } from './staff-cards.ts';

/** The reader for staff: listened to while a page of theirs asks for a card, and no resident is at the screen. */
export interface CardsAtReader {
  /** Ends when somebody is signed in by a card. */
  signIn(screen: OwnScreen, signal: AbortSignal | undefined): AsyncGenerator<CardAtSignIn, void, void>;
  /** By the PIN of whoever is signed in: a session that a lent card has opened registers no further card. Ends when one is registered. */
  register(
    screen: OwnScreen,
    pin: string,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<CardToRegister, void, void>;
}

export interface CardsAtReaderPorts {
  readonly devices: Pick<Devices, 'onCard' | 'ofKind' | 'changes'>;
  readonly use: ReaderUse;
  readonly cards: StaffCards;
  readonly cardUse: CardUse;
  readonly visits: { readonly changes: Pick<Changes, 'subscribe'>; readonly isOpen: () => boolean };
}

type Refused = { readonly state: 'refused'; readonly nth: number; readonly fault: Fault };
type AtReader = { readonly state: 'no-reader' | 'looking' | 'card-left' };

export function createCardsAtReader(ports: CardsAtReaderPorts): CardsAtReader {
  const { devices, use, cards, cardUse, visits } = ports;
  /** Of two pages the one that was opened last hears of a card: the other one is being left. */
  const pages: ((event: CardEvent) => void)[] = [];

  devices.onCard((event) => {
    if (!visits.isOpen()) pages.at(-1)?.(event);
  });

  function atReader(): AtReader {
    const status = devices.ofKind('id-card-reader')?.status;
    if (status === undefined || !isUsable(status)) return { state: 'no-reader' };
    const isLeft = status.state === 'attention' && status.needs.includes('card-left');
    return { state: isLeft ? 'card-left' : 'looking' };
  }

  /** What became of each card, until `isLast`; before the first one how the reader is. */
  async function* listen<T extends { readonly state: string }>(
    judge: (event: CardEvent, nth: number) => T | Refused,
    before: () => T | AtReader,
    last: T['state'],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<T | Refused | AtReader, void, void> {
    const changes = createChanges();
    let nth = 0;
    let said: T | Refused | null = null;
    let told: T | Refused | AtReader | null = null;
    const page = (event: CardEvent): void => {
      // What was said last is done: a card that lies there still is read once more before it is taken.
      if (said?.state === last) return;
      nth += 1;
      const now = judge(event, nth);
      said = now;
      changes.notify();
      // Not behind a fault: what cannot be read lies there still, and would be said without end.
      if (event.type === 'read' && now.state !== last) use.again();
    };
    pages.push(page);
    const stops = [devices.changes, visits.changes].map(({ subscribe }) => subscribe(changes.notify));
    use.begin();
    try {
      for await (const now of watch(changes, () => said ?? before(), signal)) {
        // The reader's own changes are no second card.
        if (now === told) continue;
        told = now;
        yield now;
        if (now.state === last) return;
      }
    } finally {
      pages.splice(pages.indexOf(page), 1);
      for (const stop of stops) stop();
      use.end();
    }
  }

  /** Null: it is. */
  function registered(screen: OwnScreen, staffId: string, document: IdentityDocument): Fault | null {
    // The session may be over while its page still stands.
    if (screen.person()?.staffId !== staffId) return fault('access.account-unknown');
    const done = cards.register(staffId, document);
    return done.ok ? null : done.fault;
  }

  return {
    signIn: async function* (screen, signal) {
      if (cardUse === 'off' || devices.ofKind('id-card-reader') === undefined) {
        yield { state: 'off' };
        return;
      }
      yield* listen<CardAtSignIn>(
        (event, nth) => {
          if (event.type === 'fault') return { state: 'refused', nth, fault: event.fault };
          const found = cards.whose(event.document);
          if (!found.ok) return { state: 'refused', nth, fault: found.fault };
          if (cardUse === 'with-pin') return { state: 'known', nth, staffId: found.value.staffId };
          const entered = screen.signInByCard(found.value);
          return entered.ok ? { state: 'signed-in' } : { state: 'refused', nth, fault: entered.fault };
        },
        () => (visits.isOpen() ? { state: 'off' } : atReader()),
        'signed-in',
        signal,
      );
    },
    register: async function* (screen, pin, signal) {
      const owner = await screen.confirmOwn(pin);
      if (!owner.ok) {
        yield { state: 'not-begun', fault: owner.fault };
        return;
      }
      const { staffId } = owner.value;
      yield* listen<CardToRegister>(
        (event, nth) => {
          const put = event.type === 'fault' ? event.fault : registered(screen, staffId, event.document);
          return put === null ? { state: 'registered' } : { state: 'refused', nth, fault: put };
        },
        atReader,
        'registered',
        signal,
      );
    },
  };
}
