import type { Clock } from '#contract/ports.ts';
import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';

/** Why somebody at the LAN door was sent away; an audit row's disposition. */
export type DoorRefusal =
  | 'no-admission'
  | 'admission-revoked'
  | 'session-over'
  | 'session-of-another-browser'
  | 'another-role'
  | 'foreign-origin'
  | 'foreign-host'
  /** A member in another one's name. */
  | 'forged-sender'
  | 'malformed'
  | 'too-large'
  | 'too-many'
  /** A member with other lines or blocks than the hub's. */
  | 'hub-refuses'
  /** A member that asks a terminal that is no hub. */
  | 'hub-replaced';

export interface Refusals {
  /** `who`: the browser's name, or the address of one that has none. `what`: a path or procedure, never what was sent. */
  add(why: DoorRefusal, who: string, what: string): void;
  /** Writes down what was only counted and is over; to be called now and then. */
  flush(): void;
}

/** Of the same refusal one row in this time, in milliseconds; what comes in between is counted. */
export const REFUSALS_COUNTED_FOR_MS = 60_000;
/** Different refusals at a time; what is more than that is counted together. A flood must not fill the disk. */
const MOST_KINDS = 50;
const MAX_WHAT_CHARS = 80;

interface Counted {
  readonly why: DoorRefusal;
  readonly who: string;
  readonly what: string;
  readonly sinceMs: number;
  more: number;
}

export function createRefusals(ports: {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
}): Refusals {
  const { clock } = ports;
  const counted = new Map<string, Counted>();

  function write(why: DoorRefusal, who: string, what: string, times: number): void {
    const detail = times === 1 ? what : `${what}, ${times} times`;
    ports.log({
      level: 'warn',
      event: 'access.refused',
      code: 'api.forbidden',
      detail: `${why} ${who} ${detail}`,
    });
    ports.store.transaction(() => {
      ports.audit.write({
        event: 'access.refused',
        actor: 'terminal',
        subject: who,
        disposition: why,
        detail,
      });
    });
  }

  return {
    add: (why, who, what) => {
      const asked = what.slice(0, MAX_WHAT_CHARS);
      const key = `${why} ${who}`;
      const known = counted.get(key);
      if (known) {
        known.more += 1;
        return;
      }
      const isTooMany = counted.size >= MOST_KINDS;
      const rest = counted.get('rest');
      if (isTooMany && rest) {
        rest.more += 1;
        return;
      }
      const entry = {
        why,
        who: isTooMany ? 'several' : who,
        what: asked,
        sinceMs: clock.monotonicMs(),
        more: 0,
      };
      counted.set(isTooMany ? 'rest' : key, entry);
      write(entry.why, entry.who, entry.what, 1);
    },
    flush: () => {
      for (const [key, { why, who, what, sinceMs, more }] of counted) {
        if (clock.monotonicMs() - sinceMs < REFUSALS_COUNTED_FOR_MS) continue;
        counted.delete(key);
        if (more > 0) write(why, who, what, more);
      }
    },
  };
}
