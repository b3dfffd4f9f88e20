import { isUsableSyllable } from './pinyin.ts';

/**
 * The dictionary as one text, small because a phrase's reading is implied by its characters.
 *
 *     *zhang Q张长P章…      characters read `zhang`; a capital letter sets the level of those that follow
 *     2K重1庆张三…          phrases of two characters at level K; a digit picks another reading of the
 *                           character before it (0, the likeliest, is not written)
 *     S 王wang 欧阳ou'yang   surnames, commonest first
 *     G 建国jian'guo         given names, commonest first
 *     N 英华玉…              characters of given names, commonest first
 *     X 死…                  characters that are never proposed for a name
 *
 * A level is the logarithm of the word's frequency in steps of LEVEL_STEP, A the rarest.
 */
export const LEVEL_STEP = 0.62;
const HIGHEST_LEVEL = 25;

export interface DictionaryWord {
  readonly text: string;
  readonly reading: readonly string[];
  /** 0 (A) to 25 (Z). */
  readonly level: number;
}

export interface DictionaryName {
  readonly text: string;
  readonly reading: readonly string[];
}

/** Words in the order in which they are offered when their levels are the same. */
export interface Dictionary {
  readonly words: readonly DictionaryWord[];
  readonly surnames: readonly DictionaryName[];
  readonly givenNames: readonly DictionaryName[];
  readonly givenCharacters: readonly string[];
  readonly inauspicious: readonly string[];
}

export function levelOfFrequency(frequency: number): number {
  return Math.min(HIGHEST_LEVEL, Math.floor(Math.log(frequency + 1) / LEVEL_STEP));
}

const letterOfLevel = (level: number) => String.fromCharCode(65 + level);
const levelOfLetter = (letter: string) => letter.charCodeAt(0) - 65;

/** Both sides number a character's readings like this: the more frequent first, then by the alphabet. */
function readingsByCharacter(characters: readonly DictionaryWord[]): Map<string, string[]> {
  const sorted = characters.toSorted(
    (a, b) => b.level - a.level || ((a.reading[0] ?? '') < (b.reading[0] ?? '') ? -1 : 1),
  );
  const readings = new Map<string, string[]>();
  for (const { text, reading } of sorted) {
    const known = readings.get(text);
    const syllable = reading[0] ?? '';
    if (known === undefined) readings.set(text, [syllable]);
    else known.push(syllable);
  }
  return readings;
}

const isCharacter = (word: DictionaryWord) => word.reading.length === 1;

export function encodeDictionary(dictionary: Dictionary): string {
  const characters = dictionary.words.filter(isCharacter);
  const readings = readingsByCharacter(characters);
  const lines: string[] = [];

  const bySyllable = Map.groupBy(characters, (word) => word.reading[0] ?? '');
  for (const syllable of [...bySyllable.keys()].toSorted()) {
    let line = `*${syllable} `;
    let level = -1;
    for (const word of (bySyllable.get(syllable) ?? []).toSorted((a, b) => b.level - a.level)) {
      if (word.level !== level) line += letterOfLevel(word.level);
      level = word.level;
      line += word.text;
    }
    lines.push(line);
  }

  const phrases = dictionary.words.filter((word) => !isCharacter(word));
  for (const length of [2, 3, 4]) {
    for (let level = HIGHEST_LEVEL; level >= 0; level -= 1) {
      const line = phrases
        .filter((word) => word.reading.length === length && word.level === level)
        .map((word) => encodePhrase(word, readings))
        .join('');
      if (line !== '') lines.push(`${length}${letterOfLevel(level)}${line}`);
    }
  }

  const names = (list: readonly DictionaryName[]) =>
    list.map((name) => name.text + name.reading.join("'")).join(' ');
  lines.push(`S ${names(dictionary.surnames)}`, `G ${names(dictionary.givenNames)}`);
  lines.push(`N ${dictionary.givenCharacters.join('')}`, `X ${dictionary.inauspicious.join('')}`);
  return `${lines.join('\n')}\n`;
}

function encodePhrase(word: DictionaryWord, readings: ReadonlyMap<string, readonly string[]>): string {
  return [...word.text]
    .map((character, index) => {
      const reading = readings.get(character)?.indexOf(word.reading[index] ?? '') ?? -1;
      if (reading < 0 || reading > 9) throw new Error(`no such reading of ${character} in ${word.text}`);
      return reading === 0 ? character : `${character}${reading}`;
    })
    .join('');
}

/** Throws on a text that `encodeDictionary` did not write: the file is part of the program. */
export function decodeDictionary(text: string): Dictionary {
  const lines = text.split('\n').filter((line) => line !== '');
  const characters: DictionaryWord[] = [];
  for (const line of lines) if (line.startsWith('*')) decodeCharacters(line, characters);
  if (characters.length === 0) throw new Error('the dictionary holds no characters');

  const readings = readingsByCharacter(characters);
  const words = characters;
  for (const line of lines) if (/^[234]/.test(line)) decodePhrases(line, readings, words);
  const section = (mark: string) => lines.find((line) => line.startsWith(`${mark} `))?.slice(2) ?? '';
  return {
    words,
    surnames: decodeNames(section('S')),
    givenNames: decodeNames(section('G')),
    givenCharacters: [...section('N')],
    inauspicious: [...section('X')],
  };
}

function decodeCharacters(line: string, into: DictionaryWord[]): void {
  const space = line.indexOf(' ');
  const syllable = line.slice(1, space);
  if (!isUsableSyllable(syllable)) throw new Error(`not a syllable: ${syllable}`);
  const reading = [syllable];
  let level = 0;
  for (const sign of line.slice(space + 1)) {
    if (sign >= 'A' && sign <= 'Z') level = levelOfLetter(sign);
    else into.push({ text: sign, reading, level });
  }
}

function decodePhrases(
  line: string,
  readings: ReadonlyMap<string, readonly string[]>,
  into: DictionaryWord[],
): void {
  const length = Number(line.charAt(0));
  const level = levelOfLetter(line.charAt(1));
  let text = '';
  let known: readonly string[] = [];
  let reading: string[] = [];
  const finish = () => {
    if (reading.length === length) into.push({ text, reading, level });
    text = '';
    reading = [];
  };
  for (const sign of line.slice(2)) {
    if (sign >= '0' && sign <= '9') {
      reading[reading.length - 1] = known[Number(sign)] ?? '';
      continue;
    }
    if (reading.length === length) finish();
    known = readings.get(sign) ?? [];
    text += sign;
    reading.push(known[0] ?? '');
  }
  finish();
}

function decodeNames(section: string): DictionaryName[] {
  return section.split(' ').flatMap((name) => {
    const start = name.search(/[a-z]/);
    if (start < 1) return [];
    return [{ text: name.slice(0, start), reading: name.slice(start).split("'") }];
  });
}
