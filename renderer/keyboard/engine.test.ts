import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_INPUT_LETTERS, lookUp } from './engine.ts';
import { canonicalSpelling, isInitial, soundAlike, soundAlikeInitial } from './pinyin.ts';
import { candidatesFor, dictionary, lexicon, textsFor } from './test-lexicon.ts';

describe('text', () => {
  it.each([
    ['zhongguo', '中国'],
    ['shenfenzheng', '身份证'],
    ['shifoujiehun', '是否结婚'],
    ['wodediannaohuaile', '我的电脑坏了'],
    ["xi'an", '西安'],
    ['zhongguoren', '中国人'],
    ['nver', '女儿'],
    ['nyu', '女'],
  ])('offers for %s first %s', (input, expected) => {
    expect(textsFor(input, 'text')[0]).toBe(expected);
  });

  it('knows phrases by their initials', () => {
    expect(textsFor('zg', 'text').slice(0, 3)).toContain('中国');
    expect(textsFor('sfz', 'text').slice(0, 3)).toContain('身份证');
  });

  it('offers both ways to cut xian into syllables', () => {
    const texts = textsFor('xian', 'text').slice(0, 12);
    expect(texts).toContain('先');
    expect(texts).toContain('西安');
  });

  it('takes sounds for each other that many do not tell apart', () => {
    expect(textsFor('zongguo', 'text')[0]).toBe('中国');
    expect(textsFor('lanjing', 'text')).toContain('南京');
    expect(textsFor('senfenzen', 'text')[0]).toBe('身份证');
  });

  it('gives few as the beginning of many: a page that was shown stands when the rest comes', () => {
    for (const input of ['w', 'zh', 'li', 'zhongguo', 'ouyangxiu']) {
      const query = { input, purpose: 'name', fuzzy: true } as const;
      const all = lookUp(lexicon, { ...query, maxCandidates: 800 }).candidates;
      expect(lookUp(lexicon, { ...query, maxCandidates: 60 }).candidates).toEqual(all.slice(0, 60));
    }
  });

  it('does not when fuzzy sounds are switched off', () => {
    const { candidates } = lookUp(lexicon, {
      input: 'zongguo',
      purpose: 'text',
      fuzzy: false,
      maxCandidates: 480,
    });
    expect(candidates.map((candidate) => candidate.text)).not.toContain('中国');
  });

  it('puts the exact sound before the one that is only alike', () => {
    const texts = textsFor('si', 'text');
    expect(texts[0]).toBe('四');
    expect(texts.indexOf('四')).toBeLessThan(texts.indexOf('是'));
  });

  it('leaves the rest of the letters when only the first characters are chosen', () => {
    const first = candidatesFor('zhongguoren', 'text').find((candidate) => candidate.text === '中');
    expect(first).toMatchObject({ consumed: 'zhong'.length, reading: ['zhong'] });
    expect(textsFor('guoren', 'text')).toContain('国人');
  });

  it('reaches every character by each of its readings', () => {
    for (const syllable of lexicon.syllables) {
      const offered = new Set(textsFor(syllable, 'text'));
      const lost = dictionary.words.filter(
        (word) => word.reading.length === 1 && word.reading[0] === syllable && !offered.has(word.text),
      );
      expect(lost).toEqual([]);
    }
  });

  it('has no syllables n, m and ng', () => {
    expect(lexicon.syllables.filter((syllable) => /^(n|m|ng|hm|hng)$/.test(syllable))).toEqual([]);
    expect(textsFor('n', 'text')[0]).toBe('你');
    expect(textsFor('ng', 'text')).not.toContain('嗯');
  });

  it('offers nothing for letters that begin no syllable', () => {
    expect(textsFor('i', 'text')).toEqual([]);
    expect(textsFor('', 'text')).toEqual([]);
    expect(textsFor('张', 'text')).toEqual([]);
  });
});

const typed = fc.oneof(
  fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz'), maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(...'zcshaoeinug'), maxLength: 80 }),
  fc.string({ unit: fc.constantFrom(..."yiang'"), maxLength: 80 }),
  fc.array(fc.constantFrom(...lexicon.syllables), { maxLength: 20 }).map((parts) => parts.join('')),
);
const purposes = fc.constantFrom('text', 'name', 'given-name');

describe('any letters', () => {
  it('give a bounded list whose readings are what was typed, and the same list again', () => {
    fc.assert(
      fc.property(typed, purposes, (input, purpose) => {
        const query = { input, purpose, fuzzy: true, maxCandidates: 100 } as const;
        const answer = lookUp(lexicon, query);
        expect(answer.candidates.length).toBeLessThanOrEqual(100);
        expect(new Set(answer.candidates.map((candidate) => candidate.text)).size).toBe(
          answer.candidates.length,
        );
        for (const { text, reading, consumed } of answer.candidates) {
          expect(consumed).toBeGreaterThan(0);
          expect(consumed).toBeLessThanOrEqual(Math.min(input.length, MAX_INPUT_LETTERS));
          expect(reading).toHaveLength([...text].length);
          const letters = input.slice(0, consumed);
          const isLast = consumed === Math.min(input.length, MAX_INPUT_LETTERS);
          if (!stands(reading, letters, isLast)) {
            expect.fail(`${text} (${reading.join(' ')}) does not stand for ${letters}`);
          }
        }
        expect(lookUp(lexicon, query)).toEqual(answer);
      }),
      { numRuns: 300 },
    );
  });

  it('lose no letter when they are shown as syllables', () => {
    fc.assert(
      fc.property(typed, (input) => {
        const { syllables } = lookUp(lexicon, { input, purpose: 'text', fuzzy: true, maxCandidates: 1 });
        const usable = input.startsWith("'") ? '' : input.slice(0, MAX_INPUT_LETTERS);
        expect(syllables.join('')).toBe(usable.replaceAll("'", ''));
      }),
    );
  });
});

/** Whether the letters can be read as the syllables; written independently of the engine. */
function stands(reading: readonly string[], letters: string, isLast: boolean): boolean {
  const rest = letters.replace(/^'+/, '');
  const [syllable, ...others] = reading;
  if (syllable === undefined) return rest === '';
  for (let length = 1; length <= Math.min(6, rest.length); length += 1) {
    const piece = rest.slice(0, length);
    const spelled = canonicalSpelling(piece);
    const isEnd = isLast && others.length === 0 && length === rest.replace(/'+$/, '').length;
    const fits =
      soundAlike(syllable) === soundAlike(spelled) ||
      (isInitial(spelled) && syllable.startsWith(spelled)) ||
      (isEnd && soundAlikeInitial(syllable).startsWith(soundAlikeInitial(spelled)));
    if (fits && stands(others, rest.slice(length), isLast)) return true;
  }
  return false;
}
