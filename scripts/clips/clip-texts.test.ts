import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { clipIdSchema } from '#contract/speech.ts';
import { questionSchema, visitStepSchema } from '#contract/visit.ts';
import { progressPageSchema } from '#contract/progress.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { clipsOfPage, type Spoken } from '../../renderer/flow/speech/spoken-page.ts';
import type { View } from '../../renderer/flow/screen-store.ts';
import { loadTexts, textsOf } from '../../renderer/locale/locale-texts.ts';
import { clipsOfCall } from '../../renderer/board/call-clips.ts';
import { spokenEn } from '../../renderer/locale/spoken.en.ts';
import { spokenZh } from '../../renderer/locale/spoken.zh.ts';
import { callClips, chainClips, itemClips, pageClips } from './clip-texts.ts';

const renderer = join(import.meta.dirname, '../../renderer');
const { items, chains } = loadCatalogue(catalogueDir);
const zh = pageClips('zh', textsOf('zh'));

function said(step: object, slug: string): string[] {
  // Only what decides the clips.
  const visit = { item: { slug }, step } as Spoken['visit'];
  return clipsOfPage({ panel: null, view: { name: 'home' }, visit });
}

/** Every page of a visit, by the contract: a new kind without a clip does not pass. */
function everyPage(): string[] {
  const types = questionSchema.shape.type.options;
  const question = (type: string) => ({
    kind: 'question',
    page: { pageId: 'f', question: { type }, correction: {} },
  });
  const kinds = visitStepSchema.options.map(({ shape }) => shape.kind.value);
  const steps = kinds.flatMap((kind): object[] => {
    switch (kind) {
      case 'question':
        return types.map(question);
      case 'group':
        return [{ kind, page: { pageId: 'f' } }];
      case 'paper':
        return [{ kind, page: { paperId: 'p' } }];
      case 'card':
        return [
          { kind, reader: 'looking' },
          { kind, reader: 'read' },
        ];
      case 'progress':
        return progressPageSchema.options.map(({ shape }) => ({
          kind,
          page: {
            at: shape.at.value,
            entry: { known: 'platform', case: { afterwards: { interaction: { state: 'replied' } } } },
          },
        }));
      default:
        return [{ kind, canPutRight: true }];
    }
  });
  const panels = (['help', 'modes', 'to-window', 'leave'] as const).map((panel) => ({
    panel,
    view: { name: 'home' } as const,
  }));
  const views: View[] = [
    { name: 'home' },
    { name: 'find' },
    { name: 'guide', slug: 'x' },
    { name: 'chain', id: 'x' },
    { name: 'choose-steps', id: 'x' },
    { name: 'take-number', slug: null },
    { name: 'number-class', slug: null, line: 'A' },
    { name: 'number', ticketId: 'x' },
    { name: 'come-back' },
    { name: 'check-in' },
    { name: 'goodbye', submitted: true, hasReadCard: true },
  ];
  const screens = [...panels, ...views.map((view) => ({ panel: null, view }))];
  return [
    ...screens.flatMap((screen) => clipsOfPage({ ...screen, visit: null })),
    ...steps.flatMap((step) => said(step, 'x')),
  ];
}

/** `page.…` and how it is put together, wherever the screens name a clip. */
function namedInScreens(): string[] {
  const files = readdirSync(renderer, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /\.(vue|ts)$/.test(name),
  );
  return files
    .filter((name) => !name.includes('.test.') && !name.startsWith('locale'))
    .flatMap(
      (name) => readFileSync(join(renderer, name), 'utf8').match(/(?<=['`])page\.[a-z.-]+(?=['`$])/g) ?? [],
    );
}

describe('what is to be recorded', () => {
  test('is there for every page that is read aloud', () => {
    const pages = everyPage().filter((id) => id.startsWith('page.'));
    expect(pages.length).toBeGreaterThan(35);
    expect(pages.filter((id) => !zh.has(id))).toEqual([]);
  });

  test('is there for everything that a screen says besides, and for nothing that no screen says', () => {
    const named = namedInScreens();
    expect(named).toContain('page.idle');
    const pages = new Set(everyPage());
    const isSaid = (id: string) =>
      pages.has(id) ||
      named.some((name) => (name.endsWith('.') || name.endsWith('-') ? id.startsWith(name) : id === name));
    expect(named.filter((name) => ![...zh.keys()].some((id) => id.startsWith(name)))).toEqual([]);
    expect(Object.keys(spokenZh).filter((id) => !isSaid(id))).toEqual([]);
  });

  test('is there for every question, person of a group and paper of every item', () => {
    for (const { item } of items.values()) {
      const clips = itemClips('zh', item);
      const asked = item.form.sections.flatMap(({ fields }) =>
        fields.flatMap((field) =>
          field.type === 'group'
            ? [field.id, ...field.fields.map(({ id }) => `${field.id}.0.${id}`)]
            : [field.id],
        ),
      );
      const spoken = asked.flatMap((pageId) =>
        said({ kind: 'question', page: { pageId, question: { type: 'text' } } }, item.slug).filter((id) =>
          id.startsWith('item.'),
        ),
      );
      expect(
        spoken.filter((id) => !clips.has(id)),
        item.slug,
      ).toEqual([]);
    }
  });

  test('names buttons by the words that stand on them', async () => {
    const labelsIn = (words: object): string[] =>
      Object.values(words).flatMap((word: unknown) =>
        typeof word === 'string'
          ? [word.toLowerCase()]
          : typeof word === 'object' && word
            ? labelsIn(word)
            : [],
      );
    for (const [language, pages] of [
      ['zh', spokenZh],
      ['en', spokenEn],
    ] as const) {
      const labels = new Set(labelsIn((await loadTexts(language)).messages));
      const named = Object.values<string>(pages).flatMap((text) =>
        [...text.matchAll(/“([^”]*)”/g)].map(([, label = '']) => label),
      );
      expect(named.length).toBeGreaterThan(15);
      expect(named.filter((label) => !labels.has(label.toLowerCase()))).toEqual([]);
    }
  });

  test('who is asked whether he is there hears which button says so: another touch does not', async () => {
    for (const [language, pages] of [
      ['zh', spokenZh],
      ['en', spokenEn],
    ] as const) {
      const { messages } = await loadTexts(language);
      expect(pages['page.idle']).toContain(`“${messages.idle.stay}”`);
    }
  });

  test('is there for every number at every window', () => {
    const calls = callClips('zh');
    const numbers = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'].map((letter) => `${letter}149`);
    const windows = Array.from({ length: 60 }, (_, index) => String(index + 1));
    const said = [
      ...numbers.flatMap((number) => clipsOfCall(number, '1')),
      ...windows.flatMap((window) => clipsOfCall('A023', window)),
    ];
    expect(said.filter((id) => !calls.has(id))).toEqual([]);
    expect([...calls.keys()].filter((id) => !said.includes(id) && !/digit/.test(id))).toEqual([]);
    expect(callClips('en').size).toBe(0);
  });

  test('has names that a package may use, and says something under each', () => {
    const all = [
      ...zh,
      ...callClips('zh'),
      ...chainClips('zh', chains),
      ...[...items.values()].flatMap(({ item }) => [...itemClips('zh', item)]),
    ];
    expect(all.filter(([id]) => !clipIdSchema.safeParse(id).success)).toEqual([]);
    expect(all.filter(([, text]) => text.trim() === '' || text.includes('{'))).toEqual([]);
  });

  test('is as much in English as in Chinese, and in Uyghur nothing that a speaker could read yet', async () => {
    const en = pageClips('en', await loadTexts('en'));
    expect([...en.keys()].sort()).toEqual([...zh.keys()].sort());
    expect(pageClips('ug', textsOf('zh')).size).toBe(0);
    for (const { item } of items.values()) expect(itemClips('ug', item).size).toBe(0);
  });

  test('is this much: none of it comes with the program', () => {
    const ofItems = [...items.values()].reduce((sum, { item }) => sum + itemClips('zh', item).size, 0);
    expect({ pages: Object.keys(spokenZh).length, chains: chainClips('zh', chains).size }).toEqual({
      pages: 62,
      chains: 4,
    });
    expect(ofItems).toBeGreaterThan(250);
  });
});
