import { expect, it } from 'vitest';
import { helpPages } from '#contract/choices.ts';
import { helpPageOf } from './help-page.ts';
import type { View } from './screen-store.ts';

const guide: View = { name: 'guide', slug: 'hardship-allowance' };

it('says the kind of page, and nothing of what it is about', () => {
  expect(helpPageOf(null, { name: 'home' })).toBe('start');
  expect(helpPageOf(null, guide)).toBe('guide');
  expect(helpPageOf(null, { name: 'number', ticketId: 'x' })).toBe('queue');
  expect(helpPageOf({ kind: 'choosing', name: '张*国' }, guide)).toBe('guide');
  expect(helpPageOf({ kind: 'card', reader: 'looking' }, guide)).toBe('identity');
  expect(helpPageOf({ kind: 'blocked', reasons: [{ zh: '年龄', en: 'age' }] }, guide)).toBe('review');
  expect(helpPages).toContain(helpPageOf({ kind: 'consent', consents: [], given: [] }, guide));
});
