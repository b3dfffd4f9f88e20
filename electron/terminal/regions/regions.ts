import { createHash } from 'node:crypto';
import type { Address } from '#contract/answers.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { Clock } from '#contract/ports.ts';
import { MAX_CHILDREN, type RegionLevels } from '#contract/region.ts';
import { regionTableSchema, type RegionTable } from '#contract/region-table.ts';
import type { StationInfo } from '#contract/station.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import type { Store } from '../store/store.ts';
import { addressOf, regionTree, type RegionTree } from './region-tree.ts';

/** What addresses are chosen from: the platform's table, kept so that it works all day without the platform. */
export interface Regions {
  /** Of a code that is not in the table, as of null: the top. */
  levels(code: string | null): RegionLevels;
  /** A written address, with the levels that it begins with told apart. */
  addressOf(text: string): Address;
  refresh(): Promise<void>;
  close(): void;
}

export interface RegionsPorts {
  readonly area: StationInfo['area'];
  readonly store: Store;
  readonly client: Pick<PlatformClient, 'getRegions'>;
  readonly clock: Clock;
  readonly log: Log;
}

export function createRegions({ area, store, client, clock, log }: RegionsPorts): Regions {
  let table: RegionTable | null = read();
  let tree = regionTree(table?.regions ?? []);
  let isClosed = false;

  function read(): RegionTable | null {
    const row = store.sql('SELECT body FROM region_table').get();
    if (row === undefined) return null;
    const parsed = regionTableSchema.safeParse(JSON.parse(String(row['body'])));
    if (parsed.success) return parsed.data;
    // Of another release: the platform has it, and is asked for it as if there were none.
    log({ level: 'error', event: 'regions.not-understood' });
    return null;
  }

  async function refresh(): Promise<void> {
    const answer = await client.getRegions(table?.sha256 ?? null);
    if (isClosed) return;
    if (!answer.ok) {
      log({ level: 'warn', event: 'regions.not-refreshed', code: answer.fault.code });
      return;
    }
    // A platform that has none any more has mislaid it: what lay where yesterday lies there today.
    if (answer.value.state !== 'table') return;
    const { table: fetched } = answer.value;
    if (hashOf(fetched) === fetched.sha256) keep(fetched);
    else log({ level: 'error', event: 'regions.refused', code: 'regions.broken' });
  }

  function keep(fetched: RegionTable): void {
    const written = store.transaction(() => {
      store
        .sql('INSERT OR REPLACE INTO region_table (one, body, fetched_at_ms) VALUES (1, ?, ?)')
        .run(JSON.stringify(fetched), clock.now());
      return null;
    });
    if (!written.ok) {
      log({ level: 'error', event: 'regions.not-written', code: written.fault.code });
      return;
    }
    table = fetched;
    tree = regionTree(fetched.regions);
  }

  function levels(code: string | null): RegionLevels {
    const path = code === null ? [] : tree.path(code);
    const own = ownStreet(tree, area);
    const isOwn = new Set(own === null ? [] : tree.path(own).map((region) => region.code));
    const children = tree.children(path.at(-1)?.code ?? null);
    return {
      path,
      children: [
        ...children.filter((each) => isOwn.has(each.code)),
        ...children.filter((each) => !isOwn.has(each.code)),
      ].slice(0, MAX_CHILDREN),
      own,
    };
  }

  return {
    levels,
    addressOf: (text) => addressOf(tree, text),
    refresh,
    close: () => {
      isClosed = true;
    },
  };
}

function hashOf({ regions }: RegionTable): string {
  return createHash('sha256').update(canonicalJson(regions)).digest('hex');
}

/** By its name: a station is configured in words, as they stand on its door. */
function ownStreet(tree: RegionTree, { region, street }: StationInfo['area']): string | null {
  const found = addressOf(tree, region + street);
  return found.street === street && found.detail === '' ? (found.code ?? null) : null;
}
