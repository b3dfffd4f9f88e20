/// <reference lib="webworker" />
/** Handwriting and stroke order off the page's thread. */
import strokesUrl from './data/strokes.txt?url';
import { serveLookUps } from './serve-look-ups.ts';
import { buildStrokeIndex, lookUpStrokes } from './strokes/look-up.ts';
import { decodeStrokes } from './strokes/stroke-format.ts';

/** The generated file has 880 kB. */
const MAX_STROKES_CHARS = 3_000_000;

serveLookUps(
  // In a Worker `self` is its global scope; the DOM library types it as a Window.
  self as unknown as DedicatedWorkerGlobalScope,
  { url: strokesUrl, maxChars: MAX_STROKES_CHARS, parse: (text) => buildStrokeIndex(decodeStrokes(text)) },
  lookUpStrokes,
);
