import type { Lexicon } from './lexicon.ts';
import { isCompoundSurname, leadingSurnames, wholeNames, type FoundName } from './name-candidates.ts';
import { spell, type Spelling } from './spelling.ts';
import {
  compareFound,
  leadingWords,
  likeliestSentence,
  syllablesForDisplay,
  wordsFrom,
  type FoundWord,
} from './word-candidates.ts';

/** More letters than that are not looked at: 64 letters are a sentence of 20 characters. */
export const MAX_INPUT_LETTERS = 64;

export interface PinyinQuery {
  /** Lower-case letters a–z; an apostrophe parts syllables (xi'an). Other signs end the input. */
  readonly input: string;
  /** `name`: a person's whole name; `given-name`: what follows a surname already in the field. */
  readonly purpose: 'text' | 'name' | 'given-name';
  /** Take sounds for each other that many speakers do not tell apart (pinyin.ts, soundAlike). */
  readonly fuzzy: boolean;
  readonly maxCandidates: number;
}

export interface Candidate {
  readonly text: string;
  /** One syllable for each character. */
  readonly reading: readonly string[];
  /** How many letters of the input it stands for; the rest stays to be chosen. */
  readonly consumed: number;
}

export interface PinyinAnswer {
  /** The input cut into syllables, to show while typing. */
  readonly syllables: readonly string[];
  readonly candidates: readonly Candidate[];
}

/** So many whole names, then the surnames: who does not see the name chooses the surname and types on. */
const NAMES_BEFORE_SURNAMES = 9;

/** Candidates for the input, likeliest first; the same input always gives the same list. */
export function lookUp(lexicon: Lexicon, query: PinyinQuery): PinyinAnswer {
  const input = usableInput(query.input);
  if (input === '') return { syllables: [], candidates: [] };
  const spelling = spell(lexicon, input, query.fuzzy);
  const found = wordsFrom(lexicon, spelling, 0);
  const ordered =
    query.purpose === 'text'
      ? textCandidates(lexicon, spelling, found)
      : nameCandidates(lexicon, spelling, found, query.purpose === 'name' ? 'whole' : 'given');
  return {
    syllables: syllablesForDisplay(spelling),
    candidates: withoutDoubles(ordered, query.maxCandidates),
  };
}

/** An apostrophe at the start parts nothing. */
function usableInput(raw: string): string {
  const letters = /^[a-z']*/.exec(raw.slice(0, MAX_INPUT_LETTERS))?.[0] ?? '';
  return letters.startsWith("'") ? '' : letters;
}

const ofWord = ({ word, end }: FoundWord): Candidate => ({
  text: word.text,
  reading: word.reading,
  consumed: end,
});

const ofName = ({ text, reading, end }: FoundName): Candidate => ({ text, reading, consumed: end });

function textCandidates(lexicon: Lexicon, spelling: Spelling, found: readonly FoundWord[]): Candidate[] {
  const length = spelling.input.length;
  const whole = roomForRareCharacters(
    found
      .filter((candidate) => candidate.end === length)
      .map((candidate) => withoutOmen(lexicon, candidate))
      .toSorted(compareFound),
  );
  const sentence = likeliestSentence(lexicon, spelling);
  const chain: Candidate[] =
    sentence === null || sentence.words.length < 2
      ? []
      : [
          {
            text: sentence.words.map((word) => word.text).join(''),
            reading: sentence.words.flatMap((word) => word.reading),
            consumed: length,
          },
        ];
  const better = whole.filter((candidate) => sentence !== null && candidate.score >= sentence.score);
  return [
    ...better.map(ofWord),
    ...chain,
    ...whole.slice(better.length).map(ofWord),
    ...leadingWords(spelling, found).map(ofWord),
  ];
}

/** Of words that only sound alike or are longer than typed, so many: a page's or two. */
const MAX_INEXACT = 60;

/** `yi` alone is the reading of hundreds of characters, and each of them must be reached by paging. */
function roomForRareCharacters(sorted: readonly FoundWord[]): FoundWord[] {
  if (!sorted.some((candidate) => candidate.penalty === 0)) return [...sorted];
  let inexact = 0;
  return sorted.filter((candidate) => {
    if (candidate.penalty === 0) return true;
    inexact += 1;
    return inexact <= MAX_INEXACT;
  });
}

/** Who types `si` for the number shall not be offered 死 first. */
const OMEN_PENALTY = 2;

function withoutOmen(lexicon: Lexicon, candidate: FoundWord): FoundWord {
  if (!lexicon.inauspicious.has(candidate.word.text)) return candidate;
  return { ...candidate, score: candidate.score - OMEN_PENALTY };
}

function nameCandidates(
  lexicon: Lexicon,
  spelling: Spelling,
  found: readonly FoundWord[],
  place: 'whole' | 'given',
): Candidate[] {
  const names = wholeNames(lexicon, spelling, found, place).map(ofName);
  const surnames = place === 'whole' ? leadingSurnames(lexicon, spelling).map(ofName) : [];
  const isBad = (candidate: Candidate) =>
    [...candidate.text].some((character) => lexicon.inauspicious.has(character));
  const others = textCandidates(lexicon, spelling, found);
  const byUse = others.filter((candidate) => !isBad(candidate));
  const oneSyllable = (spelling.piecesAt[0] ?? []).some((piece) => piece.end === spelling.input.length);
  const characters = nameCharactersFirst(lexicon, byUse);
  // 战死 is no name; a single such character may be part of one, and its bearer writes it by itself.
  const bad = others.filter((candidate) => isBad(candidate) && candidate.reading.length === 1);
  // `xie` is 谢, and hardly ever 席娥.
  if (oneSyllable && place === 'whole') return [...surnames, ...characters, ...names, ...bad];
  const namesFirst = isCompoundSurname(lexicon, spelling) ? 0 : NAMES_BEFORE_SURNAMES;
  // A name of foreign sound, longer than any Chinese one, is put together as text is.
  return [...names.slice(0, namesFirst), ...surnames, ...names.slice(namesFirst), ...characters, ...bad];
}

/** Among candidates for as many letters, characters of given names come first, commonest first. */
function nameCharactersFirst(lexicon: Lexicon, candidates: readonly Candidate[]): Candidate[] {
  const rank = (candidate: Candidate) => lexicon.givenRank.get(candidate.text) ?? Infinity;
  const usual = candidates.filter((candidate) => rank(candidate) !== Infinity);
  const rest = candidates.filter((candidate) => rank(candidate) === Infinity);
  const merged: Candidate[] = [];
  for (const candidate of rest) {
    while (usual[0] !== undefined && usual[0].consumed > candidate.consumed)
      merged.push(...usual.splice(0, 1));
    if (candidate.reading.length === 1) {
      while (usual[0] !== undefined && usual[0].consumed === candidate.consumed) {
        merged.push(...usual.splice(0, 1));
      }
    }
    merged.push(candidate);
  }
  return [...merged, ...usual];
}

function withoutDoubles(candidates: readonly Candidate[], maxCandidates: number): Candidate[] {
  const seen = new Set<string>();
  const kept: Candidate[] = [];
  for (const candidate of candidates) {
    if (kept.length >= maxCandidates) break;
    if (seen.has(candidate.text)) continue;
    seen.add(candidate.text);
    kept.push(candidate);
  }
  return kept;
}
