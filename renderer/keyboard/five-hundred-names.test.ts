import { describe, expect, it } from 'vitest';
import { layOutCandidates } from './candidate-pages.ts';
import { fiveHundredNames } from './five-hundred-names.ts';
import { dictionary, textsFor } from './test-lexicon.ts';

/** The bar of a 21.5" panel that hangs level; upright it is wider (mm). */
const NARROWER_BAR_MM = 203;

const names = fiveHundredNames();

function isOnFirstPage(text: string, letters: string): boolean {
  const texts = textsFor(letters, 'name');
  const page = layOutCandidates(texts, NARROWER_BAR_MM, 2)[0] ?? [];
  return page.flat().some((cell) => texts[cell.index] === text);
}

/** The share of names on the first page when each syllable is typed as `spell` says; every `step`th name. */
function found(spell: (syllable: string) => string, step: number) {
  const sample = names.filter((_name, index) => index % step === 0);
  const missed = sample.filter(({ name, syllables }) => !isOnFirstPage(name, syllables.map(spell).join('')));
  return { share: 1 - missed.length / sample.length, missed: missed.map(({ name }) => name).join(' ') };
}

describe('five hundred names', () => {
  it('are five hundred different ones, compound surnames among them', () => {
    expect(new Set(names.map(({ name }) => name)).size).toBe(500);
    expect(names.some(({ name }) => name.startsWith('欧阳'))).toBe(true);
  });

  it('stand on the first page for their pinyin, 98 of 100 at least', () => {
    const { share, missed } = found((syllable) => syllable, 1);
    expect(share, missed).toBeGreaterThanOrEqual(0.98);
  });

  it('stand there for who does not curl the tongue: zang for zhang, cen for chen', () => {
    const { share, missed } = found((syllable) => syllable.replace(/^([zcs])h/, '$1'), 5);
    expect(share, missed).toBeGreaterThanOrEqual(0.98);
  });

  it('stand there for who says n for l', () => {
    const { share, missed } = found((syllable) => syllable.replace(/^l/, 'n'), 5);
    expect(share, missed).toBeGreaterThanOrEqual(0.98);
  });

  it('stand there, 19 of 20, for who does not tell -n from -ng, though 杨 and 严 become one', () => {
    const { share, missed } = found((syllable) => syllable.replace(/(?<=[aei])ng$/, 'n'), 5);
    expect(share, missed).toBeGreaterThanOrEqual(0.95);
  });
});

describe('a character that stands in no list of names', () => {
  it('is offered in a name all the same, by each of its readings, behind the usual ones', () => {
    const rare = dictionary.words.filter(({ reading }, index) => reading.length === 1 && index % 197 === 0);
    const lost = rare.filter(({ text, reading }) => {
      const [syllable = ''] = reading;
      return !textsFor(syllable, 'given-name').includes(text) || !textsFor(syllable, 'name').includes(text);
    });
    expect(lost.map(({ text, reading }) => `${text} ${reading.join(' ')}`)).toEqual([]);
  });
});
