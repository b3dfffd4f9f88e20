import { staffRoleSchema, type Person } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { compactDate, localDate } from '#contract/form/local-date.ts';
import { citizenNumberProblem, type IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { Store } from '../store/store.ts';
import { countedAccount } from './accounts.ts';
import { OWN_SCREEN } from './own-screens.ts';
import type { WrongPins } from './wrong-pins.ts';

/** As the audit names a card that is nobody's here: of whom it is, is not looked at. */
const NOBODY = 'card';

/**
 * Apart from wrong PINs: whoever tries cards that were found locks the reader, and nobody's number and PIN. No browser of the station
 * and no account can have this name.
 */
const COUNTED = `${NOBODY} at ${OWN_SCREEN}`;

/** Whose card it is that lies on the reader. Of a card a digest is kept when its owner registers it, and nothing otherwise. */
export interface StaffCards {
  /**
   * Counts and writes down a card that is nobody's. Faults: `access.card-unknown`, `access.card-locked`, `access.card-expired`,
   * `access.locked` of its account; `card.unreadable-text`.
   */
  whose(document: IdentityDocument): Result<Person, Fault>;
  /**
   * In the place of the card that the account had. Faults: `access.card-taken` by another account, `access.card-expired`,
   * `access.account-unknown`; `card.unreadable-text`.
   */
  register(staffId: string, document: IdentityDocument): Result<null, Fault>;
}

export interface StaffCardsPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly timeZone: string;
  /** Under a key of this terminal. In the plain host it lies in the folder of the digests, unless it is a credential (docs/decisions/0061). */
  readonly digestOf: (said: string) => Uint8Array;
  readonly wrongPins: WrongPins;
}

export function createStaffCards(ports: StaffCardsPorts): StaffCards {
  const { store, audit, clock, wrongPins } = ports;

  const today = (): string => compactDate(localDate(clock.now(), ports.timeZone));

  /** A number that does not keep its own check digit was not read right: no digest is made of it. */
  function isReadable({ kind, number }: IdentityDocument): boolean {
    return kind !== 'resident' || citizenNumberProblem(number, today()) === null;
  }

  /** By the day that is its last one. */
  function isExpired({ validTo }: IdentityDocument): boolean {
    return validTo !== undefined && validTo !== 'long-term' && validTo < today();
  }

  /** With the days of its validity: a card that was lost and replaced has the same number, and is another card. */
  function digest({ idType, number, validFrom, validTo }: IdentityDocument): Uint8Array {
    return ports.digestOf(JSON.stringify([idType, number, validFrom ?? '', validTo ?? '']));
  }

  function refuse(code: 'access.card-expired' | 'access.locked', staffId: string): Result<never, Fault> {
    const noted = store.transaction(() => {
      write('access.card-refused', staffId, code === 'access.locked' ? 'account-locked' : 'expired');
    });
    return noted.ok ? err(fault(code)) : noted;
  }

  function refuseUnknown(): Result<never, Fault> {
    const locks = store.transaction(() => {
      const isLocked = wrongPins.count(COUNTED);
      write('access.card-refused', NOBODY, isLocked ? 'unknown-and-locked' : 'unknown');
      return isLocked;
    });
    if (!locks.ok) return locks;
    return err(fault(locks.value ? 'access.card-locked' : 'access.card-unknown'));
  }

  /** Inside a transaction. */
  function write(
    event: 'access.card-refused' | 'access.card-registered',
    subject: string,
    disposition: string,
  ): void {
    audit.write({ event, actor: 'staff', subject, disposition, detail: OWN_SCREEN });
  }

  return {
    whose: (document) => {
      if (wrongPins.isLocked(COUNTED)) return err(fault('access.card-locked'));
      if (!isReadable(document)) return err(fault('card.unreadable-text'));
      const found = store
        .sql(
          `SELECT staff_id, role FROM staff_card JOIN staff_account USING (staff_id)
           WHERE digest = ? AND closed_at_ms IS NULL`,
        )
        .get(digest(document));
      if (found === undefined) return refuseUnknown();
      const staffId = String(found['staff_id']);
      if (isExpired(document)) return refuse('access.card-expired', staffId);
      // Where somebody tries PINs of this account, its owner asks a technician; a lent card does not go around that.
      const places = [countedAccount(staffId), `${countedAccount(staffId)} at ${OWN_SCREEN}`];
      if (places.some(wrongPins.isLocked)) return refuse('access.locked', staffId);
      const forgotten = store.transaction(() => {
        wrongPins.forget(COUNTED);
        return null;
      });
      return forgotten.ok ? ok({ staffId, role: staffRoleSchema.parse(found['role']) }) : forgotten;
    },
    register: (staffId, document) => {
      if (!isReadable(document)) return err(fault('card.unreadable-text'));
      if (isExpired(document)) return err(fault('access.card-expired'));
      const made = digest(document);
      const done = store.transaction(() => {
        const owner = store.sql('SELECT staff_id FROM staff_card WHERE digest = ?').get(made)?.['staff_id'];
        if (owner !== undefined && owner !== staffId) return fault('access.card-taken');
        const { changes } = store
          .sql(
            `INSERT INTO staff_card (staff_id, digest, registered_at_ms)
             SELECT staff_id, ?, ? FROM staff_account WHERE staff_id = ? AND closed_at_ms IS NULL
             ON CONFLICT (staff_id) DO UPDATE SET digest = excluded.digest, registered_at_ms = excluded.registered_at_ms`,
          )
          .run(made, clock.now(), staffId);
        if (Number(changes) === 0) return fault('access.account-unknown');
        write('access.card-registered', staffId, 'success');
        return null;
      });
      if (!done.ok) return done;
      return done.value === null ? ok(null) : err(done.value);
    },
  };
}
