import { abbreviated, type Lexicon, type LexiconWord } from './lexicon.ts';
import { eachReading, isWhole, penaltyOf, type Piece, type Spelling } from './spelling.ts';

/** A word of the dictionary that the input may mean, from `start` to `end`. */
export interface FoundWord {
  readonly word: LexiconWord;
  readonly end: number;
  /** Natural logarithm: the word's share of all text, less what its spelling costs. */
  readonly score: number;
  /** What its spelling costs; 0 when every syllable is typed exactly. */
  readonly penalty: number;
  /** True when a syllable stands as its initial only, or unfinished before the end. */
  readonly isShort: boolean;
}

/** About the logarithm of the sum of all frequencies of the dictionary. */
const LOG_TOTAL = 18;
const MAX_WORD_SYLLABLES = 4;

export function compareFound(a: FoundWord, b: FoundWord): number {
  return b.score - a.score || a.word.rank - b.word.rank;
}

/** Every word that begins at `start`, once for each end. */
export function wordsFrom(lexicon: Lexicon, spelling: Spelling, start: number): FoundWord[] {
  const found = new Map<string, FoundWord>();
  eachReading(
    spelling,
    start,
    MAX_WORD_SYLLABLES,
    (key) => lexicon.wordKeyBeginnings.has(key),
    (pieces, key, end) => {
      for (const word of lexicon.words.get(key) ?? []) {
        const penalty = penaltyOf(word.syllables, pieces, 'text');
        if (penalty === null) continue;
        const score = word.logFrequency - LOG_TOTAL - penalty;
        const id = `${word.rank} ${end}`;
        const known = found.get(id);
        if (known !== undefined && known.score >= score) continue;
        found.set(id, { word, end, score, penalty, isShort: isShort(word, pieces) });
      }
    },
  );
  return [...found.values()];
}

function isShort(word: LexiconWord, pieces: readonly Piece[]): boolean {
  return pieces.some((piece, index) => piece.table[word.syllables[index] ?? -1] === abbreviated);
}

export interface Sentence {
  readonly words: readonly LexiconWord[];
  readonly score: number;
}

/** The best word for each end, of those that begin at `start`. */
function bestWordsFrom(lexicon: Lexicon, spelling: Spelling, start: number): FoundWord[] {
  const best = new Map<number, FoundWord>();
  eachReading(
    spelling,
    start,
    MAX_WORD_SYLLABLES,
    (key) => lexicon.wordKeyBeginnings.has(key),
    (pieces, key, end) => {
      for (const word of lexicon.words.get(key) ?? []) {
        const known = best.get(end);
        const atBest = word.logFrequency - LOG_TOTAL;
        // The bucket falls in frequency, and a penalty only takes away: nothing better follows.
        if (known !== undefined && atBest <= known.score) break;
        const penalty = penaltyOf(word.syllables, pieces, 'text');
        if (penalty === null) continue;
        const score = atBest - penalty;
        if (known !== undefined && known.score >= score) continue;
        best.set(end, { word, end, score, penalty, isShort: isShort(word, pieces) });
      }
    },
  );
  return [...best.values()];
}

/** The likeliest chain of words for the whole input, or null when some letters stand for nothing. */
export function likeliestSentence(lexicon: Lexicon, spelling: Spelling): Sentence | null {
  const length = spelling.input.length;
  const best: (Sentence | null)[] = Array.from({ length: length + 1 }, () => null);
  best[length] = { words: [], score: 0 };
  for (let start = length - 1; start >= 0; start -= 1) {
    if ((spelling.piecesAt[start] ?? []).length === 0) continue;
    let choice: { readonly found: FoundWord; readonly rest: Sentence } | null = null;
    for (const candidate of bestWordsFrom(lexicon, spelling, start)) {
      const rest = best[candidate.end];
      if (rest === null || rest === undefined) continue;
      const better =
        choice === null ||
        candidate.score + rest.score > choice.found.score + choice.rest.score ||
        (candidate.score + rest.score === choice.found.score + choice.rest.score &&
          candidate.word.rank < choice.found.word.rank);
      if (better) choice = { found: candidate, rest };
    }
    if (choice === null) continue;
    best[start] = {
      words: [choice.found.word, ...choice.rest.words],
      score: choice.found.score + choice.rest.score,
    };
  }
  return best[0] ?? null;
}

/**
 * Words for the first part of the input, longest first. An abbreviation counts only where the letters
 * cannot be read as whole syllables: in `zhongguoren`, `zhongg` is not 中共.
 */
export function leadingWords(spelling: Spelling, found: readonly FoundWord[]): FoundWord[] {
  const length = spelling.input.length;
  const wholeSyllables = spelling.readableFrom[0] === true;
  return found
    .filter((candidate) => candidate.end < length)
    .filter(
      (candidate) => !wholeSyllables || (!candidate.isShort && spelling.readableFrom[candidate.end] === true),
    )
    .toSorted((a, b) => b.end - a.end || compareFound(a, b));
}

/** The typed letters cut into syllables, for the eyes: `zhang san`. */
export function syllablesForDisplay(spelling: Spelling): readonly string[] {
  const length = spelling.input.length;
  const best: (readonly string[] | null)[] = Array.from({ length: length + 1 }, () => null);
  const cost: number[] = Array.from({ length: length + 1 }, () => Infinity);
  best[length] = [];
  cost[length] = 0;
  for (let start = length - 1; start >= 0; start -= 1) {
    // A letter that stands for nothing is shown by itself; it is the dearest, then lone initials.
    best[start] = [spelling.input.charAt(start), ...(best[start + 1] ?? [])];
    cost[start] = 100 + (cost[start + 1] ?? Infinity);
    for (const piece of spelling.piecesAt[start] ?? []) {
      const price = (isWhole(piece) ? 1 : 10) + (cost[piece.end] ?? Infinity);
      // Of two readings as long, the longer first syllable: `xian` is shown whole.
      if (price > (cost[start] ?? Infinity)) continue;
      cost[start] = price;
      best[start] = [piece.letters, ...(best[piece.end] ?? [])];
    }
  }
  return (best[0] ?? []).filter((letters) => letters !== "'");
}
