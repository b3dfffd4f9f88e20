import { expect, test } from 'vitest';
import type { ServiceItem } from '#contract/item.ts';
import { coreItem } from '../../../tests/support/terminal-core.ts';
import { zhang } from '../../../tests/fixtures/items/answers.ts';
import { expectDone, standAtDesk, startVisit } from '../../../tests/support/visit-at-desk.ts';

const items: readonly [string, ServiceItem][] = [
  ['with a card page', coreItem()],
  ['without one', { ...coreItem(), identity: 'none' }],
];

test.each(items)('who comes back to the consents, %s, finds ticked what he ticked', (_name, item) => {
  const desk = startVisit(item, zhang);
  while (desk.step().kind !== 'consent') expectDone(desk.visits.back());
  expect(desk.step()).toMatchObject({ kind: 'consent', given: item.consents.map(({ id }) => id) });
});

test('nothing is ticked for anybody', () => {
  const { visits, step } = standAtDesk([coreItem()], []);
  expectDone(visits.begin({ slug: coreItem().slug, language: 'zh', requestId: crypto.randomUUID() }));
  expect(step()).toMatchObject({ kind: 'consent', given: [] });
});
