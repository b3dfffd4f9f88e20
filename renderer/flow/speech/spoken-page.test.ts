import { expect, test } from 'vitest';
import { clipIdSchema } from '#contract/speech.ts';
import { clipsOfPage } from './spoken-page.ts';

const home = { name: 'home' } as const;
const item = { slug: 'fertility-registration' };
// Only what decides the clips; the rest of a snapshot says nothing here.
const at = (step: object) =>
  clipsOfPage({
    panel: null,
    view: home,
    visit: { item, step } as Parameters<typeof clipsOfPage>[0]['visit'],
  });

test('a question is said by its own clip, and then how to answer it', () => {
  expect(at({ kind: 'question', page: { pageId: 'mobile', question: { type: 'phone' } } })).toEqual([
    'item.fertility-registration.field.mobile',
    'page.question.phone',
  ]);
});

test('each person of a group is asked by the same clip', () => {
  const first = at({
    kind: 'question',
    page: { pageId: 'children.0.childName', question: { type: 'name' } },
  });
  const second = at({
    kind: 'question',
    page: { pageId: 'children.1.childName', question: { type: 'name' } },
  });
  expect(second).toEqual(first);
  for (const id of first) expect(clipIdSchema.safeParse(id).success).toBe(true);
});

test('a question that must be corrected is said so, before how to answer it', () => {
  const reason = { zh: '少了门牌号', en: 'No door number' };
  const page = { pageId: 's2xmobile', question: { type: 'phone' }, correction: reason };
  expect(at({ kind: 'question', page })).toEqual([
    'item.fertility-registration.field.mobile',
    'page.correction',
    'page.question.phone',
  ]);
});

test('a paper is said by its own name', () => {
  expect(at({ kind: 'paper', page: { paperId: 'hukou' } })).toEqual([
    'item.fertility-registration.paper.hukou',
    'page.paper',
  ]);
});

test('a chain is said by its name, and a case that was answered says so', () => {
  expect(clipsOfPage({ panel: null, view: { name: 'chain', id: 'newborn' }, visit: null })).toEqual([
    'chain.newborn.name',
    'page.chain',
  ]);
  const answered = (state: string) => ({
    kind: 'progress',
    page: { at: 'case', entry: { known: 'platform', case: { afterwards: { interaction: { state } } } } },
  });
  expect(at(answered('replied'))).toEqual(['page.progress-case', 'page.reply']);
  expect(at(answered('waiting'))).toEqual(['page.progress-case']);
});

test('the card page says another thing once the card was read', () => {
  expect(at({ kind: 'card', reader: 'looking' })).toEqual(['page.card']);
  expect(at({ kind: 'card', reader: 'read' })).toEqual(['page.card-read']);
});

test('a panel is said before the page that waits behind it', () => {
  expect(clipsOfPage({ panel: 'help', view: home, visit: null })).toEqual(['page.help']);
  expect(clipsOfPage({ panel: null, view: { name: 'guide', slug: 'x' }, visit: null })).toEqual([
    'item.x.name',
    'page.guide',
  ]);
});
