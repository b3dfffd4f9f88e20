import { browserNamed, type Browser } from '#contract/access.ts';
import type { DoorView } from '#contract/door.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Store } from '../store/store.ts';
import { hashOfToken, newToken } from './secrets.ts';

/** All delays of an admission, in milliseconds. */
export const admissionDelays = {
  /** As long as a technician walks from the browser to the terminal and back. */
  knockMs: 10 * 60_000,
} as const;

/** More browsers than a station has do not stand before the door at once: the oldest one goes. */
const MOST_KNOCKING = 20;
/** From one address, so that one machine cannot push the others out. */
const MOST_KNOCKING_FROM_ONE = 5;

/** What a browser that was not admitted holds, and what its page shows. */
export interface Knock {
  readonly token: string;
  readonly code: string;
}

export interface Admitted {
  readonly browser: Browser;
  readonly tokenHash: Buffer;
}

export interface AdmittedRow {
  readonly browser: Browser;
  readonly admittedAtMs: number;
}

/**
 * Which browsers in the station are let in. One that nobody knows shows six digits; the technician, who sees both,
 * types them at the terminal. The digits prove nothing to the browser, which holds a secret of its own for its turn.
 */
export interface Browsers {
  /** The knock that goes with the token, or a new one. */
  knock(token: string | null, address: string): Knock;
  /** The admission of a browser that knocked, once: its token, for its cookie. Null when nobody has let it in. */
  collect(knockToken: string | null): string | null;
  /** Lets the browser in that shows the code, in the name of an account, or by the technician's command (null); one that had the name before is let in no more. Fault: `access.code-unknown`. */
  admit(
    code: string,
    name: string,
    by: string | null,
  ): Result<{ readonly address: string; readonly replaced: boolean }, Fault>;
  /** Fault: `access.browser-unknown`. */
  revoke(name: string, by: string | null): Result<null, Fault>;
  find(token: string | null): Admitted | 'revoked' | null;
  isAdmitted(tokenHash: Buffer): boolean;
  /** Null: it is let in no more. */
  at(tokenHash: Buffer): Browser | null;
  /** Who knocks, is let in or shut out has changed. */
  readonly changes: Changes;
  view(): Omit<DoorView, 'terminal'>;
  list(): readonly AdmittedRow[];
  /** What stands before the door now. */
  knocking(): readonly { readonly code: string; readonly address: string }[];
}

export interface BrowsersPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  /** Inside the transaction: who is signed in there is not any more. */
  readonly endSessionAt: (browserHash: Buffer) => void;
  /** After it: its connections are closed. */
  readonly onRevoked: (browserHash: Buffer) => void;
}

interface Knocking extends Knock {
  readonly address: string;
  readonly untilMs: number;
  /** Null until it was let in. */
  admission: string | null;
}

export function createBrowsers(ports: BrowsersPorts): Browsers {
  const { store, audit, clock } = ports;
  // In memory: whoever stood before the door when the terminal restarted knocks again by itself.
  let knocks: Knocking[] = [];
  const changes = createChanges();
  let revision = 0;

  function changed(): void {
    revision += 1;
    changes.notify();
  }

  function present(): Knocking[] {
    knocks = knocks.filter(({ untilMs }) => untilMs > clock.monotonicMs());
    return knocks;
  }

  function freshCode(): string {
    for (;;) {
      // 2^32 is no multiple of a million, and by as little as makes no difference to a code that is no secret.
      const code = String(Buffer.from(ports.randomBytes(4)).readUInt32BE() % 1_000_000).padStart(6, '0');
      if (!knocks.some((knock) => knock.code === code)) return code;
    }
  }

  function makeRoom(address: string): void {
    const same = knocks.filter((knock) => knock.address === address);
    const goes =
      same.length >= MOST_KNOCKING_FROM_ONE ? same[0] : knocks.length >= MOST_KNOCKING ? knocks[0] : null;
    knocks = knocks.filter((knock) => knock !== goes);
  }

  function hashNamed(name: string): Buffer | null {
    const hash = store
      .sql('SELECT token_hash FROM lan_browser WHERE name = ? AND revoked_at_ms IS NULL')
      .get(name)?.['token_hash'];
    return hash instanceof Uint8Array ? Buffer.from(hash) : null;
  }

  /** Inside a transaction. */
  function shutOut(hash: Buffer): void {
    store.sql('UPDATE lan_browser SET revoked_at_ms = ? WHERE token_hash = ?').run(clock.now(), hash);
    ports.endSessionAt(hash);
  }

  return {
    knock: (token, address) => {
      const known = present().find((knock) => knock.token === token);
      if (known) return known;
      makeRoom(address);
      const knock = {
        token: newToken(ports.randomBytes),
        code: freshCode(),
        address,
        untilMs: clock.monotonicMs() + admissionDelays.knockMs,
        admission: null,
      };
      knocks.push(knock);
      changed();
      return knock;
    },
    collect: (knockToken) => {
      const knock = present().find(({ token, admission }) => token === knockToken && admission !== null);
      knocks = knocks.filter((other) => other !== knock);
      return knock?.admission ?? null;
    },
    admit: (code, name, by) => {
      const knock = present().find((other) => other.code === code && other.admission === null);
      if (knock === undefined) return err(fault('access.code-unknown'));
      const token = newToken(ports.randomBytes);
      const before = hashNamed(name);
      const admitted = store.transaction(() => {
        if (before !== null) shutOut(before);
        store
          .sql('INSERT INTO lan_browser (token_hash, name, admitted_at_ms) VALUES (?, ?, ?)')
          .run(hashOfToken(token), name, clock.now());
        const detail = `from ${knock.address}${before === null ? '' : ', in the place of another one'}${byWhom(by)}`;
        audit.write({
          event: 'access.browser-admitted',
          actor: 'technician',
          subject: name,
          disposition: 'success',
          detail,
        });
      });
      if (!admitted.ok) return admitted;
      knock.admission = token;
      if (before !== null) ports.onRevoked(before);
      changed();
      return ok({ address: knock.address, replaced: before !== null });
    },
    revoke: (name, by) => {
      const hash = hashNamed(name);
      if (hash === null) return err(fault('access.browser-unknown'));
      const revoked = store.transaction(() => {
        shutOut(hash);
        audit.write({
          event: 'access.browser-revoked',
          actor: 'technician',
          subject: name,
          disposition: 'success',
          detail: by === null ? null : byWhom(by).slice(2),
        });
        return null;
      });
      if (revoked.ok) {
        ports.onRevoked(hash);
        changed();
      }
      return revoked;
    },
    find: (token) => {
      const tokenHash = hashOfToken(token);
      if (tokenHash === null) return null;
      const row = store
        .sql('SELECT name, revoked_at_ms FROM lan_browser WHERE token_hash = ?')
        .get(tokenHash);
      if (row === undefined) return null;
      return row['revoked_at_ms'] === null
        ? { browser: browserNamed(String(row['name'])), tokenHash }
        : 'revoked';
    },
    isAdmitted: (tokenHash) => at(tokenHash) !== null,
    at,
    changes,
    view: () => ({
      revision,
      knocking: knocking(),
      admitted: list().map(({ browser, admittedAtMs }) => ({ name: browser.name, admittedAtMs })),
    }),
    list,
    knocking,
  };

  function at(tokenHash: Buffer): Browser | null {
    const row = store
      .sql('SELECT name FROM lan_browser WHERE token_hash = ? AND revoked_at_ms IS NULL')
      .get(tokenHash);
    return row === undefined ? null : browserNamed(String(row['name']));
  }

  function list(): AdmittedRow[] {
    return store
      .sql('SELECT name, admitted_at_ms FROM lan_browser WHERE revoked_at_ms IS NULL ORDER BY name')
      .all()
      .map((row) => ({
        browser: browserNamed(String(row['name'])),
        admittedAtMs: Number(row['admitted_at_ms']),
      }));
  }

  function knocking(): { code: string; address: string }[] {
    return present()
      .filter(({ admission }) => admission === null)
      .map(({ code, address }) => ({ code, address }));
  }
}

/** An account's name at the kiosk; the technician's command says nobody's. */
function byWhom(account: string | null): string {
  return account === null ? '' : `, by ${account}`;
}
