import type { Dictionary, DictionaryWord } from './dictionary-format.ts';
import { LEVEL_STEP } from './dictionary-format.ts';
import { canonicalSpelling, filingLetter, isInitial, soundAlike, soundAlikeInitial } from './pinyin.ts';

/** How letters stand for a syllable, best first; the number is also the order among equals. */
export const exact = 0;
export const alike = 1;
/** The last syllable, not typed to its end. */
export const unfinished = 2;
/** Only the initial: `zg` for 中国. */
export const abbreviated = 3;
export const noMatch = 255;
export type Likeness = number;

/** How well each syllable of the lexicon fits the same letters; indexed by the syllable's number. */
export type LikenessTable = Uint8Array;

export interface LexiconWord {
  readonly text: string;
  readonly syllables: readonly number[];
  readonly reading: readonly string[];
  /** Natural logarithm of the word's frequency. */
  readonly logFrequency: number;
  /** Position in the dictionary: the last word in every comparison, so that the order never wavers. */
  readonly rank: number;
}

export interface RankedName {
  readonly text: string;
  readonly syllables: readonly number[];
  readonly reading: readonly string[];
  /** 0 is the commonest. */
  readonly rank: number;
}

/** The dictionary, filed for lookup. Built once, in a Worker: it takes some 100 ms and 30 MB. */
export interface Lexicon {
  readonly syllables: readonly string[];
  /** Words by the filing letters of their syllables. */
  readonly words: ReadonlyMap<string, readonly LexiconWord[]>;
  /** Every beginning of a key of `words`: where to stop looking. */
  readonly wordKeyBeginnings: ReadonlySet<string>;
  readonly surnames: readonly RankedName[];
  readonly surnameTexts: ReadonlySet<string>;
  readonly givenNames: readonly RankedName[];
  /** Characters of given names; one entry for each reading. */
  readonly givenCharacters: readonly RankedName[];
  readonly givenRank: ReadonlyMap<string, number>;
  readonly inauspicious: ReadonlySet<string>;
  /** null when the letters stand for no syllable. */
  likeness(letters: string, atEnd: boolean, fuzzy: boolean): LikenessTable | null;
}

export function buildLexicon(dictionary: Dictionary): Lexicon {
  const syllables = [...new Set(dictionary.words.flatMap((word) => word.reading))].toSorted();
  const numberOf = new Map(syllables.map((syllable, number) => [syllable, number]));
  const numbers = (reading: readonly string[]) => reading.map((syllable) => numberOf.get(syllable) ?? -1);

  const words = new Map<string, LexiconWord[]>();
  const wordKeyBeginnings = new Set<string>();
  dictionary.words.forEach((word, rank) => {
    const key = filingKey(word.reading);
    const filed: LexiconWord = {
      text: word.text,
      syllables: numbers(word.reading),
      reading: word.reading,
      logFrequency: logFrequencyOf(word),
      rank,
    };
    const bucket = words.get(key);
    if (bucket === undefined) words.set(key, [filed]);
    else bucket.push(filed);
    for (let end = 1; end <= key.length; end += 1) wordKeyBeginnings.add(key.slice(0, end));
  });

  // Likeliest first, so that a search for the best word can stop early (word-candidates.ts).
  for (const bucket of words.values()) {
    bucket.sort((a, b) => b.logFrequency - a.logFrequency || a.rank - b.rank);
  }

  const named = (list: readonly { text: string; reading: readonly string[] }[]): RankedName[] =>
    list.map(({ text, reading }, rank) => ({ text, reading, syllables: numbers(reading), rank }));
  const givenRank = new Map(dictionary.givenCharacters.map((character, rank) => [character, rank]));
  const givenCharacters = dictionary.words.flatMap((word): RankedName[] => {
    const rank = givenRank.get(word.text);
    if (rank === undefined || word.reading.length !== 1) return [];
    return [{ text: word.text, reading: word.reading, syllables: numbers(word.reading), rank }];
  });

  return {
    syllables,
    words,
    wordKeyBeginnings,
    surnames: named(dictionary.surnames),
    surnameTexts: new Set(dictionary.surnames.map((surname) => surname.text)),
    givenNames: named(dictionary.givenNames),
    givenCharacters: givenCharacters.toSorted((a, b) => a.rank - b.rank),
    givenRank,
    inauspicious: new Set(dictionary.inauspicious),
    likeness: likenessTables(syllables),
  };
}

/** The middle of the word's level. */
function logFrequencyOf(word: DictionaryWord): number {
  return (word.level + 0.5) * LEVEL_STEP;
}

export function filingKey(reading: readonly string[]): string {
  return reading.map(filingLetter).join('');
}

/** More tables than letters that stand for something (about a thousand); what is above comes from slips. */
const MAX_KEPT_TABLES = 4_000;

/** Tables are made on demand and kept: a kiosk sees the same syllables all day. */
function likenessTables(syllables: readonly string[]): Lexicon['likeness'] {
  const kept = new Map<string, LikenessTable | null>();
  const known = syllables.map((text) => ({
    text,
    sound: soundAlike(text),
    beginningSound: soundAlikeInitial(text),
  }));
  const all = new Set(syllables);

  const make = (letters: string, atEnd: boolean, fuzzy: boolean): LikenessTable | null => {
    // Letters that are a syllable already (`zhe`) are seldom the beginning of a longer one (`zhen`).
    const beginning = all.has(letters) ? abbreviated : unfinished;
    const sound = soundAlike(letters);
    const beginningSound = soundAlikeInitial(letters);
    const lonely = isInitial(letters);
    const table = Uint8Array.from(known, (syllable): Likeness => {
      if (syllable.text === letters) return exact;
      if (fuzzy && syllable.sound === sound) return alike;
      if (lonely) return syllable.text.startsWith(letters) ? abbreviated : noMatch;
      if (!atEnd) return noMatch;
      if (syllable.text.startsWith(letters)) return beginning;
      return fuzzy && syllable.beginningSound.startsWith(beginningSound) ? beginning : noMatch;
    });
    return table.some((likeness) => likeness !== noMatch) ? table : null;
  };

  return (typed, atEnd, fuzzy) => {
    const letters = canonicalSpelling(typed);
    const key = `${letters}${atEnd ? '$' : ''}${fuzzy ? '~' : ''}`;
    const found = kept.get(key);
    if (found !== undefined) return found;
    const table = make(letters, atEnd, fuzzy);
    if (kept.size >= MAX_KEPT_TABLES) kept.clear();
    kept.set(key, table);
    return table;
  };
}
