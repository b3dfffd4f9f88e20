import { expect } from 'vitest';
import type { Chain } from '#contract/chain.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import type { ItemAnswers } from '../fixtures/items/answers.ts';
import { appliedSteps, chainAnswers } from '../fixtures/items/chain-answers.ts';
import { expectDone, standAtDesk, type VisitAtDesk } from './visit-at-desk.ts';
import { walkOn } from './walk-form.ts';

/** Through the one form of a chain, with the fixtures of its items. */

export const catalogue = loadCatalogue(catalogueDir);
export const items = [...catalogue.items.values()].map(({ item }) => item);

export const stepsOf = (chain: Chain) => appliedSteps(chain, items);
export const answersFor = (chain: Chain, card: IdentityDocument) => chainAnswers(stepsOf(chain), card);

export function begin(chain: Chain, orders: readonly number[], card: IdentityDocument): VisitAtDesk {
  const desk = standAtDesk(items, catalogue.chains);
  const { visits } = desk;
  expectDone(visits.beginChain({ id: chain.id, orders, language: 'zh', requestId: crypto.randomUUID() }));
  const step = desk.step();
  if (step.kind !== 'consent') throw new Error(step.kind);
  expect(new Set(step.consents.map(({ text }) => text.zh)).size, 'no consent stands twice').toBe(
    step.consents.length,
  );
  expectDone(visits.consent(step.consents.map(({ id }) => id)));
  desk.layCard(card);
  return desk;
}

/** To the check page, past the items that fall out; the questions that were asked. */
export function fillIn(desk: VisitAtDesk, fixture: ItemAnswers): string[] {
  const asked: string[] = [];
  for (;;) {
    asked.push(...walkOn(desk, fixture));
    if (desk.step().kind !== 'lost') return asked;
    expectDone(desk.visits.goOn());
  }
}
