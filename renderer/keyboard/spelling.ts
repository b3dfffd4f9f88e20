import {
  abbreviated,
  alike,
  exact,
  noMatch,
  unfinished,
  type Lexicon,
  type LikenessTable,
} from './lexicon.ts';
import { MAX_SYLLABLE_LETTERS, filingLetter } from './pinyin.ts';

/** Letters that may stand for one syllable, at one place of the input. */
export interface Piece {
  readonly start: number;
  /** Behind the last letter, and behind apostrophes that follow. */
  readonly end: number;
  readonly letters: string;
  readonly table: LikenessTable;
}

/** What was typed, with every way to read a syllable at each place. */
export interface Spelling {
  readonly input: string;
  readonly piecesAt: readonly (readonly Piece[])[];
  /** Whether the letters from each place to the end can be read as whole syllables (the last unfinished). */
  readonly readableFrom: readonly boolean[];
}

export function spell(lexicon: Lexicon, input: string, fuzzy: boolean): Spelling {
  const piecesAt = Array.from(input, (_letter, start) => piecesFrom(lexicon, input, start, fuzzy));
  const readableFrom: boolean[] = Array.from({ length: input.length + 1 }, () => false);
  readableFrom[input.length] = true;
  for (let start = input.length - 1; start >= 0; start -= 1) {
    readableFrom[start] = (piecesAt[start] ?? []).some(
      (piece) => readableFrom[piece.end] === true && (isWhole(piece) || piece.end === input.length),
    );
  }
  return { input, piecesAt, readableFrom };
}

export function isWhole(piece: Piece): boolean {
  return piece.table.some((likeness) => likeness === exact || likeness === alike);
}

function piecesFrom(lexicon: Lexicon, input: string, start: number, fuzzy: boolean): Piece[] {
  const pieces: Piece[] = [];
  for (let stop = start + 1; stop <= Math.min(input.length, start + MAX_SYLLABLE_LETTERS); stop += 1) {
    if (input[stop - 1] === "'") break;
    let end = stop;
    while (input[end] === "'") end += 1;
    const letters = input.slice(start, stop);
    const table = lexicon.likeness(letters, end === input.length, fuzzy);
    if (table !== null) pieces.push({ start, end, letters, table });
  }
  return pieces;
}

/**
 * The likenesses of a word's syllables to the pieces, added up as a penalty in nats, or null when one does
 * not fit. A single character needs the higher price for a sound that is only alike: `si` shall offer 四
 * before the far commoner 是, while a phrase is hardly ever meant by accident. Neither is a character of a name,
 * where the list is short: who types `yan` means 杨 more often than 言.
 */
const penalties = {
  alike: 2.5,
  alikeCharacter: 5.5,
  alikeName: 2.5,
  unfinished: 2,
  abbreviated: 5,
} as const;

export function penaltyOf(
  syllables: readonly number[],
  pieces: readonly Piece[],
  partOf: 'text' | 'name',
): number | null {
  const alikeCharacter = partOf === 'name' ? penalties.alikeName : penalties.alikeCharacter;
  let penalty = 0;
  for (let index = 0; index < syllables.length; index += 1) {
    const likeness = pieces[index]?.table[syllables[index] ?? -1] ?? noMatch;
    switch (likeness) {
      case exact:
        break;
      case alike:
        penalty += syllables.length === 1 ? alikeCharacter : penalties.alike;
        break;
      case unfinished:
        penalty += penalties.unfinished;
        break;
      case abbreviated:
        penalty += penalties.abbreviated;
        break;
      default:
        return null;
    }
  }
  return penalty;
}

/**
 * Calls back for each way to read up to `maxPieces` syllables from `start`. Letters that cannot begin a
 * word are left out by `worthwhile`, which sees the filing letters so far; that keeps `zzzzzz…` small.
 */
export function eachReading(
  spelling: Spelling,
  start: number,
  maxPieces: number,
  worthwhile: (key: string) => boolean,
  visit: (pieces: readonly Piece[], key: string, end: number) => void,
): void {
  const path: Piece[] = [];
  const step = (place: number, key: string) => {
    for (const piece of spelling.piecesAt[place] ?? []) {
      const longer = key + filingLetter(piece.letters);
      if (!worthwhile(longer)) continue;
      path.push(piece);
      visit(path, longer, piece.end);
      if (path.length < maxPieces) step(piece.end, longer);
      path.pop();
    }
  };
  step(start, '');
}
