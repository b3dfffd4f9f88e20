import text from './data/dictionary.txt?raw';
import { decodeDictionary } from './dictionary-format.ts';
import { lookUp, type Candidate, type PinyinQuery } from './engine.ts';
import { buildLexicon } from './lexicon.ts';

/** The real dictionary, for the tests of the engine. */
export const dictionary = decodeDictionary(text);
export const lexicon = buildLexicon(dictionary);

export function candidatesFor(input: string, purpose: PinyinQuery['purpose']): readonly Candidate[] {
  return lookUp(lexicon, { input, purpose, fuzzy: true, maxCandidates: 800 }).candidates;
}

export function textsFor(input: string, purpose: PinyinQuery['purpose']): string[] {
  return candidatesFor(input, purpose).map((candidate) => candidate.text);
}
