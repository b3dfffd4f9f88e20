/// <reference lib="webworker" />
/** The pinyin engine off the page's thread. */
import dictionaryUrl from './data/dictionary.txt?url';
import { decodeDictionary } from './dictionary-format.ts';
import { lookUp } from './engine.ts';
import { buildLexicon } from './lexicon.ts';
import { serveLookUps } from './serve-look-ups.ts';

/** The generated file has 450 kB. */
const MAX_DICTIONARY_CHARS = 2_000_000;

serveLookUps(
  // In a Worker `self` is its global scope; the DOM library types it as a Window.
  self as unknown as DedicatedWorkerGlobalScope,
  {
    url: dictionaryUrl,
    maxChars: MAX_DICTIONARY_CHARS,
    parse: (text) => buildLexicon(decodeDictionary(text)),
  },
  lookUp,
);
