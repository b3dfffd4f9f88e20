import type { Person, SignIn } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import { err, type Result } from '#contract/result.ts';
import { mayBeSecond, type GuardedProcedure } from '#contract/second-person.ts';
import type { Audit } from '../audit/audit.ts';
import { redact } from '../log.ts';
import type { Store } from '../store/store.ts';
import { createAccounts } from './accounts.ts';
import { noteAlone, writeAlone, type DoneAlone } from './alone-notes.ts';
import { createPinCheck } from './check-pin.ts';
import type { HashPin } from './pin.ts';
import { writeAct } from './second-person.ts';
import { createWrongPins } from './wrong-pins.ts';

/** As the audit and the count of wrong PINs call it; no browser of the station can have this name. */
export const AT_COMMAND = 'command';

/** What takes two people at a command, beside a terminal that does not run. `what`: exactly what; no person, no secret. */
export interface CommandAct {
  readonly procedure: Extract<GuardedProcedure, 'outbox.export' | 'outbox.import' | 'hub.make'>;
  readonly what: string;
}

/** Where it stands that somebody did it alone. */
export type AloneWritten =
  | { readonly in: 'audit' }
  /** The store refused, for `why`; the next start writes it into the audit. */
  | { readonly in: 'note'; readonly why: Fault }
  | { readonly in: 'nothing'; readonly why: Fault };

/**
 * Two people at one command, one behind the other: both type number and PIN there and then, judged by the same accounts, locks and counts
 * as at any screen. Nothing of it is kept in memory from one command to the next.
 */
export interface TwoPeople {
  /** Whether this terminal has the accounts for it: a technician's, and another one that may be the second. */
  areThere(): boolean;
  /** Who begins it: a technician. Faults: `access.first-role`, `access.wrong-pin`, `access.locked`; those of the store. */
  first(given: SignIn): Promise<Result<Person, Fault>>;
  /** Somebody else. Faults: `access.second-same`, `access.second-role`, `access.wrong-pin`, `access.locked`; those of the store. */
  second(given: SignIn, first: Person): Promise<Result<Person, Fault>>;
  /** Writes both names down, before anything is done; with a fault of the store nothing may be done. */
  begin(first: Person, second: Person): Result<null, Fault>;
  /**
   * Whoever keeps the machine, alone: there are no two accounts, or the second one cannot come. `reason` names no person. A store that cannot be
   * written does not stop it, as the disk may be why.
   */
  beginAlone(reason: string): AloneWritten;
}

export interface TwoPeoplePorts {
  readonly store: Store;
  readonly dataDir: string;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly hashPin: HashPin;
}

export function createTwoPeople(ports: TwoPeoplePorts, { procedure, what }: CommandAct): TwoPeople {
  const { store, audit, clock } = ports;
  // A file may be called by somebody's number, and so may a reason.
  const act: CommandAct = { procedure, what: redact(what) };
  const wrongPins = createWrongPins(store, clock);
  // Nobody is signed in at a terminal that does not run.
  const accounts = createAccounts({ ...ports, wrongPins, endSessionsOf: () => undefined });
  const pins = createPinCheck({ store, audit, wrongPins, accounts });

  async function judged(
    given: SignIn,
    mayBe: (person: Person) => boolean,
    otherwise: 'access.first-role' | 'access.second-role',
  ): Promise<Result<Person, Fault>> {
    const checked = await pins.check(given, AT_COMMAND);
    if (!checked.ok) return checked;
    return mayBe(checked.value) ? checked : err(fault(otherwise));
  }

  return {
    areThere: () => {
      const open = accounts.list().filter(({ closedAtMs }) => closedAtMs === null);
      const able = open.filter(({ role }) => mayBeSecond(procedure, role));
      return able.length > 1 && open.some(isBeginner);
    },
    first: (given) => judged(given, isBeginner, 'access.first-role'),
    second: async (given, first) =>
      // Before the PIN: who begins it does not get to try PINs on the second.
      given.staffId === first.staffId
        ? err(fault('access.second-same'))
        : judged(given, ({ role }) => mayBeSecond(act.procedure, role), 'access.second-role'),
    begin: (first, second) =>
      store.transaction(() => {
        for (const { staffId } of [first, second]) pins.forgive(staffId, AT_COMMAND);
        const of = `of ${first.staffId}`;
        writeAct(audit, { event: 'access.second-confirmed', act, subject: second.staffId, disposition: of });
        const by = `with ${second.staffId}`;
        writeAct(audit, { event: 'access.done-by-two', act, subject: first.staffId, disposition: by });
        return null;
      }),
    beginAlone: (reason) => {
      const done: DoneAlone = { ...act, reason: redact(reason), atMs: clock.now() };
      const written = store.transaction(() => {
        writeAlone(audit, done, 'at-command');
        return null;
      });
      if (written.ok) return { in: 'audit' };
      return { in: noteAlone(ports.dataDir, done) ? 'note' : 'nothing', why: written.fault };
    },
  };
}

/** The commands of a machine are its technician's, as a decommission at the console is. */
function isBeginner({ role }: Person): boolean {
  return role === 'technician';
}
