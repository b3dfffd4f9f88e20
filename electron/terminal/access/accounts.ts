import { pinSchema, staffRoleSchema, type Person, type StaffRole } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Store } from '../store/store.ts';
import { isEasyPin, isPin, SALT_BYTES, type HashPin } from './pin.ts';
import type { WrongPins } from './wrong-pins.ts';

/** An account as a list shows it. */
export interface Account extends Person {
  readonly addedAtMs: number;
  readonly closedAtMs: number | null;
}

/** Who works here. An id stays taken when its account is closed: the audit names it for years. */
export interface Accounts {
  /** Faults: `access.pin-weak`, `access.account-exists`. */
  add(person: Person, pin: string): Promise<Result<null, Fault>>;
  /** Also unlocks it. Faults: `access.pin-weak`, `access.account-unknown`. */
  setPin(staffId: string, pin: string): Promise<Result<null, Fault>>;
  /** Fault: `access.account-unknown`. */
  close(staffId: string): Result<null, Fault>;
  list(): readonly Account[];
  /** Milliseconds since 1970-01-01T00:00:00Z at which its card was registered; null: it has none. */
  cardSinceMs(staffId: string): number | null;
  /** By its owner, or by whoever keeps the machine. Fault: `access.card-none`. */
  forgetCard(staffId: string, by: 'staff' | 'technician'): Result<null, Fault>;
  /** Null: no open account of that id, or not its PIN; both take the same time. */
  holderOf(staffId: string, pin: string): Promise<Person | null>;
  /** Null when it is closed, or was never there. */
  find(staffId: string): Person | null;
}

export interface AccountsPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly hashPin: HashPin;
  readonly wrongPins: WrongPins;
  /** Inside the transaction: nobody stays signed in with an old PIN, or with an account that is closed. */
  readonly endSessionsOf: (staffId: string, why: 'account-closed' | 'pin-changed') => void;
}

export function createAccounts(ports: AccountsPorts): Accounts {
  const { store, audit, clock } = ports;
  /** What is compared where there is no account. */
  const nobody = { salt: ports.randomBytes(SALT_BYTES), hash: ports.randomBytes(32) };

  const row = (staffId: string) =>
    store
      .sql('SELECT role, pin_salt, pin_hash FROM staff_account WHERE staff_id = ? AND closed_at_ms IS NULL')
      .get(staffId);

  async function hashed(pin: string): Promise<Result<{ salt: Uint8Array; hash: Uint8Array }, Fault>> {
    if (!pinSchema.safeParse(pin).success || isEasyPin(pin)) return err(fault('access.pin-weak'));
    const salt = ports.randomBytes(SALT_BYTES);
    return ok({ salt, hash: await ports.hashPin(pin, salt) });
  }

  /** Inside a transaction. Gives whether there was one. */
  function dropCard(staffId: string): boolean {
    return store.sql('DELETE FROM staff_card WHERE staff_id = ?').run(staffId).changes === 1;
  }

  /** One transaction with its audit row. `work` gives whether there was such an account. */
  function act(
    event: AuditEvent,
    staffId: string,
    detail: string | null,
    work: () => boolean,
    otherwise: Fault,
    actor: 'staff' | 'technician' = 'technician',
  ): Result<null, Fault> {
    const done = store.transaction(() => {
      const isDone = work();
      const row = { event, actor, subject: staffId, detail } as const;
      if (isDone) audit.write({ ...row, disposition: 'success' });
      return isDone;
    });
    if (!done.ok) return done;
    return done.value ? ok(null) : err(otherwise);
  }

  return {
    add: async ({ staffId, role }, pin) => {
      const made = await hashed(pin);
      if (!made.ok) return made;
      const { salt, hash } = made.value;
      return act(
        'access.account-added',
        staffId,
        role,
        () =>
          store
            .sql(
              `INSERT INTO staff_account (staff_id, role, pin_salt, pin_hash, added_at_ms) VALUES (?, ?, ?, ?, ?)
               ON CONFLICT (staff_id) DO NOTHING`,
            )
            .run(staffId, role, salt, hash, clock.now()).changes === 1,
        fault('access.account-exists'),
      );
    },
    setPin: async (staffId, pin) => {
      const made = await hashed(pin);
      if (!made.ok) return made;
      const { salt, hash } = made.value;
      return act(
        'access.pin-set',
        staffId,
        null,
        () => {
          const isThere =
            store
              .sql(
                'UPDATE staff_account SET pin_salt = ?, pin_hash = ? WHERE staff_id = ? AND closed_at_ms IS NULL',
              )
              .run(salt, hash, staffId).changes === 1;
          if (isThere) {
            ports.wrongPins.forgetAccount(countedAccount(staffId));
            ports.endSessionsOf(staffId, 'pin-changed');
          }
          return isThere;
        },
        fault('access.account-unknown'),
      );
    },
    close: (staffId) =>
      act(
        'access.account-closed',
        staffId,
        null,
        () => {
          const isThere =
            store
              .sql('UPDATE staff_account SET closed_at_ms = ? WHERE staff_id = ? AND closed_at_ms IS NULL')
              .run(clock.now(), staffId).changes === 1;
          if (isThere) {
            dropCard(staffId);
            ports.endSessionsOf(staffId, 'account-closed');
          }
          return isThere;
        },
        fault('access.account-unknown'),
      ),
    list: () =>
      store
        .sql('SELECT staff_id, role, added_at_ms, closed_at_ms FROM staff_account ORDER BY staff_id')
        .all()
        .map((found) => ({
          staffId: String(found['staff_id']),
          role: roleOf(found['role']),
          addedAtMs: Number(found['added_at_ms']),
          closedAtMs: found['closed_at_ms'] === null ? null : Number(found['closed_at_ms']),
        })),
    cardSinceMs: (staffId) => {
      const found = store.sql('SELECT registered_at_ms FROM staff_card WHERE staff_id = ?').get(staffId);
      return found === undefined ? null : Number(found['registered_at_ms']);
    },
    forgetCard: (staffId, by) =>
      act('access.card-removed', staffId, null, () => dropCard(staffId), fault('access.card-none'), by),
    holderOf: async (staffId, pin) => {
      const found = row(staffId);
      const salt = bytes(found?.['pin_salt']) ?? nobody.salt;
      const hash = bytes(found?.['pin_hash']) ?? nobody.hash;
      if (!(await isPin(ports.hashPin, pin, { salt, hash }))) return null;
      // Closed, or given another PIN, while this one was looked at.
      const still = row(staffId);
      const isStill =
        still !== undefined && Buffer.from(hash).equals(bytes(still['pin_hash']) ?? nobody.hash);
      return isStill ? { staffId, role: roleOf(still['role']) } : null;
    },
    find: (staffId) => {
      const found = row(staffId);
      return found === undefined ? null : { staffId, role: roleOf(found['role']) };
    },
  };
}

/** What wrong PINs of an account are counted by, whether there is one or not. */
export function countedAccount(staffId: string): string {
  return `staff ${staffId}`;
}

function roleOf(value: unknown): StaffRole {
  return staffRoleSchema.parse(value);
}

function bytes(value: unknown): Uint8Array | null {
  return value instanceof Uint8Array ? value : null;
}
