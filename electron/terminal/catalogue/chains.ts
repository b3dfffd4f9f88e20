import { canonicalJson } from '#contract/canonical-json.ts';
import { chainSchema, type Chain } from '#contract/chain.ts';
import type { ChainSummary, ShownChain, ShownChainStep } from '#contract/chain-guide.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { ChosenStep } from '#contract/form/chain-form.ts';
import { paperKey } from '#contract/form/papers.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Log } from '../log.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import type { Store } from '../store/store.ts';
import { carryOut, type StoredChange } from '../store/stored-change.ts';
import type { AvailabilityOf } from './availability.ts';
import type { Catalogue } from './catalogue.ts';
import { find, findable, type Findable } from './find/find.ts';

/** The one-thing chains (一件事), as the platform has them, kept beside the items so that they work without it. */
export interface Chains {
  readonly changes: Changes;
  /** Rises with every change of them. */
  revision(): number;
  /** Those of which at least one item can be applied for here. */
  list(): ChainSummary[];
  find(words: string): ChainSummary[];
  /** Fault: `chain.unknown`. */
  guide(id: string): Result<ShownChain, Fault>;
  /** Fault: `chain.unknown`, also when one of the steps has no item here. */
  choose(id: string, orders: readonly number[]): Result<ChosenChain, Fault>;
  refresh(): Promise<void>;
  /** To be carried out at once: from then on they are these, whatever the platform lists. */
  usingPackage(chains: readonly Chain[]): StoredChange;
  close(): void;
}

export interface ChosenChain {
  readonly chain: Chain;
  readonly chosen: readonly ChosenStep[];
}

export interface ChainsPorts {
  readonly store: Store;
  readonly client: Pick<PlatformClient, 'listChains'>;
  readonly catalogue: Pick<Catalogue, 'items'>;
  readonly availabilityOf: AvailabilityOf;
  readonly clock: Clock;
  readonly log: Log;
}

export function createChains(ports: ChainsPorts): Chains {
  const { store, client, catalogue, availabilityOf, clock, log } = ports;
  let chains = readAll();
  const changes = createChanges();
  let revision = 0;
  let isClosed = false;
  let isPackaged = false;

  function readAll(): readonly Chain[] {
    return store
      .sql('SELECT id, body FROM catalogue_chain ORDER BY position')
      .all()
      .flatMap((row) => {
        const parsed = chainSchema.safeParse(JSON.parse(String(row['body'])));
        if (parsed.success) return [parsed.data];
        log({ level: 'error', event: 'catalogue.chain-broken', detail: String(row['id']) });
        return [];
      });
  }

  async function refresh(): Promise<void> {
    if (isPackaged) return;
    const answer = await client.listChains();
    if (isClosed || isPackaged) return;
    if (!answer.ok) {
      log({ level: 'warn', event: 'catalogue.chains-not-refreshed', code: answer.fault.code });
      return;
    }
    const kept = carryOut(store, [keeping(answer.value)]);
    if (!kept.ok) log({ level: 'error', event: 'catalogue.not-written', code: kept.fault.code });
  }

  function keeping(next: readonly Chain[]): StoredChange {
    if (canonicalJson(next) === canonicalJson(chains))
      return { write: () => undefined, swap: () => undefined };
    return {
      write: () => {
        store.sql('DELETE FROM catalogue_chain').run();
        for (const [position, chain] of next.entries()) {
          store
            .sql('INSERT INTO catalogue_chain (id, body, position, fetched_at_ms) VALUES (?, ?, ?, ?)')
            .run(chain.id, JSON.stringify(chain), position, clock.now());
        }
      },
      swap: () => {
        chains = next;
        revision += 1;
        changes.notify();
      },
    };
  }

  function usingPackage(next: readonly Chain[]): StoredChange {
    const { write, swap } = keeping(next);
    return {
      write,
      swap: () => {
        isPackaged = true;
        swap();
      },
    };
  }

  /** What is applied for here: the platform starts the automatic steps by itself. */
  function chosenOf(chain: Chain): ChosenStep[] {
    return chain.steps.flatMap((step): ChosenStep[] => {
      const item = step.kind === 'auto' ? undefined : itemOf(step.item);
      return item && item.channels.terminal !== 'guide' ? [{ step, item }] : [];
    });
  }

  function itemOf(shortCode: string | undefined): ServiceItem | undefined {
    return shortCode === undefined
      ? undefined
      : catalogue.items().find((item) => item.shortCode === shortCode);
  }

  function list(): ChainSummary[] {
    return chains.flatMap((chain) => {
      const applied = chosenOf(chain).length;
      const automatic = chain.steps.filter(({ kind }) => kind === 'auto').length;
      return applied === 0 ? [] : [{ id: chain.id, name: chain.name, items: applied + automatic }];
    });
  }

  function byId(id: string): Result<Chain, Fault> {
    const chain = chains.find((one) => one.id === id);
    return chain && chosenOf(chain).length > 0 ? ok(chain) : err(fault('chain.unknown'));
  }

  /** By its own name and by those of its steps and items. */
  function findableOf(chain: Chain): Findable {
    const items = chosenOf(chain).map(({ item }) => item);
    const [first] = items;
    if (!first) return { slug: chain.id, names: [], about: [] };
    const aliases = items.flatMap((item) => [item.name.zh, item.name.en, ...item.aliases]);
    return findable({ ...first, slug: chain.id, name: chain.name, aliases });
  }

  return {
    changes,
    revision: () => revision,
    list,
    find: (words) => {
      const listed = list();
      const found = find(chains.map(findableOf), words);
      return found.flatMap((id) => listed.filter((chain) => chain.id === id));
    },
    guide: (id) => {
      const chain = byId(id);
      if (!chain.ok) return chain;
      const chosen = chosenOf(chain.value);
      const steps = chain.value.steps.map(({ item: _code, ...step }): ShownChainStep => {
        const item = chosen.find((one) => one.step.order === step.order)?.item;
        if (!item) return step;
        const { slug, plain, timeLimits } = item;
        return { ...step, item: { slug, plain, timeLimits, availability: availabilityOf(item) } };
      });
      return ok({ id, name: chain.value.name, steps, papers: papersOf(chosen) });
    },
    choose: (id, orders) => {
      const chain = byId(id);
      if (!chain.ok) return chain;
      const chosen = chosenOf(chain.value).filter(({ step }) => orders.includes(step.order));
      return chosen.length === new Set(orders).size
        ? ok({ chain: chain.value, chosen })
        : err(fault('chain.unknown'));
    },
    refresh,
    usingPackage,
    close: () => {
      isClosed = true;
    },
  };
}

/** Each paper once; necessary where one of the items says so. */
function papersOf(chosen: readonly ChosenStep[]): ShownChain['papers'] {
  const papers = new Map<string, ShownChain['papers'][number]>();
  for (const material of chosen.flatMap(({ item }) => item.materials)) {
    const key = paperKey(material);
    const before = papers.get(key);
    if (!before || material.necessity === '1')
      papers.set(key, { name: material.name, necessity: material.necessity });
  }
  return [...papers.values()];
}
