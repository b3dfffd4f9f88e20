import type { Person, SignIn } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { PERMIT_SLACK_MS } from '#contract/permit.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { Store } from '../store/store.ts';
import type { PermitHolder } from './permits.ts';
import type { SessionEnd } from './staff-sessions.ts';

/** All delays of a session at the kiosk's own screen, in milliseconds. It stands in a hall: whoever turns away has left it. */
export const ownScreenDelays = {
  /** The screen warns before. */
  idleMs: 2 * 60_000,
  longestMs: 60 * 60_000,
} as const;

/** As the audit and the count of wrong PINs call it; no browser of the station can have this name. */
export const OWN_SCREEN = 'kiosk';

/**
 * One connection of the kiosk's own screen. Whoever signs in there is signed in for as long as this connection lasts and
 * no longer: a reload, a crash and a restart each end it, and nothing of it is written where it could be copied.
 */
export interface OwnScreen {
  /** Null: it is a resident's. */
  person(): Person | null;
  /** Faults: `access.wrong-pin`, `access.locked`, `access.busy`, `store.failed`. */
  signIn(given: SignIn): Promise<Result<null, Fault>>;
  /** By a code of the platform; who is signed in by it at another connection is not any more. Faults: those of `Permits.check`. */
  signInByPermit(typed: string): Result<null, Fault>;
  /** By a card that is this person's (`StaffCards.whose`). */
  signInByCard(person: Person): Result<null, Fault>;
  /**
   * That whoever is signed in here knows the account's PIN too. Faults: those of `signIn`; `access.account-unknown` where
   * nobody is. Whoever came by a code of the platform has no account, and no PIN is the right one.
   */
  confirmOwn(pin: string): Promise<Result<Person, Fault>>;
  signOut(): void;
  /** Whether somebody is signed in; a use of the session. */
  use(): boolean;
  /** The connection is gone. */
  close(): void;
}

export interface OwnScreens {
  /** `onOver`: a session has ended, and with it the connection must. */
  open(onOver: () => void): OwnScreen;
  /** Inside a transaction. */
  endOf(staffId: string, why: 'account-closed' | 'pin-changed' | 'permit-revoked'): void;
}

export interface OwnScreensPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  /** Locks and counts as at any browser. */
  readonly check: (given: SignIn, at: string) => Promise<Result<Person, Fault>>;
  readonly checkPermit: (typed: string, at: string) => Result<PermitHolder, Fault>;
  /** Forgets the wrong PINs that were counted before the right one, and writes the audit row. */
  readonly onSignedIn: (person: Person, at: string) => Result<null, Fault>;
  /** A card forgives no wrong PIN. */
  readonly onCardTaken: (person: Person) => Result<null, Fault>;
}

interface Session {
  readonly person: Person;
  readonly beganMs: number;
  /** As long as it may be at most, and what it is then. */
  readonly longestMs: number;
  readonly endsAs: 'too-long' | 'permit-over';
  cancelIdle: () => void;
}

export function createOwnScreens(ports: OwnScreensPorts): OwnScreens {
  const { store, audit, clock } = ports;
  const screens = new Set<{ end(staffId: string, why: SessionEnd): void }>();

  function write({ staffId }: Person, why: SessionEnd): void {
    audit.write({
      event: 'access.signed-out',
      actor: 'staff',
      subject: staffId,
      disposition: why,
      detail: OWN_SCREEN,
    });
  }

  function open(onOver: () => void): OwnScreen {
    let session: Session | null = null;
    let isOpen = true;

    /** Gives who it was. */
    function drop(): Person | null {
      const person = session?.person ?? null;
      session?.cancelIdle();
      session = null;
      return person;
    }

    function end(why: SessionEnd): void {
      const person = drop();
      if (person === null) return;
      store.transaction(() => {
        write(person, why);
      });
      onOver();
    }

    function countIdle(of: Session): void {
      of.cancelIdle();
      const leftMs = of.longestMs - (clock.monotonicMs() - of.beganMs);
      const isLast = leftMs < ownScreenDelays.idleMs;
      of.cancelIdle = clock.after(Math.max(0, Math.min(leftMs, ownScreenDelays.idleMs)), () => {
        end(isLast ? of.endsAs : 'idle');
      });
    }

    function begin(person: Person, longestMs: number, endsAs: Session['endsAs']): void {
      session = { person, beganMs: clock.monotonicMs(), longestMs, endsAs, cancelIdle: () => undefined };
      countIdle(session);
    }

    function enter(person: Person, noted: Result<null, Fault>): Result<null, Fault> {
      if (noted.ok) begin(person, ownScreenDelays.longestMs, 'too-long');
      return noted;
    }

    const inside = {
      end: (staffId: string, why: SessionEnd): void => {
        if (session?.person.staffId !== staffId) return;
        const person = drop();
        if (person !== null) write(person, why);
        onOver();
      },
    };
    screens.add(inside);

    return {
      person: () => session?.person ?? null,
      signIn: async (given) => {
        const checked = await ports.check(given, OWN_SCREEN);
        if (!checked.ok) return checked;
        end('another-in-its-place');
        // The page was left while its PIN was looked at.
        if (!isOpen) return ok(null);
        return enter(checked.value, ports.onSignedIn(checked.value, OWN_SCREEN));
      },
      signInByCard: (person) => {
        if (session !== null || !isOpen) return err(fault('access.card-unknown'));
        return enter(person, ports.onCardTaken(person));
      },
      confirmOwn: (pin) => {
        if (session === null) return Promise.resolve(err(fault('access.account-unknown')));
        return ports.check({ staffId: session.person.staffId, pin }, OWN_SCREEN);
      },
      signInByPermit: (typed) => {
        const checked = ports.checkPermit(typed, OWN_SCREEN);
        if (!checked.ok) return checked;
        const { person, endsAtMs } = checked.value;
        end('another-in-its-place');
        // A code is one session at a time.
        store.transaction(() => {
          for (const screen of screens) screen.end(person.staffId, 'another-in-its-place');
        });
        const leftMs = endsAtMs + PERMIT_SLACK_MS - clock.now();
        if (leftMs < ownScreenDelays.longestMs) begin(person, leftMs, 'permit-over');
        else begin(person, ownScreenDelays.longestMs, 'too-long');
        return ok(null);
      },
      signOut: () => {
        end('signed-out');
      },
      use: () => {
        if (session === null) return false;
        countIdle(session);
        return true;
      },
      close: () => {
        isOpen = false;
        screens.delete(inside);
        end('signed-out');
      },
    };
  }

  return {
    open,
    endOf: (staffId, why) => {
      for (const screen of screens) screen.end(staffId, why);
    },
  };
}
