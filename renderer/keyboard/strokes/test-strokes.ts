import text from '../data/strokes.txt?raw';
import { decodeStrokes } from './stroke-format.ts';
import { buildStrokeIndex } from './look-up.ts';

/** The real file, for the tests. */
export const strokesText = text;
export const strokeCharacters = decodeStrokes(text);
export const strokeIndex = buildStrokeIndex(strokeCharacters);
