/// <reference lib="webworker" />
/**
 * The pinyin engine off the page's thread. The dictionary is an asset of its own that only this Worker
 * fetches: it is no part of the first screen's script.
 */
import dictionaryUrl from './data/dictionary.txt?url';
import { decodeDictionary } from './dictionary-format.ts';
import { lookUp } from './engine.ts';
import { buildLexicon, type Lexicon } from './lexicon.ts';
import { isLookUpMessage, type LookUpMessage, type WorkerMessage } from './worker-messages.ts';

/** The generated file has 450 kB; anything else under its address is not ours. */
const MAX_DICTIONARY_CHARS = 2_000_000;
const FETCH_TIMEOUT_MS = 15_000;

// In a Worker `self` is its global scope; the DOM library types it as a Window.
const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: WorkerMessage) => {
  scope.postMessage(message);
};

let lexicon: Lexicon | null = null;
/** The last question asked while the dictionary was still loading; older ones have no reader any more. */
let waiting: LookUpMessage | null = null;

function answer({ id, query }: LookUpMessage, from: Lexicon): void {
  post({ type: 'answer', id, answer: lookUp(from, query) });
}

scope.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
  if (!isLookUpMessage(data)) return;
  if (lexicon === null) waiting = data;
  else answer(data, lexicon);
});

async function load(): Promise<Lexicon> {
  const response = await fetch(dictionaryUrl, { signal: AbortSignal.timeout(FETCH_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`dictionary: ${response.status}`);
  const text = await response.text();
  if (text.length > MAX_DICTIONARY_CHARS) throw new Error('dictionary: too large');
  return buildLexicon(decodeDictionary(text));
}

load().then(
  (loaded) => {
    lexicon = loaded;
    post({ type: 'ready' });
    if (waiting !== null) answer(waiting, loaded);
    waiting = null;
  },
  () => {
    post({ type: 'no-dictionary' });
  },
);
