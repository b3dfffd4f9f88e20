import { describe, expect, it } from 'vitest';
import {
  decodeDictionary,
  encodeDictionary,
  levelOfFrequency,
  type Dictionary,
} from './dictionary-format.ts';
import text from './data/dictionary.txt?raw';
import { dictionary } from './test-lexicon.ts';

const small: Dictionary = {
  words: [
    { text: '重', reading: ['zhong'], level: 15 },
    { text: '庆', reading: ['qing'], level: 12 },
    { text: '重', reading: ['chong'], level: 9 },
    { text: '㛃', reading: ['jie'], level: 0 },
    { text: '𬱖', reading: ['di'], level: 0 },
    { text: '庆重', reading: ['qing', 'zhong'], level: 11 },
    { text: '重庆', reading: ['chong', 'qing'], level: 11 },
    { text: '重重重', reading: ['chong', 'zhong', 'chong'], level: 2 },
  ],
  surnames: [{ text: '欧阳', reading: ['ou', 'yang'] }],
  givenNames: [{ text: '庆庆', reading: ['qing', 'qing'] }],
  givenCharacters: ['庆'],
  inauspicious: ['死'],
};

describe('the dictionary as text', () => {
  it('comes back as it went, with the reading of each character of a phrase', () => {
    const back = decodeDictionary(encodeDictionary(small));
    const key = (word: { text: string; reading: readonly string[]; level: number }) =>
      `${word.text} ${word.reading.join(' ')} ${word.level}`;
    expect(back.words.map(key).toSorted()).toEqual(small.words.map(key).toSorted());
    expect(back).toMatchObject({ ...small, words: expect.anything() as unknown });
  });

  it('is refused when a phrase reads a character as no entry does', () => {
    const wrong = { ...small, words: [...small.words, { text: '庆庆', reading: ['qing', 'da'], level: 1 }] };
    expect(() => encodeDictionary(wrong)).toThrow('庆');
  });

  it('is refused when it is something else', () => {
    expect(() => decodeDictionary('')).toThrow();
    expect(() => decodeDictionary('<!doctype html><title>404</title>')).toThrow();
    expect(() => decodeDictionary('*ABC Z一')).toThrow();
  });

  it('files frequencies on a logarithmic scale of 26 letters', () => {
    expect(levelOfFrequency(0)).toBe(0);
    expect(levelOfFrequency(4_828_294)).toBeLessThanOrEqual(25);
    expect(levelOfFrequency(Number.MAX_SAFE_INTEGER)).toBe(25);
  });
});

describe('the committed dictionary', () => {
  it('stays small enough to load while the first key is touched', () => {
    expect(new TextEncoder().encode(text).length).toBeLessThan(600_000);
  });

  it('has a reading for every character of every word', () => {
    const broken = dictionary.words.filter(
      (word) => word.reading.length !== [...word.text].length || word.reading.some((part) => part === ''),
    );
    expect(broken).toEqual([]);
    expect(dictionary.words.length).toBeGreaterThan(70_000);
  });

  it('reads every surname and given name with syllables that it knows', () => {
    const known = new Set(dictionary.words.flatMap((word) => word.reading));
    const names = [...dictionary.surnames, ...dictionary.givenNames];
    expect(names.filter((name) => !name.reading.every((syllable) => known.has(syllable)))).toEqual([]);
    expect(names.filter((name) => name.reading.length !== [...name.text].length)).toEqual([]);
    expect(dictionary.surnames.length).toBeGreaterThan(400);
    expect(dictionary.givenNames.length).toBeGreaterThan(400);
  });
});
