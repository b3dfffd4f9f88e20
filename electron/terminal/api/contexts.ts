import type { Access, Guest } from '../access/access.ts';
import type { CardsAtReader } from '../access/cards-at-reader.ts';
import { OWN_SCREEN } from '../access/own-screens.ts';
import type { Afterwards } from '../afterwards/afterwards.ts';
import type { BrowserContext, Everybody, KioskContext, OfStaff, StaffContext } from './context.ts';

export interface ContextsPorts {
  readonly access: Access;
  readonly everybody: Everybody;
  readonly ofStaff: OfStaff;
  readonly afterwards: Afterwards;
  readonly cardsAtReader: CardsAtReader;
}

/** With what each connection works, by who is at its other end. */
export interface Contexts {
  /** That of one connection of the kiosk's own screen. `onOver`: a session has ended: the connection is to be closed. */
  ownScreen(onOver: () => void): { readonly context: KioskContext; close(): void };
  /** That of one that came through the LAN door. */
  guest(guest: Guest): StaffContext | BrowserContext;
}

export function createContexts(ports: ContextsPorts): Contexts {
  const { access, everybody, ofStaff, afterwards, cardsAtReader } = ports;
  return {
    ownScreen: (onOver) => {
      const screen = access.ownScreens.open(onOver);
      const staff = (): StaffContext | null => {
        const person = screen.person();
        if (person === null) return null;
        const onRefused = (procedure: string): void => {
          access.refusals.add('another-role', OWN_SCREEN, procedure);
        };
        const from = { who: { browser: null, person }, isStillIn: screen.use, onRefused };
        return { role: person.role, ...everybody, ...from, ...ofStaff, account: person.staffId };
      };
      const context = { role: 'kiosk', ...everybody, afterwards, screen, cardsAtReader, staff } as const;
      return { context, close: screen.close };
    },
    guest: (guest) => {
      const person = guest.session?.person ?? null;
      const from = {
        who: { browser: guest.browser, person },
        isStillIn: () => access.useBy(guest),
        onRefused: (procedure: string) => {
          access.refusals.add('another-role', guest.browser.name, procedure);
        },
      };
      return person === null
        ? { role: guest.browser.kind, ...everybody, ...from }
        : { role: person.role, ...everybody, ...from, ...ofStaff, account: person.staffId };
    },
  };
}
