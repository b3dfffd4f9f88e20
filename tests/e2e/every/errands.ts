import type { IdentityDocument } from '../../../contract/identity.ts';
import { catalogueDir, loadCatalogue } from '../../../platform/catalogue/load-catalogue.ts';
import {
  FIXTURE_NOW_MS,
  itemAnswers,
  li,
  wang,
  zhang,
  type ItemAnswers,
} from '../../fixtures/items/answers.ts';
import { appliedSteps, chainAnswers } from '../../fixtures/items/chain-answers.ts';
import type { TouchedAnswers } from '../any-item.ts';

/**
 * What becomes of it while the platform cannot be reached: the station receives it (of a chain, at least one step); it
 * is filled in and kept for a day; or it cannot be begun.
 */
export type WithoutLine = 'received' | 'kept' | 'waits';

/** What somebody comes for: an item of the catalogue or a chain, and what this person will answer. */
export interface Errand {
  readonly kind: 'item' | 'chain';
  /** The slug of the item, the id of the chain. */
  readonly name: string;
  /** Whose card lies on the reader; null: nobody is asked who he is. */
  readonly person: string | null;
  readonly withoutLine: WithoutLine;
  readonly answers: () => TouchedAnswers;
}

const onReader = { [zhang.number]: 'zhang-jianguo', [li.number]: 'li-xiumei', [wang.number]: 'wang-lei' };
const withoutLineOf = { 'store-and-forward': 'received', 'draft-only': 'kept', none: 'waits' } as const;
const WEEK_MS = 7 * 86_400_000;
/** Who may apply for every step of it. */
const applicants: Readonly<Record<string, IdentityDocument>> = {
  'marriage-childbirth': wang,
  newborn: li,
  'comprehensive-aid': wang,
  vulnerable: zhang,
};

const catalogue = loadCatalogue(catalogueDir);
const items = [...catalogue.items.values()].map(({ item }) => item);

/** All of the catalogue: what is not here was not seen. */
export const errands: readonly Errand[] = [
  ...items.map((item): Errand => {
    const fixture = itemAnswers[item.slug];
    if (!fixture) throw new Error(`no answers for ${item.slug}`);
    return {
      kind: 'item',
      name: item.slug,
      person: item.identity === 'none' ? null : personOf(fixture.card),
      withoutLine: withoutLineOf[item.offline.mode],
      answers: () => answersNow(fixture),
    };
  }),
  ...catalogue.chains.map((chain): Errand => {
    const card = applicants[chain.id];
    if (!card) throw new Error(`nobody applies for ${chain.id}`);
    const steps = appliedSteps(chain, items);
    return {
      kind: 'chain',
      name: chain.id,
      person: personOf(card),
      // Of several together no draft is kept (docs/decisions/0025).
      withoutLine: steps.some(({ item }) => item.offline.mode === 'store-and-forward') ? 'received' : 'waits',
      answers: () => answersNow(chainAnswers(steps, card)),
    };
  }),
];

function personOf(card: IdentityDocument): string {
  return onReader[card.number] ?? 'nobody';
}

/** Days to come are as far away as they were when the answers were written, on the same day of the week. */
function answersNow({ answers }: ItemAnswers): TouchedAnswers {
  const weeks = Math.ceil((Date.now() - FIXTURE_NOW_MS) / WEEK_MS);
  return Object.fromEntries(
    Object.entries(answers).map(([id, answer]) => {
      const isDay = typeof answer === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(answer);
      if (!isDay || Date.parse(answer) < FIXTURE_NOW_MS) return [id, answer];
      return [id, new Date(Date.parse(answer) + weeks * WEEK_MS).toISOString().slice(0, 10)];
    }),
  );
}
