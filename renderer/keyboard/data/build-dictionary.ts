/**
 * Writes dictionary.txt from its sources; run by hand (README.md beside this file):
 *
 *     node renderer/keyboard/data/build-dictionary.ts /usr/share/rime-data/pinyin_simp.dict.yaml
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pinyin } from 'pinyin-pro';
import {
  encodeDictionary,
  levelOfFrequency,
  type DictionaryName,
  type DictionaryWord,
} from '../dictionary-format.ts';
import { canonicalSpelling, isUsableSyllable } from '../pinyin.ts';

const here = new URL('.', import.meta.url);
const rimePath = process.argv[2];
if (rimePath === undefined) {
  console.error('usage: build-dictionary.ts PATH-OF-pinyin_simp.dict.yaml');
  process.exit(2);
}

/** pinyin-pro knows readings up to the last ideograph of Unicode's tertiary plane. */
const FIRST_IDEOGRAPH = 0x3400;
const LAST_IDEOGRAPH = 0x3ffff;

const seed = (name: string) => readFileSync(new URL(`seed/${name}.txt`, here), 'utf8').trim();
/** The source was counted on the open web; a public office does not offer its curses. Characters stay. */
const vulgar = /[傻牛装操草妈逗苦二]逼|[操日干肏]你|鸡巴|他妈的|你妈的|去死|婊子|妓女|嫖|屌|做爱|色情|淫/u;
const isIdeograph = (text: string) => /^\p{Unified_Ideograph}+$/u.test(text);
const plain = { toneType: 'none', v: true, type: 'array' } as const;

interface Counted {
  readonly text: string;
  readonly reading: readonly string[];
  readonly frequency: number;
}

function rimeEntries(path: string): Counted[] {
  const body = readFileSync(path, 'utf8').split('\n...\n')[1] ?? '';
  return body.split('\n').flatMap((line) => {
    const [text = '', letters = '', frequency = '0'] = line.split('\t');
    const reading = letters.split(' ').map(canonicalSpelling);
    const fits = isIdeograph(text) && [...text].length === reading.length && reading.length <= 4;
    const offered = reading.length === 1 || !vulgar.test(text);
    return fits && offered && reading.every(isUsableSyllable)
      ? [{ text, reading, frequency: Number(frequency) }]
      : [];
  });
}

/** Every reading that pinyin-pro has of every character: this is where the rare name characters are from. */
function pinyinProCharacters(): Counted[] {
  const found: Counted[] = [];
  for (let point = FIRST_IDEOGRAPH; point <= LAST_IDEOGRAPH; point += 1) {
    const text = String.fromCodePoint(point);
    if (!isIdeograph(text)) continue;
    for (const raw of pinyin(text, { ...plain, multiple: true })) {
      const syllable = canonicalSpelling(raw);
      if (raw !== text && isUsableSyllable(syllable)) found.push({ text, reading: [syllable], frequency: 0 });
    }
  }
  return found;
}

function withoutDoubles(entries: readonly Counted[]): Counted[] {
  const best = new Map<string, Counted>();
  for (const entry of entries) {
    const key = `${entry.text} ${entry.reading.join(' ')}`;
    const known = best.get(key);
    if (known === undefined || known.frequency < entry.frequency) best.set(key, entry);
  }
  return [...best.values()];
}

/** A phrase may use a reading of a character that neither source lists for the character alone. */
function charactersOfPhrases(entries: readonly Counted[]): Counted[] {
  return entries
    .filter((entry) => entry.reading.length > 1)
    .flatMap((entry) =>
      [...entry.text].map((text, index) => ({ text, reading: [entry.reading[index] ?? ''], frequency: 0 })),
    );
}

function surnames(): DictionaryName[] {
  const names = new Map<string, DictionaryName>();
  for (const item of seed('surnames').split(/\s+/)) {
    const [text = '', given] = item.split(':');
    const reading = (given?.split("'") ?? pinyin(text, { ...plain, mode: 'surname' })).map(canonicalSpelling);
    if (!names.has(text)) names.set(text, { text, reading });
  }
  return [...names.values()];
}

function givenNames(): DictionaryName[] {
  return [...new Set(seed('given-names').split(/\s+/))].map((text) => ({
    text,
    reading: pinyin(text, plain).map(canonicalSpelling),
  }));
}

const rime = rimeEntries(rimePath);
const words: DictionaryWord[] = withoutDoubles([
  ...rime,
  ...charactersOfPhrases(rime),
  ...pinyinProCharacters(),
])
  .toSorted(
    (a, b) => b.frequency - a.frequency || (a.text.codePointAt(0) ?? 0) - (b.text.codePointAt(0) ?? 0),
  )
  .map(({ text, reading, frequency }) => ({ text, reading, level: levelOfFrequency(frequency) }));

const text = encodeDictionary({
  words,
  surnames: surnames(),
  givenNames: givenNames(),
  givenCharacters: [...new Set(seed('given-characters').replace(/\s/g, ''))],
  inauspicious: [...new Set(seed('inauspicious'))],
});
writeFileSync(new URL('dictionary.txt', here), text);
console.log(`${words.length} words, ${Buffer.byteLength(text)} bytes`);
