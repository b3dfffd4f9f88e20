import type { Point } from './geometry.ts';

/**
 * The strokes of characters as one text, likeliest characters first, a character a line:
 *
 *     大1CWwU3W@VQKdFk4VTbchi
 *     犇311231213112
 *
 * Behind the character each stroke begins with the digit of its kind; the points of its middle line follow, two
 * signs each, x and y, from ':' (0) to 'y' (63), y downwards. A character without points can be found by stroke
 * order and is not known to handwriting.
 */

/** 一 (with ㇀), 丨 (with 亅), 丿, 丶 (with ㇏), 乛 (everything that turns): GB 13000.1 字符集汉字字序（笔画序）规范. */
export const strokeKinds = ['1', '2', '3', '4', '5'] as const;
export type StrokeKind = (typeof strokeKinds)[number];

export interface WrittenStroke {
  readonly kind: StrokeKind;
  /** 0 to MAX_COORDINATE; empty when only the kind is known. */
  readonly points: readonly Point[];
}

export interface StrokeCharacter {
  readonly text: string;
  readonly strokes: readonly WrittenStroke[];
}

export const MAX_COORDINATE = 63;
const ZERO_CODE = 58;

export function isStrokeKind(sign: string): sign is StrokeKind {
  return sign >= '1' && sign <= '5' && sign.length === 1;
}

const encodeNumber = (value: number) =>
  String.fromCharCode(ZERO_CODE + Math.min(MAX_COORDINATE, Math.max(0, Math.round(value))));

export function encodeStrokes(characters: readonly StrokeCharacter[]): string {
  const lines = characters.map(
    ({ text, strokes }) =>
      text +
      strokes
        .map(
          ({ kind, points }) => kind + points.map(({ x, y }) => encodeNumber(x) + encodeNumber(y)).join(''),
        )
        .join(''),
  );
  return `${lines.join('\n')}\n`;
}

/** Throws on a text that `encodeStrokes` did not write: the file is part of the program. */
export function decodeStrokes(text: string): StrokeCharacter[] {
  const characters = text
    .split('\n')
    .filter((line) => line !== '')
    .map(decodeLine);
  if (characters.length === 0) throw new Error('the file of strokes is empty');
  return characters;
}

function decodeLine(line: string): StrokeCharacter {
  const text = String.fromCodePoint(line.codePointAt(0) ?? 0);
  const strokes: { kind: StrokeKind; points: Point[] }[] = [];
  let place = text.length;
  while (place < line.length) {
    const sign = line.charAt(place);
    if (isStrokeKind(sign)) {
      strokes.push({ kind: sign, points: [] });
      place += 1;
      continue;
    }
    const x = line.charCodeAt(place) - ZERO_CODE;
    const y = line.charCodeAt(place + 1) - ZERO_CODE;
    const stroke = strokes.at(-1);
    if (stroke === undefined || !isCoordinate(x) || !isCoordinate(y)) {
      throw new Error(`not the strokes of a character: ${line.slice(0, 20)}`);
    }
    stroke.points.push({ x, y });
    place += 2;
  }
  if (strokes.length === 0) throw new Error(`a character without strokes: ${line.slice(0, 20)}`);
  return { text, strokes };
}

const isCoordinate = (value: number) => value >= 0 && value <= MAX_COORDINATE;
