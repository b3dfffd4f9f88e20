import type { Person, SignIn } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { Store } from '../store/store.ts';
import { countedAccount, type Accounts } from './accounts.ts';
import { OWN_SCREEN } from './own-screens.ts';
import type { WrongPins } from './wrong-pins.ts';

/** PINs that are looked at, at a time: each takes a core and 32 MB. */
const MOST_AT_ONCE = 4;

/** Whose number and PIN these are, by the accounts and the locks of the store: at a screen, at the door, at a command. */
export interface PinCheck {
  /**
   * `at`: the browser's name or its like, which is counted as well. Faults: `access.wrong-pin`, `access.locked`, `access.busy`, those of
   * the store; no difference is made between an account that is not there and a PIN that is wrong.
   */
  check(given: SignIn, at: string): Promise<Result<Person, Fault>>;
  /** Inside a transaction: the wrong ones that came before the right one. */
  forgive(staffId: string, at: string): void;
}

export interface PinCheckPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly wrongPins: WrongPins;
  readonly accounts: Pick<Accounts, 'holderOf'>;
}

export function createPinCheck({ store, audit, wrongPins, accounts }: PinCheckPorts): PinCheck {
  let beingChecked = 0;

  function refuse(counted: readonly string[], subject: string, at: string): Result<never, Fault> {
    const locks = store.transaction(() => {
      const locked = counted.map((what) => wrongPins.count(what)).includes(true);
      audit.write({
        event: 'access.sign-in-refused',
        actor: 'staff',
        subject,
        disposition: locked ? 'wrong-and-locked' : 'wrong',
        detail: at,
      });
      return locked;
    });
    if (!locks.ok) return locks;
    return err(fault(locks.value ? 'access.locked' : 'access.wrong-pin'));
  }

  return {
    check: async ({ staffId, pin }, at) => {
      const counted = countedAt(staffId, at);
      const locks = [...counted, countedAccount(staffId)];
      if (locks.some(wrongPins.isLocked)) return err(fault('access.locked'));
      if (beingChecked >= MOST_AT_ONCE) return err(fault('access.busy'));
      beingChecked += 1;
      try {
        const person = await accounts.holderOf(staffId, pin);
        // Others may have tried, and locked it, while this one was looked at.
        if (locks.some(wrongPins.isLocked)) return err(fault('access.locked'));
        return person === null ? refuse(counted, staffId, at) : ok(person);
      } finally {
        beingChecked -= 1;
      }
    },
    forgive: (staffId, at) => {
      for (const what of countedAt(staffId, at)) wrongPins.forget(what);
    },
  };
}

/**
 * What wrong PINs are counted by: of the account as it was typed, and at this browser. Apart at the kiosk's own screen, to
 * which anybody in the hall can step: whoever plays there locks nobody out at a window.
 */
function countedAt(staffId: string, at: string): readonly string[] {
  const account = countedAccount(staffId);
  return [at === OWN_SCREEN ? `${account} at ${at}` : account, `browser ${at}`];
}
