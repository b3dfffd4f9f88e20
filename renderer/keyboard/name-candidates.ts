import { filingKey, type Lexicon, type RankedName } from './lexicon.ts';
import { eachReading, isWhole, penaltyOf, type Piece, type Spelling } from './spelling.ts';
import type { FoundWord } from './word-candidates.ts';

/** A surname, a given name or both, from the start of the input to `end`. */
export interface FoundName {
  readonly text: string;
  readonly reading: readonly string[];
  readonly end: number;
  readonly score: number;
}

/**
 * How likely a name is: a logarithm, falling with its rank in the list (Zipf), less a constant that makes
 * the lists comparable. The figures are tuned with name-candidates.test.ts, not counted.
 */
const weights = {
  surname: (rank: number) => -Math.log(rank + 8),
  givenPair: (rank: number) => -Math.log(rank + 20) - 1.8,
  givenCharacter: (rank: number) => -Math.log(rank + 20) - 1.2,
  /** One of five given names has a single character. */
  singleGiven: -1.5,
  /** A character that is in no list of given names, by its frequency in text. */
  otherCharacter: (logFrequency: number) => -13 + 0.15 * logFrequency,
  /** A name that the dictionary holds (张三): known to everybody, and rare in text. */
  knownName: -3.2,
} as const;

/** What is taken further of each list: names are shown by the dozen, not by the thousand. */
const limits = { surnames: 6, givenFirst: 10, givenSecond: 10, otherCharacters: 3, names: 80 } as const;

/** Common words are not names: 高级, 王国. */
const KNOWN_NAME_MAX_LOG_FREQUENCY = 7.8;
const MAX_NAME_SYLLABLES = 4;

export function compareNames(a: FoundName, b: FoundName): number {
  return b.score - a.score || (a.text < b.text ? -1 : 1);
}

export type NamePlace = 'whole' | 'given';

/** Names for the whole input: surname and given name, or (after a surname) the given name alone. */
export function wholeNames(
  lexicon: Lexicon,
  spelling: Spelling,
  found: readonly FoundWord[],
  place: NamePlace,
): FoundName[] {
  const best = new Map<string, FoundName>();
  const offer = (name: FoundName) => {
    const known = best.get(name.text);
    if (known === undefined || known.score < name.score) best.set(name.text, name);
  };
  const length = spelling.input.length;
  const wholeSyllables = spelling.readableFrom[0] === true;
  eachReading(
    spelling,
    0,
    MAX_NAME_SYLLABLES,
    () => true,
    (pieces, _key, end) => {
      if (end !== length) return;
      if (wholeSyllables && !pieces.every((piece) => isWhole(piece) || piece.end === length)) return;
      if (place === 'given') {
        for (const given of givenNamesFor(lexicon, pieces)) offer({ ...given, end });
        return;
      }
      for (const surnameLength of [1, 2]) {
        const surnames = surnamesFor(lexicon, pieces.slice(0, surnameLength), limits.surnames);
        if (surnames.length === 0) continue;
        const givenNames = givenNamesFor(lexicon, pieces.slice(surnameLength));
        for (const surname of surnames) for (const given of givenNames) offer(joined(surname, given, end));
      }
    },
  );
  if (place === 'whole') for (const name of knownNames(lexicon, found, length)) offer(name);
  return [...best.values()].toSorted(compareNames).slice(0, limits.names);
}

/** True when the input is a compound surname in full: `ouyang`. */
export function isCompoundSurname(lexicon: Lexicon, spelling: Spelling): boolean {
  let found = false;
  eachReading(
    spelling,
    0,
    2,
    () => !found,
    (pieces, _key, end) => {
      if (end !== spelling.input.length || pieces.length !== 2) return;
      found = lexicon.surnames.some(
        (name) => name.syllables.length === 2 && penaltyOf(name.syllables, pieces, 'name') === 0,
      );
    },
  );
  return found;
}

/** Surnames that begin the input, or are all of it. */
export function leadingSurnames(lexicon: Lexicon, spelling: Spelling): FoundName[] {
  const best = new Map<string, FoundName>();
  const wholeSyllables = spelling.readableFrom[0] === true;
  eachReading(
    spelling,
    0,
    2,
    () => true,
    (pieces, _key, end) => {
      const isLast = end === spelling.input.length;
      if (wholeSyllables && !isLast && !(pieces.every(isWhole) && spelling.readableFrom[end] === true))
        return;
      for (const surname of surnamesFor(lexicon, pieces, Infinity)) {
        const known = best.get(surname.text);
        if (known === undefined || known.score < surname.score) best.set(surname.text, { ...surname, end });
      }
    },
  );
  return [...best.values()].toSorted((a, b) => b.end - a.end || compareNames(a, b));
}

type Part = Omit<FoundName, 'end'>;

function joined(surname: Part, given: Part, end: number): FoundName {
  return {
    text: surname.text + given.text,
    reading: [...surname.reading, ...given.reading],
    score: surname.score + given.score,
    end,
  };
}

function fitting(
  names: readonly RankedName[],
  pieces: readonly Piece[],
  weight: (rank: number) => number,
): Part[] {
  return names.flatMap((name): Part[] => {
    if (name.syllables.length !== pieces.length) return [];
    const penalty = penaltyOf(name.syllables, pieces, 'name');
    if (penalty === null) return [];
    return [{ text: name.text, reading: name.reading, score: weight(name.rank) - penalty }];
  });
}

const byScore = (a: Part, b: Part) => b.score - a.score || (a.text < b.text ? -1 : 1);

function surnamesFor(lexicon: Lexicon, pieces: readonly Piece[], limit: number): Part[] {
  return fitting(lexicon.surnames, pieces, weights.surname).toSorted(byScore).slice(0, limit);
}

function givenNamesFor(lexicon: Lexicon, pieces: readonly Piece[]): Part[] {
  const [first, second] = pieces;
  if (first === undefined || pieces.length > 2) return [];
  if (second === undefined) {
    return givenCharactersFor(lexicon, first, Infinity).map((character) => ({
      ...character,
      score: character.score + weights.singleGiven,
    }));
  }
  const pairs = fitting(lexicon.givenNames, pieces, weights.givenPair);
  const firsts = givenCharactersFor(lexicon, first, limits.givenFirst);
  const seconds = givenCharactersFor(lexicon, second, limits.givenSecond);
  const products = firsts.flatMap((a) =>
    seconds.map((b) => ({
      text: a.text + b.text,
      reading: [...a.reading, ...b.reading],
      score: a.score + b.score,
    })),
  );
  return [...pairs, ...products];
}

function givenCharactersFor(lexicon: Lexicon, piece: Piece, limit: number): Part[] {
  const common = fitting(lexicon.givenCharacters, [piece], weights.givenCharacter).toSorted(byScore);
  const others = (lexicon.words.get(filingKey([piece.letters])) ?? [])
    .filter((word) => !lexicon.givenRank.has(word.text) && !lexicon.inauspicious.has(word.text))
    .flatMap((word): Part[] => {
      const penalty = penaltyOf(word.syllables, [piece], 'name');
      if (penalty === null) return [];
      return [
        {
          text: word.text,
          reading: word.reading,
          score: weights.otherCharacter(word.logFrequency) - penalty,
        },
      ];
    })
    .toSorted(byScore);
  return [...common.slice(0, limit), ...others.slice(0, limits.otherCharacters)];
}

function knownNames(lexicon: Lexicon, found: readonly FoundWord[], length: number): FoundName[] {
  return found.flatMap(({ word, end, penalty, isShort }): FoundName[] => {
    const [first = '', ...rest] = word.text;
    const isName =
      end === length &&
      !isShort &&
      rest.length > 0 &&
      rest.length < 3 &&
      word.logFrequency < KNOWN_NAME_MAX_LOG_FREQUENCY &&
      lexicon.surnames.some((surname) => surname.text === first && surname.reading[0] === word.reading[0]) &&
      !rest.some((character) => lexicon.inauspicious.has(character));
    if (!isName) return [];
    const surname = lexicon.surnames.find((candidate) => candidate.text === first);
    return [
      {
        text: word.text,
        reading: word.reading,
        end,
        score: weights.surname(surname?.rank ?? 0) + weights.knownName - penalty,
      },
    ];
  });
}
