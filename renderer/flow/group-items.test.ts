import { expect, test } from 'vitest';
import type { ItemSummary } from '#contract/item.ts';
import { groupItems } from './group-items.ts';

const item = (slug: string, theme: string, office: string): ItemSummary => ({
  slug,
  version: '1',
  name: { zh: slug, en: slug },
  plain: { zh: slug, en: slug },
  theme: { zh: theme, en: theme, code: theme },
  department: { zh: office, en: office, uscc: office },
  caseType: '2',
});
const items = [
  item('newborn', 'birth', 'health'),
  item('marriage', 'marriage', 'civil-affairs'),
  item('fertility', 'birth', 'health'),
  item('allowance', 'elder', 'civil-affairs'),
];
const told = (by: 'theme' | 'department') =>
  groupItems(items, by).map(
    ({ key, items: inside }) => `${key}: ${inside.map(({ slug }) => slug).join(' ')}`,
  );

test('groups stand in the order in which the platform lists their first items', () => {
  expect(told('theme')).toEqual(['birth: newborn fertility', 'marriage: marriage', 'elder: allowance']);
  expect(told('department')).toEqual(['health: newborn fertility', 'civil-affairs: marriage allowance']);
});
