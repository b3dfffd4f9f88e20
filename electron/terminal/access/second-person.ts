import type { Person, SignIn } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { mayBeSecond, type GuardedProcedure, type SecondAsked } from '#contract/second-person.ts';
import type { Audit } from '../audit/audit.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Store } from '../store/store.ts';

/** All delays of it, in milliseconds. */
export const secondDelays = {
  /** From the first person's asking to the act: as long as two people stand together. */
  togetherMs: 5 * 60_000,
} as const;

/** One of each who works here at most. */
const MOST_ASKED = 20;

/** What is to be done. `what` names it exactly: another one is another act, and needs another yes. */
export interface GuardedAct {
  readonly procedure: GuardedProcedure;
  readonly what: string;
  /** Who does it, and is signed in. */
  readonly first: Person;
}

/**
 * Acts that one person alone may not do (contract/second-person.ts). In memory: after a restart the two ask and confirm
 * again, which is the lesser harm than a yes that outlives the hour it was given in.
 */
export interface SecondPerson {
  /**
   * Does `work` when somebody else has confirmed exactly this act, once. Otherwise asks for a second person, in the place of what the
   * first asked before, and answers `access.second-needed`; after the confirmation the same call does it. `work` gets who the second was.
   */
  withSecond<T>(
    act: GuardedAct,
    work: (second: string) => Result<T, Fault> | Promise<Result<T, Fault>>,
  ): Promise<Result<T, Fault>>;
  /** At this or another browser, by the second's own PIN. Faults: `access.second-over`, `access.second-same`, `access.second-role`, and those of signing in. */
  confirm(given: { readonly id: string } & SignIn, at: string): Promise<Result<null, Fault>>;
  /** The first has thought better of it, or the second does not want it. Fault: `access.second-over`. */
  refuse(id: string, by: Person): Result<null, Fault>;
  /** What waits, for the screens. */
  asked(): readonly SecondAsked[];
  readonly changes: Changes;
}

type ActEvent =
  'access.second-asked' | 'access.second-confirmed' | 'access.second-ended' | 'access.done-by-two';

/** Inside a transaction: what somebody did about an act for two, at a screen or at a command. */
export function writeAct(
  audit: Audit,
  row: {
    readonly event: ActEvent;
    readonly act: Pick<GuardedAct, 'procedure' | 'what'>;
    readonly subject: string;
    readonly disposition: string;
  },
): void {
  const { event, act, subject, disposition } = row;
  audit.write({ event, actor: 'staff', subject, disposition, detail: `${act.procedure} ${act.what}` });
}

export interface SecondPersonPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly newUuid: () => string;
  /** Locks and counts as a sign-in does. */
  readonly check: (given: SignIn, at: string) => Promise<Result<Person, Fault>>;
}

interface Asked {
  readonly id: string;
  readonly act: GuardedAct;
  readonly sinceMs: number;
  readonly cancel: () => void;
  confirmedBy: string | null;
}

export function createSecondPerson(ports: SecondPersonPorts): SecondPerson {
  const { store, audit, clock } = ports;
  const changes = createChanges();
  const waiting = new Map<string, Asked>();

  function write(
    event: ActEvent,
    { act }: Pick<Asked, 'act'>,
    subject: string,
    disposition: string,
  ): Result<null, Fault> {
    return store.transaction(() => {
      writeAct(audit, { event, act, subject, disposition });
      return null;
    });
  }

  function drop(asked: Asked): void {
    asked.cancel();
    waiting.delete(asked.id);
    changes.notify();
  }

  const ofFirst = (first: Person): Asked | undefined =>
    [...waiting.values()].find(({ act }) => act.first.staffId === first.staffId);

  function ask(act: GuardedAct): Result<never, Fault> {
    const before = ofFirst(act.first);
    if (before !== undefined && !isSame(before.act, act)) end(before, 'another-asked');
    if (before === undefined || !isSame(before.act, act)) {
      if (waiting.size >= MOST_ASKED) return err(fault('access.busy'));
      const id = ports.newUuid();
      const asked: Asked = {
        id,
        act,
        sinceMs: clock.monotonicMs(),
        cancel: clock.after(secondDelays.togetherMs, () => {
          end(asked, 'too-late');
        }),
        confirmedBy: null,
      };
      const noted = write('access.second-asked', asked, act.first.staffId, 'init');
      if (!noted.ok) {
        asked.cancel();
        return noted;
      }
      waiting.set(id, asked);
      changes.notify();
    }
    return err(fault('access.second-needed'));
  }

  /** Without having been done. */
  function end(asked: Asked, why: 'another-asked' | 'too-late'): void {
    drop(asked);
    write('access.second-ended', asked, asked.act.first.staffId, why);
  }

  /** Null: somebody else may go on with it as the second. */
  function whyNot(asked: Asked | undefined, staffId: string): Fault | null {
    if (asked === undefined || asked.confirmedBy !== null) return fault('access.second-over');
    return asked.act.first.staffId === staffId ? fault('access.second-same') : null;
  }

  return {
    changes,
    asked: () =>
      [...waiting.values()].map(({ id, act, sinceMs, confirmedBy }) => ({
        id,
        procedure: act.procedure,
        what: act.what,
        askedBy: act.first.staffId,
        leftMs: Math.max(0, Math.round(secondDelays.togetherMs - (clock.monotonicMs() - sinceMs))),
        confirmedBy,
      })),
    withSecond: async (act, work) => {
      const asked = ofFirst(act.first);
      if (asked === undefined || asked.confirmedBy === null || !isSame(asked.act, act)) return ask(act);
      // Used up before it is done: two calls at once are one act.
      drop(asked);
      const second = asked.confirmedBy;
      const noted = write('access.done-by-two', asked, act.first.staffId, `with ${second}`);
      return noted.ok ? work(second) : noted;
    },
    confirm: async ({ id, ...given }, at) => {
      // Who asked does not get to try PINs on it.
      const refused = whyNot(waiting.get(id), given.staffId);
      if (refused !== null) return err(refused);
      const checked = await ports.check(given, at);
      if (!checked.ok) return checked;
      const person = checked.value;
      const asked = waiting.get(id);
      // Meanwhile it may be over, or another one's.
      const late = whyNot(asked, person.staffId);
      if (asked === undefined || late !== null) return err(late ?? fault('access.second-over'));
      if (!mayBeSecond(asked.act.procedure, person.role)) return err(fault('access.second-role'));
      const noted = write('access.second-confirmed', asked, person.staffId, `of ${asked.act.first.staffId}`);
      if (!noted.ok) return noted;
      asked.confirmedBy = person.staffId;
      changes.notify();
      return ok(null);
    },
    refuse: (id, by) => {
      const asked = waiting.get(id);
      if (asked === undefined) return err(fault('access.second-over'));
      drop(asked);
      return write('access.second-ended', asked, by.staffId, 'refused');
    },
  };
}

function isSame(one: GuardedAct, other: GuardedAct): boolean {
  return one.procedure === other.procedure && one.what === other.what;
}
