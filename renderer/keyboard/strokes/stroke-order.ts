import { isStrokeKind, type StrokeCharacter } from './stroke-format.ts';

/** Stands for a stroke whose kind the person does not know. */
export const ANY_STROKE = '*';

/** More strokes than any character has. */
export const MAX_PATTERN_STROKES = 60;

export interface StrokeOrders {
  /** In the order of the file: likeliest first. */
  readonly characters: readonly { readonly text: string; readonly code: string }[];
}

export function buildStrokeOrders(characters: readonly StrokeCharacter[]): StrokeOrders {
  return {
    characters: characters.map(({ text, strokes }) => ({
      text,
      code: strokes.map(({ kind }) => kind).join(''),
    })),
  };
}

/** Characters that begin with these strokes: those that end with them too before the longer ones. */
export function findByStrokeOrder(
  { characters }: StrokeOrders,
  pattern: string,
  maxCandidates: number,
): string[] {
  const usable = pattern.slice(0, MAX_PATTERN_STROKES);
  if (usable === '' || ![...usable].every((sign) => sign === ANY_STROKE || isStrokeKind(sign))) return [];
  const complete: string[] = [];
  const longer: string[] = [];
  for (const { text, code } of characters) {
    if (!beginsWith(code, usable)) continue;
    if (code.length === usable.length) complete.push(text);
    else longer.push(text);
  }
  return [...complete, ...longer].slice(0, maxCandidates);
}

function beginsWith(code: string, pattern: string): boolean {
  if (code.length < pattern.length) return false;
  for (let index = 0; index < pattern.length; index += 1) {
    const sign = pattern.charAt(index);
    if (sign !== ANY_STROKE && sign !== code.charAt(index)) return false;
  }
  return true;
}
