import type { ServiceItem } from '#contract/item.ts';
import { distanceWithin, isInOrder } from './closeness.ts';
import { readingsOf, searchable, withoutAccent, type Readings } from './readings.ts';

/** An item as it is looked for: made once, when the catalogue changes. */
export interface Findable {
  readonly slug: string;
  /** Its name and what people call it. */
  readonly names: readonly Key[];
  /** What it is about: the plain sentence, the event of life, the department. */
  readonly about: readonly string[];
}

interface Key {
  readonly text: string;
  readonly sound: Readings;
  /** Words of a name that is not Chinese. */
  readonly words: readonly string[];
}

/** Better is higher; 0 is not found. Each is a way in which people write, the surest first. */
const SCORES = {
  whole: 100,
  beginning: 90,
  inside: 80,
  initials: 75,
  sound: 70,
  inOrder: 60,
  accent: 55,
  about: 40,
  almost: 30,
} as const;

/** A letter that is wrong is found in words of so many; two, in longer ones. */
const ALMOST_FROM_LETTERS = 5;
const ALMOST_TWICE_FROM_LETTERS = 9;
/** Two initials would be found in half of the catalogue. */
const INITIALS_FROM = 2;
const SOUND_FROM_LETTERS = 3;

const CHINESE = /\p{Script=Han}/u;

export type Described = Pick<ServiceItem, 'slug' | 'name' | 'aliases' | 'plain' | 'theme' | 'department'>;

export function findable(item: Described): Findable {
  const names = [item.name.zh, item.name.en, ...item.aliases];
  return {
    slug: item.slug,
    names: names.map((name) => ({
      text: searchable(name),
      sound: readingsOf(name),
      words: name
        .toLowerCase()
        .split(/[^\p{L}\p{N}]+/u)
        .filter((word) => word !== ''),
    })),
    about: [item.plain, item.theme, item.department].flatMap(({ zh, en }) => [
      searchable(zh),
      searchable(en),
    ]),
  };
}

/**
 * The items that a resident may mean by what was typed so far, the likeliest first: characters, whole or half a name,
 * pinyin or its initials, with another accent, with a wrong letter. Those that are as likely keep their order.
 */
export function find(items: readonly Findable[], typed: string): string[] {
  const query = searchable(typed);
  if (query === '') return [];
  return items
    .map((item) => ({ slug: item.slug, score: scoreOf(item, query) }))
    .filter(({ score }) => score > 0)
    .sort((one, other) => other.score - one.score)
    .map(({ slug }) => slug);
}

function scoreOf(item: Findable, query: string): number {
  const score = CHINESE.test(query) ? chineseScore : letterScore;
  const byName = Math.max(...item.names.map((name) => score(name, query)));
  const isAbout = query.length > 1 && item.about.some((text) => text.includes(query));
  return Math.max(byName, isAbout ? SCORES.about : 0);
}

function textScore({ text }: Key, query: string): number {
  if (text === query) return SCORES.whole;
  if (text.startsWith(query)) return SCORES.beginning;
  return text.includes(query) ? SCORES.inside : 0;
}

/** Characters, perhaps with a wrong one that sounds the same: 结昏登记. */
function chineseScore(key: Key, query: string): number {
  const byText = textScore(key, query);
  if (byText > 0) return byText;
  if (query.length < 2) return 0;
  if (isInOrder(query, key.text)) return SCORES.inOrder;
  return soundScore(key, readingsOf(query).letters);
}

function letterScore(key: Key, query: string): number {
  if (key.words.some((word) => word.startsWith(query))) return SCORES.beginning;
  const byText = textScore(key, query);
  if (byText > 0 && query.length >= SOUND_FROM_LETTERS) return byText;
  if (query.length >= INITIALS_FROM && key.sound.initials.startsWith(query)) return SCORES.initials;
  if (query.length > INITIALS_FROM && key.sound.initials.includes(query)) return SCORES.initials;
  return soundScore(key, query);
}

function soundScore({ sound, text }: Key, letters: string): number {
  if (letters.length < SOUND_FROM_LETTERS) return 0;
  if (sound.letters.includes(letters)) return SCORES.sound;
  if (withoutAccent(sound.letters).includes(withoutAccent(letters))) return SCORES.accent;
  if (letters.length < ALMOST_FROM_LETTERS) return 0;
  const limit = letters.length < ALMOST_TWICE_FROM_LETTERS ? 1 : 2;
  const isAlmost = [sound.letters, text].some((whole) => distanceWithin(letters, whole, limit) <= limit);
  return isAlmost ? SCORES.almost : 0;
}
