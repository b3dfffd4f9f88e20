import type { Person } from '#contract/access.ts';
import type { Fault } from '#contract/fault.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { Store } from '../store/store.ts';
import type { Accounts } from './accounts.ts';
import { hashOfToken, newToken } from './secrets.ts';

/** A session is found again on the disk after a crash; its last use, as exactly as this, in milliseconds. */
const SEEN_EVERY_MS = 60_000;

/** An end by age that is found later than this, in milliseconds, or by a clock that was set back, says of nobody that he left just now. */
const FOUND_WITHIN_MS = 5 * 60_000;

export type SessionEnd =
  | 'signed-out'
  | 'idle'
  | 'too-long'
  | 'another-in-its-place'
  | 'stolen'
  | 'account-closed'
  | 'pin-changed'
  | 'browser-shut-out'
  | 'permit-revoked'
  | 'permit-over';

export interface StaffSession {
  readonly hash: Buffer;
  readonly person: Person;
}

/** Who is signed in, one at a browser. All is asked of the database each time, so that what has ended has ended everywhere. */
export interface StaffSessions {
  /** Gives the token for the cookie. Ends who was signed in there before. */
  begin(person: Person, browserHash: Buffer): Result<string, Fault>;
  /** `over`: it has ended, or never was. `elsewhere`: a browser shows the cookie of another one. */
  find(token: string | null, browserHash: Buffer): StaffSession | 'none' | 'over' | 'elsewhere';
  /** Whether it is open; a use of it, which keeps it open. */
  use(hash: Buffer): boolean;
  isOpen(hash: Buffer): boolean;
  end(hash: Buffer, why: SessionEnd): Result<null, Fault>;
  /** Inside a transaction. */
  endOf(staffId: string, why: SessionEnd): void;
  /** Inside a transaction. */
  endAt(browserHash: Buffer, why: SessionEnd): void;
  /** Ends those that nobody used for too long; gives how many. */
  endOld(): Result<number, Fault>;
}

export interface StaffSessionsPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly idleMs: number;
  readonly longestMs: number;
  readonly accounts: Pick<Accounts, 'find'>;
  /** Inside the transaction. `isOfNow`: it ended by an act just now, or when its time was over; else it was over long ago, or nobody knows since when. */
  readonly onEnded: (
    session: Pick<SessionRow, 'staffId' | 'browserHash'>,
    why: SessionEnd,
    isOfNow: boolean,
  ) => void;
}

interface SessionRow {
  readonly hash: Buffer;
  readonly browserHash: Buffer;
  readonly staffId: string;
  readonly beganAtMs: number;
  readonly seenAtMs: number;
}

export function createStaffSessions(ports: StaffSessionsPorts): StaffSessions {
  const { store, audit, clock } = ports;
  const columns = 'token_hash, browser_hash, staff_id, began_at_ms, seen_at_ms';

  function overBy({ beganAtMs, seenAtMs }: SessionRow): 'idle' | 'too-long' | null {
    const now = clock.now();
    if (now - beganAtMs > ports.longestMs) return 'too-long';
    // Of a clock that was set back nobody knows how long ago that was.
    const isIdle = now - seenAtMs > ports.idleMs || now < seenAtMs - SEEN_EVERY_MS;
    return isIdle ? 'idle' : null;
  }

  function isOfNow({ beganAtMs, seenAtMs }: SessionRow, why: SessionEnd): boolean {
    if (why !== 'idle' && why !== 'too-long') return true;
    const overAtMs = why === 'idle' ? seenAtMs + ports.idleMs : beganAtMs + ports.longestMs;
    const sinceMs = clock.now() - overAtMs;
    return sinceMs >= 0 && sinceMs < FOUND_WITHIN_MS;
  }

  const rowOf = (hash: Buffer): SessionRow | null => {
    const found = store.sql(`SELECT ${columns} FROM staff_session WHERE token_hash = ?`).get(hash);
    return found === undefined ? null : asRow(found);
  };

  /** Inside a transaction. */
  function remove(row: SessionRow, why: SessionEnd): void {
    store.sql('DELETE FROM staff_session WHERE token_hash = ?').run(row.hash);
    audit.write({
      event: 'access.signed-out',
      actor: 'staff',
      subject: row.staffId,
      disposition: why,
      detail: null,
    });
    ports.onEnded(row, why, isOfNow(row, why));
  }

  function openRow(hash: Buffer): SessionRow | null {
    const row = rowOf(hash);
    return row === null || overBy(row) !== null ? null : row;
  }

  function endAt(browserHash: Buffer, why: SessionEnd): void {
    const found = store.sql(`SELECT ${columns} FROM staff_session WHERE browser_hash = ?`).get(browserHash);
    if (found !== undefined) remove(asRow(found), why);
  }

  return {
    begin: (person, browserHash) => {
      const token = newToken(ports.randomBytes);
      const now = clock.now();
      const begun = store.transaction(() => {
        endAt(browserHash, 'another-in-its-place');
        store
          .sql(`INSERT INTO staff_session (${columns}) VALUES (?, ?, ?, ?, ?)`)
          .run(hashOfToken(token), browserHash, person.staffId, now, now);
      });
      return begun.ok ? ok(token) : begun;
    },
    find: (token, browserHash) => {
      if (token === null) return 'none';
      const hash = hashOfToken(token);
      const row = hash === null ? null : openRow(hash);
      const person = row === null ? null : ports.accounts.find(row.staffId);
      if (row === null || person === null) return 'over';
      return row.browserHash.equals(browserHash) ? { hash: row.hash, person } : 'elsewhere';
    },
    use: (hash) => {
      const row = openRow(hash);
      if (row === null) return false;
      if (clock.now() - row.seenAtMs < SEEN_EVERY_MS) return true;
      // What is not written down is only a session that ends a little earlier.
      store.transaction(() => {
        store.sql('UPDATE staff_session SET seen_at_ms = ? WHERE token_hash = ?').run(clock.now(), hash);
      });
      return true;
    },
    isOpen: (hash) => openRow(hash) !== null,
    end: (hash, why) =>
      store.transaction(() => {
        const row = rowOf(hash);
        if (row !== null) remove(row, why);
        return null;
      }),
    endOf: (staffId, why) => {
      const rows = store.sql(`SELECT ${columns} FROM staff_session WHERE staff_id = ?`).all(staffId);
      for (const row of rows) remove(asRow(row), why);
    },
    endAt,
    endOld: () => {
      const old = store
        .sql(`SELECT ${columns} FROM staff_session`)
        .all()
        .map(asRow)
        .flatMap((row) => {
          const why = overBy(row);
          return why === null ? [] : [{ row, why }];
        });
      if (old.length === 0) return ok(0);
      return store.transaction(() => {
        for (const { row, why } of old) remove(row, why);
        return old.length;
      });
    },
  };
}

function asRow(found: Record<string, unknown>): SessionRow {
  return {
    hash: bytes(found['token_hash']),
    browserHash: bytes(found['browser_hash']),
    staffId: String(found['staff_id']),
    beganAtMs: Number(found['began_at_ms']),
    seenAtMs: Number(found['seen_at_ms']),
  };
}

function bytes(value: unknown): Buffer {
  if (!(value instanceof Uint8Array)) throw new Error('a session’s row holds no hash');
  return Buffer.from(value);
}
