/**
 * Writes strokes.txt from its sources; run by hand (README.md beside this file):
 *
 *     npm ci --prefix renderer/keyboard/data/stroke-sources
 *     node renderer/keyboard/data/build-strokes.ts
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { decodeDictionary } from '../dictionary-format.ts';
import { simplify, type Stroke } from '../strokes/geometry.ts';
import {
  encodeStrokes,
  isStrokeKind,
  MAX_COORDINATE,
  type StrokeCharacter,
  type StrokeKind,
} from '../strokes/stroke-format.ts';
import { kindTeacher } from './stroke-kinds.ts';

const here = new URL('.', import.meta.url);
const sources = new URL('stroke-sources/node_modules/', here);
if (!existsSync(sources)) {
  console.error('first: npm ci --prefix renderer/keyboard/data/stroke-sources');
  process.exit(2);
}

/** Make Me a Hanzi's square: 1024 wide, and y upwards from -124 to 900. */
const SOURCE_SIDE = 1024;
const SOURCE_TOP = 900;
/** About the thickness of a finger's line in the square. */
const TOLERANCE = 0.9;

/** Of each character with drawn strokes: their middle lines in the file's grid. */
function drawnCharacters(): Map<string, Stroke[]> {
  const folder = new URL('hanzi-writer-data/', sources);
  const drawn = new Map<string, Stroke[]>();
  for (const file of readdirSync(folder)) {
    const text = file.replace(/\.json$/, '');
    if (!/^\p{Script=Han}$/u.test(text) || !/^\p{Unified_Ideograph}$/u.test(text)) continue;
    // The shape is the package's own (README of hanzi-writer-data); a pinned version does not change it.
    const { medians } = JSON.parse(readFileSync(new URL(encodeURIComponent(file), folder), 'utf8')) as {
      medians: [number, number][][];
    };
    const scale = MAX_COORDINATE / SOURCE_SIDE;
    drawn.set(
      text,
      medians.map((median) => median.map(([x, y]) => ({ x: x * scale, y: (SOURCE_TOP - y) * scale }))),
    );
  }
  return drawn;
}

/** cnchar's letters for the forms of strokes, as the kinds that a person counts. */
const kindOfLetter: ReadonlyMap<string, StrokeKind> = new Map([
  ...[...'ji'].map((letter) => [letter, '1'] as const),
  ...[...'fg'].map((letter) => [letter, '2'] as const),
  ['s', '3'] as const,
  ...[...'dkl'].map((letter) => [letter, '4'] as const),
  ...[...'abcehmnopqrtuvwxyz'].map((letter) => [letter, '5'] as const),
]);

/** Stroke kinds of the characters that cnchar knows: its data stand in its script as JSON. */
function knownKinds(): Map<string, StrokeKind[]> {
  const script = readFileSync(createRequire(sources).resolve('cnchar-order'), 'utf8');
  const json = /JSON\.parse\('(\{"一":.*?\})'\)/u.exec(script)?.[1];
  if (json === undefined) throw new Error('cnchar-order holds no data where they were');
  const letters = JSON.parse(json) as Record<string, string>;
  return new Map(
    Object.entries(letters)
      .filter(([text]) => /^\p{Unified_Ideograph}$/u.test(text))
      .map(([text, code]) => [text, [...code].flatMap((letter) => kindOfLetter.get(letter) ?? [])]),
  );
}

/** Written for this project: rare characters of names that neither source has, as the parts that they consist of. */
function composedKinds(kindsOfPart: (text: string) => readonly StrokeKind[]): Map<string, StrokeKind[]> {
  const lines = readFileSync(new URL('seed/stroke-orders.txt', here), 'utf8').trim().split('\n');
  return new Map(
    lines
      .filter((line) => !line.startsWith('#'))
      .map((line) => {
        const [text = '', parts = ''] = line.split(' ');
        return [text, [...parts].flatMap((part) => (isStrokeKind(part) ? [part] : kindsOfPart(part)))];
      }),
  );
}

/** What a character of a name is worth in levels of frequency: names are what is written by hand most. */
const NAME_BONUS = 4;

/** By frequency in text, surnames and characters of given names before others as common. */
function likeliness(): (text: string) => number {
  const dictionary = decodeDictionary(readFileSync(new URL('dictionary.txt', here), 'utf8'));
  const levels = new Map<string, number>();
  for (const { text, level } of dictionary.words) levels.set(text, Math.max(level, levels.get(text) ?? 0));
  const ofNames = new Set([...dictionary.surnames.map(({ text }) => text), ...dictionary.givenCharacters]);
  return (text) => (levels.get(text) ?? -1) + (ofNames.has(text) ? NAME_BONUS : 0);
}

const drawn = drawnCharacters();
const known = knownKinds();
const kindsOf = kindTeacher(
  [...drawn].flatMap(([text, strokes]) => {
    const kinds = known.get(text);
    return kinds?.length === strokes.length ? [{ strokes, kinds }] : [];
  }),
);
const level = likeliness();
let taught = 0;

function characterOf(text: string): StrokeCharacter {
  const strokes = drawn.get(text);
  const listed = known.get(text) ?? [];
  if (strokes === undefined) return { text, strokes: listed.map((kind) => ({ kind, points: [] })) };
  const isListed = listed.length === strokes.length;
  if (!isListed) taught += 1;
  const kinds = isListed ? listed : kindsOf(strokes);
  return {
    text,
    strokes: strokes.map((stroke, index) => ({
      kind: kinds[index] ?? '5',
      points: simplify(stroke, TOLERANCE),
    })),
  };
}

const fromSources = new Map([...drawn.keys(), ...known.keys()].map((text) => [text, characterOf(text)]));
const composed = composedKinds((part) => {
  const character = fromSources.get(part);
  if (character === undefined) throw new Error(`seed/stroke-orders.txt: no source has ${part}`);
  return character.strokes.map(({ kind }) => kind);
});
for (const [text, kinds] of composed) {
  if (!fromSources.has(text))
    fromSources.set(text, { text, strokes: kinds.map((kind) => ({ kind, points: [] })) });
}
const characters = [...fromSources.values()].toSorted(
  (a, b) => level(b.text) - level(a.text) || (a.text.codePointAt(0) ?? 0) - (b.text.codePointAt(0) ?? 0),
);

const text = encodeStrokes(characters);
writeFileSync(new URL('strokes.txt', here), text);
console.log(
  `${characters.length} characters, ${drawn.size} of them drawn, ${taught} with kinds told by likeness, ` +
    `${Buffer.byteLength(text)} bytes`,
);
