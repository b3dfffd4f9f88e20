import type { Fault } from '#contract/fault.ts';
import type { PublicKey } from '#contract/terminal-identity.ts';
import type { Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { FleetPin } from '../identity/fleet-pin.ts';
import { keyIdOf } from '../identity/key-id.ts';
import type { Log } from '../log.ts';
import type { HeardAnswer } from '../outbox/fleet-calls.ts';
import type { Store } from '../store/store.ts';
import type { Orders } from './follow.ts';
import { followSuccessions } from './succession.ts';

/** By which key orders are verified, from answer to answer. */
export interface FleetKeys {
  /**
   * The key of the first answer is pinned where none is. After that only what the pinned one has signed leads to another. Before the orders of the same
   * answer, which are signed by the last of them.
   */
  heard(answer: Pick<HeardAnswer, 'fleetKey' | 'successions'>): void;
  /** The heartbeat was refused as it was: an older node may have had it, which knows no such member. */
  refused(): void;
  /** The name of the pinned one; null: the platform would not understand it, or none is pinned. */
  toTell(): string | null;
}

export interface FleetKeyPorts {
  readonly pin: FleetPin;
  readonly refuse: Orders['refuse'];
  readonly store: Pick<Store, 'sql' | 'transaction'>;
  readonly audit: Audit;
  readonly log: Log;
}

/** By an index of these events alone (store/migrations/0035): the audit of years is not read through. */
export const LAST_TAKEN = `SELECT detail FROM audit
  WHERE event IN ('fleet.key-pinned', 'fleet.key-changed') AND disposition IN ('success', 'found')
  ORDER BY sequence DESC LIMIT 1`;

export function createFleetKeys({ pin, refuse, store, audit, log }: FleetKeyPorts): FleetKeys {
  let isAsked = false;
  /** Of the key whose row was seen last. */
  let audited: string | null = null;

  function take(event: 'fleet.key-pinned' | 'fleet.key-changed', key: PublicKey): void {
    const pinned = pin.pin(key);
    log({ level: pinned.ok ? 'info' : 'error', event, ...codeOf(pinned) });
    note(event, pinned.ok ? 'success' : pinned.fault.code, keyIdOf(key));
  }

  /** False: the row could not be written. */
  function note(
    event: 'fleet.key-pinned' | 'fleet.key-changed',
    disposition: string,
    keyId: string,
  ): boolean {
    const written = store.transaction(() => {
      audit.write({ event, actor: 'platform', subject: null, disposition, detail: keyId });
      return null;
    });
    return written.ok;
  }

  /**
   * The wizard of a first start and `npm run enrol` pin a key and have no audit to write to; so does whoever writes to the file. Looked at before the
   * orders of an answer are.
   */
  function noteWhatIsThere(): void {
    const there = pin.current();
    if (there === null) return;
    const keyId = keyIdOf(there);
    if (keyId === audited) return;
    const hasRow = store.sql(LAST_TAKEN).get()?.['detail'] === keyId;
    if (hasRow || note('fleet.key-pinned', 'found', keyId)) audited = keyId;
  }

  noteWhatIsThere();

  return {
    heard: ({ fleetKey, successions }) => {
      noteWhatIsThere();
      isAsked = successions !== undefined;
      const pinned = pin.current();
      if (pinned === null) {
        take('fleet.key-pinned', fleetKey);
        return;
      }
      const followed = followSuccessions(pinned, successions ?? []);
      for (const { statement, why } of followed.refused) {
        const noted = refuse(statement, why);
        if (!noted.ok) log({ level: 'error', event: 'fleet.not-noted', ...codeOf(noted) });
      }
      if (keyIdOf(followed.key) !== keyIdOf(pinned)) take('fleet.key-changed', followed.key);
    },
    refused: () => {
      isAsked = false;
    },
    toTell: () => {
      const pinned = isAsked ? pin.current() : null;
      return pinned === null ? null : keyIdOf(pinned);
    },
  };
}

function codeOf(result: Result<unknown, Fault>): { readonly code?: Fault['code'] } {
  return result.ok ? {} : { code: result.fault.code };
}
