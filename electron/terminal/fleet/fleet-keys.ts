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
  readonly store: Pick<Store, 'transaction'>;
  readonly audit: Audit;
  readonly log: Log;
}

export function createFleetKeys({ pin, refuse, store, audit, log }: FleetKeyPorts): FleetKeys {
  let isAsked = false;

  function take(event: 'fleet.key-pinned' | 'fleet.key-changed', key: PublicKey): void {
    const pinned = pin.pin(key);
    log({ level: pinned.ok ? 'info' : 'error', event, ...codeOf(pinned) });
    store.transaction(() => {
      const disposition = pinned.ok ? 'success' : pinned.fault.code;
      audit.write({ event, actor: 'platform', subject: null, disposition, detail: keyIdOf(key) });
    });
  }

  return {
    heard: ({ fleetKey, successions }) => {
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
