import type { HubSettings } from '#config/schema.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import { hubAddressSchema, type HubAddress, type Term } from '#contract/queue/member-api.ts';
import type { Store } from '../../store/store.ts';

/**
 * Who is the station's hub, as far as this terminal knows. Each time another terminal is made the hub, the term is one higher;
 * it stands in every exchange, and who hears a later one believes it. So an old hub that comes back learns from the first
 * member that it is none any more.
 */
export interface KnownHub extends Term {
  /** Of the one that this terminal took over from; null: from nobody. */
  readonly took: Took | null;
  /** Where the hub's door is, as it said itself; null: it did not. */
  readonly address: HubAddress | null;
}

export interface Took {
  /** The two digits of the hub before. */
  readonly from: string;
  readonly on: LocalDate;
  /** `192.168.1.10:8443` of the hub before, as this terminal's configuration names it. */
  readonly at: string;
  /** Its log has been read: all that it had given out is known. */
  readonly isHeard: boolean;
}

export interface Terms {
  /** Null: no hub was ever known here. */
  read(): KnownHub | null;
  /** Inside a transaction. */
  write(known: KnownHub): void;
  /** Inside a transaction. */
  forget(): void;
}

export function createTerms(store: Store): Terms {
  return {
    read: () => {
      const row = store.sql('SELECT * FROM queue_hub').get();
      if (row === undefined) return null;
      const address =
        row['address'] === null ? null : hubAddressSchema.parse(JSON.parse(String(row['address'])));
      const took =
        row['took_from'] === null
          ? null
          : {
              from: String(row['took_from']),
              on: String(row['took_on']),
              at: String(row['took_at']),
              isHeard: row['took_is_heard'] === 1,
            };
      return { term: Number(row['term']), hub: String(row['hub']), took, address };
    },
    write: ({ term, hub, took, address }) => {
      store
        .sql(
          `INSERT OR REPLACE INTO queue_hub (one, term, hub, took_from, took_on, took_at, took_is_heard, address)
           VALUES (1, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          term,
          hub,
          took?.from ?? null,
          took?.on ?? null,
          took?.at ?? null,
          took?.isHeard === true ? 1 : 0,
          address === null ? null : JSON.stringify(address),
        );
    },
    forget: () => {
      store.sql('DELETE FROM queue_hub').run();
    },
  };
}

/** Of two terminals that were made the hub at the same time, the one of the higher number is. */
export function isLater(a: Term, b: Term): boolean {
  return a.term > b.term || (a.term === b.term && a.hub > b.hub);
}

/**
 * What a member knows of its hub. One that was a hub itself, of another station or for the hour before its configuration was
 * right, has that in its store; told on, it would switch the real hub off.
 */
export function hubHeard(known: KnownHub | null, own: string): KnownHub | null {
  return known === null || known.hub === own ? null : known;
}

/** Of a hub that was made by nobody. */
export const FIRST_TERM = 1;

export const NO_TERM: Term = { term: 0, hub: '00' };

export type Role =
  | { readonly is: 'hub'; readonly known: KnownHub }
  | { readonly is: 'member'; readonly hub: HubSettings }
  /** It was the hub, and another terminal is; its configuration does not say so yet. */
  | { readonly is: 'replaced' };

/** What the configuration says, unless a technician has made this terminal the hub in the place of the one that stands there. */
export function roleOf(hub: HubSettings | null, known: KnownHub | null, own: string): Role {
  const isOwn = known !== null && known.hub === own;
  if (hub === null) {
    if (known === null)
      return { is: 'hub', known: { term: FIRST_TERM, hub: own, took: null, address: null } };
    return isOwn ? { is: 'hub', known } : { is: 'replaced' };
  }
  return isOwn && known.took?.at === addressOf(hub) ? { is: 'hub', known } : { is: 'member', hub };
}

export function addressOf({ host, port }: HubAddress): string {
  return `${host}:${port}`;
}
