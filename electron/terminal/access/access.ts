import type { Browser, CallerRole, Person, SignIn } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { createAccounts, type Accounts } from './accounts.ts';
import { createBrowsers, type Browsers } from './browsers.ts';
import { createPinCheck } from './check-pin.ts';
import { createPermits, type Permits, type PermitSource } from './permits.ts';
import type { HashPin } from './pin.ts';
import { createOwnScreens, OWN_SCREEN, type OwnScreens } from './own-screens.ts';
import { createRefusals, type DoorRefusal, type Refusals } from './refusals.ts';
import { hashOfToken } from './secrets.ts';
import { createSecondPerson, type SecondPerson } from './second-person.ts';
import { createStaffSessions, type SessionEnd, type StaffSession } from './staff-sessions.ts';
import { createWrongPins } from './wrong-pins.ts';

/** Whoever is on the other end of a connection through the LAN door, as it was when the connection was made. */
export interface Guest {
  readonly browser: Browser;
  readonly browserHash: Buffer;
  readonly session: StaffSession | null;
}

/** Somebody who was signed in at a window's computer, and sits there no more. */
export interface Left {
  readonly staffId: string;
  readonly window: string;
}

/** Ends of a session behind which nobody comes back to go on: the others are of somebody who sits there, and signs in again. */
const leavingEnds: ReadonlySet<SessionEnd> = new Set(['signed-out', 'idle', 'too-long', 'account-closed']);

export type Arrival =
  /** `refusal`: the browser is let in, and what it showed for a session is none. */
  | { readonly kind: 'guest'; readonly guest: Guest; readonly refusal: DoorRefusal | null }
  | { readonly kind: 'refused'; readonly refusal: 'no-admission' | 'admission-revoked' };

/** Who may come in through the LAN door, and as whom. Nobody but this folder sees a PIN or a token's hash. */
export interface Access {
  /** `close` of the last technician is `access.second-needed`: `closeAccount` asks for the second person. */
  readonly accounts: Pick<Accounts, 'add' | 'setPin' | 'close' | 'list' | 'cardSinceMs' | 'forgetCard'>;
  /** In the name of `first`. Faults: `access.account-unknown`; `access.second-needed`, once for the last technician there is. */
  closeAccount(staffId: string, first: Person): Promise<Result<null, Fault>>;
  readonly browsers: Pick<
    Browsers,
    'knock' | 'collect' | 'admit' | 'revoke' | 'list' | 'knocking' | 'changes' | 'view'
  >;
  readonly refusals: Pick<Refusals, 'add'>;
  /** The kiosk's own screen, connection by connection. */
  readonly ownScreens: Pick<OwnScreens, 'open'>;
  /** Codes of the platform that work without the line. */
  readonly permits: Pick<Permits, 'share'>;
  /** What one person alone may not do. */
  readonly second: SecondPerson;
  /** A session or an admission has ended: connections ask `isStillIn`. */
  readonly changes: Pick<Changes, 'subscribe'>;
  /** Tells of each who leaves a window, once the end of the session is written down. */
  onLeft(tell: (left: Left) => void): void;
  arrive(browserToken: string | null, sessionToken: string | null): Arrival;
  /**
   * Gives the token of a new session at this browser. Faults: `access.wrong-pin`, `access.locked`, `access.busy`; no
   * difference is made between an account that is not there and a PIN that is wrong.
   */
  signIn(guest: Guest, given: SignIn): Promise<Result<string, Fault>>;
  signOut(guest: Guest): Result<null, Fault>;
  /** Whether what the guest was let in by is still good. */
  isStillIn(guest: Guest): boolean;
  /** As `isStillIn`, for somebody who works: it keeps the session from being idle. */
  useBy(guest: Guest): boolean;
  /** To be called every half minute: ends what is over. */
  tend(): void;
}

export interface AccessPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly newUuid: () => string;
  readonly log: Log;
  readonly hashPin: HashPin;
  /** Null: no platform's codes let anybody in. */
  readonly permits: PermitSource | null;
  readonly idleMs: number;
  readonly longestMs: number;
}

export function createAccess(ports: AccessPorts): Access {
  const { store, audit } = ports;
  const changes = createChanges();
  const wrongPins = createWrongPins(store, ports.clock);
  const allAccounts = createAccounts({
    ...ports,
    wrongPins,
    endSessionsOf: (staffId, why) => {
      sessions.endOf(staffId, why);
      ownScreens.endOf(staffId, why);
    },
  });
  const leaving: Left[] = [];
  let tellLeft: (left: Left) => void = () => undefined;
  changes.subscribe(() => {
    for (const left of leaving.splice(0)) tellLeft(left);
  });
  const sessions = createStaffSessions({
    ...ports,
    accounts: allAccounts,
    onEnded: ({ staffId, browserHash }, why, isOfNow) => {
      const window = browsers.at(browserHash)?.window ?? null;
      if (isOfNow && window !== null && leavingEnds.has(why)) leaving.push({ staffId, window });
    },
  });
  const browsers = createBrowsers({
    ...ports,
    endSessionAt: (browserHash) => {
      sessions.endAt(browserHash, 'browser-shut-out');
    },
    onRevoked: changes.notify,
  });
  const refusals = createRefusals(ports);
  const pins = createPinCheck({ store, audit, wrongPins, accounts: allAccounts });

  const permits = createPermits({
    ...ports,
    wrongPins,
    endSessionsOf: (staffId, why) => {
      ownScreens.endOf(staffId, why);
    },
  });
  const ownScreens = createOwnScreens({
    ...ports,
    check: pins.check,
    checkPermit: permits.check,
    onSignedIn,
    onCardTaken,
  });
  const second = createSecondPerson({ ...ports, check: pins.check });

  function onSignedIn({ staffId }: Person, at: string): Result<null, Fault> {
    return store.transaction(() => {
      pins.forgive(staffId, at);
      writeSignedIn(staffId, 'success', at);
      return null;
    });
  }

  function onCardTaken({ staffId }: Person): Result<null, Fault> {
    return store.transaction(() => {
      writeSignedIn(staffId, 'by-card', OWN_SCREEN);
      return null;
    });
  }

  /** Inside a transaction. */
  function writeSignedIn(subject: string, disposition: 'success' | 'by-card', at: string): void {
    audit.write({ event: 'access.signed-in', actor: 'staff', subject, disposition, detail: at });
  }

  function begin(person: Person, guest: Guest): Result<string, Fault> {
    const begun = sessions.begin(person, guest.browserHash);
    if (!begun.ok) return begun;
    const noted = onSignedIn(person, guest.browser.name);
    changes.notify();
    return noted.ok ? begun : noted;
  }

  function endStolen(token: string | null): void {
    const hash = hashOfToken(token);
    if (hash !== null) afterwards(sessions.end(hash, 'stolen'));
  }

  /** What an act on accounts may have ended is closed at once. */
  function afterwards<T>(result: Result<T, Fault>): Result<T, Fault> {
    changes.notify();
    return result;
  }

  function close(staffId: string): Result<null, Fault> {
    return afterwards(allAccounts.close(staffId));
  }

  /** Behind it nobody can let anybody in again. */
  function isLastTechnician(staffId: string): boolean {
    const technicians = allAccounts
      .list()
      .filter(({ role, closedAtMs }) => role === 'technician' && closedAtMs === null);
    return technicians.length === 1 && technicians[0]?.staffId === staffId;
  }

  return {
    accounts: {
      ...allAccounts,
      setPin: async (staffId, pin) => afterwards(await allAccounts.setPin(staffId, pin)),
      close: (staffId) => (isLastTechnician(staffId) ? err(fault('access.second-needed')) : close(staffId)),
    },
    closeAccount: async (staffId, first) =>
      isLastTechnician(staffId)
        ? second.withSecond({ procedure: 'account.close-last-technician', what: staffId, first }, () =>
            close(staffId),
          )
        : close(staffId),
    browsers,
    refusals,
    ownScreens,
    permits,
    second,
    changes,
    onLeft: (tell) => {
      tellLeft = tell;
    },
    arrive: (browserToken, sessionToken) => {
      const admitted = browsers.find(browserToken);
      if (admitted === null) return { kind: 'refused', refusal: 'no-admission' };
      if (admitted === 'revoked') return { kind: 'refused', refusal: 'admission-revoked' };
      const { browser, tokenHash: browserHash } = admitted;
      const found = sessions.find(sessionToken, browserHash);
      const guest = { browser, browserHash, session: null };
      switch (found) {
        case 'none':
          return { kind: 'guest', guest, refusal: null };
        case 'over':
          return { kind: 'guest', guest, refusal: 'session-over' };
        case 'elsewhere':
          // Nobody's cookie walks from one browser to another by itself: whoever has it now has it no longer.
          endStolen(sessionToken);
          return { kind: 'guest', guest, refusal: 'session-of-another-browser' };
        default:
          return { kind: 'guest', guest: { ...guest, session: found }, refusal: null };
      }
    },
    signIn: async (guest, given) => {
      const checked = await pins.check(given, guest.browser.name);
      return checked.ok ? begin(checked.value, guest) : checked;
    },
    signOut: ({ session }) =>
      session === null ? ok(null) : afterwards(sessions.end(session.hash, 'signed-out')),
    isStillIn: (guest) => isIn(guest, sessions.isOpen),
    useBy: (guest) => isIn(guest, sessions.use),
    tend: () => {
      refusals.flush();
      store.transaction(wrongPins.forgetOld);
      const ended = sessions.endOld();
      if (ended.ok && ended.value > 0) changes.notify();
    },
  };

  function isIn({ browserHash, session }: Guest, isOpen: (hash: Buffer) => boolean): boolean {
    return browsers.isAdmitted(browserHash) && (session === null || isOpen(session.hash));
  }
}

/** What a guest may do is decided by who is signed in, and by the browser where nobody is. */
export function roleOf({ browser, session }: Guest): Exclude<CallerRole, 'kiosk'> {
  return session?.person.role ?? browser.kind;
}
