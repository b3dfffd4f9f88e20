import { readdirSync, readFileSync } from 'node:fs';
import type { Stroke } from '../../../renderer/keyboard/strokes/geometry.ts';
import { pointsOfPath } from './svg-path.ts';

export interface DrawnCharacter {
  readonly text: string;
  readonly strokes: readonly Stroke[];
}

/**
 * KanjiVG (© Ulrich Apel, CC BY-SA 3.0), drawn stroke by stroke by other people for another country: nothing of
 * ours was built from it, and nothing of it is shipped. Its forms are Japanese, and some differ from ours.
 */
export function kanjiStrokes(folder: string): DrawnCharacter[] {
  return readdirSync(folder).flatMap((file) => {
    const [, code] = /^([0-9a-f]{5})\.svg$/.exec(file) ?? [];
    if (code === undefined) return [];
    const text = String.fromCodePoint(Number.parseInt(code, 16));
    if (!/^\p{Unified_Ideograph}$/u.test(text)) return [];
    const paths = readFileSync(`${folder}/${file}`, 'utf8').matchAll(/<path[^>]*\sd="([^"]+)"/g);
    return [{ text, strokes: [...paths].map(([, path = '']) => pointsOfPath(path)) }];
  });
}
