import type { ServiceItem } from '#contract/item.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import type { KnownItem, KnownWords } from './reply-check.ts';
import { letters, nameIndex, plain, quotable } from './reply-text.ts';

const ready = new WeakMap<Catalogue, KnownWords>();

/** What the reply check knows of the catalogue: what each item is called, and what its guide says. Made ready once of each. */
export function knownWords(catalogue: Catalogue): KnownWords {
  const known = ready.get(catalogue) ?? wordsOf(catalogue);
  ready.set(catalogue, known);
  return known;
}

function wordsOf({ items }: Catalogue): KnownWords {
  const published = [...items.values()].map(({ item }) => item);
  // To ask or to complain is how a matter came, and not what it is about.
  const matters = published.filter(({ interaction }) => interaction === undefined);
  const itemsOf = new Map<string, KnownItem[]>();
  for (const item of matters) {
    const own = { guide: quotable(guideText(item)) };
    for (const name of new Set(namesOf(item).map(letters)))
      itemsOf.set(name, [...(itemsOf.get(name) ?? []), own]);
  }
  const units = published.flatMap(({ department }) => both(department));
  return {
    names: nameIndex(itemsOf.keys()),
    itemsOf,
    masks: nameIndex([...matters.flatMap(namesOf), ...units].map(plain)),
  };
}

function namesOf(item: ServiceItem): readonly string[] {
  return [stem(item.name.zh), item.name.zh, item.name.en, ...item.aliases];
}

const ACTION = /(申领|申请|领取|登记|办理|认定|打印|审核确认|资格认定)$/u;
/** Of two characters it would be a word of many matters. */
const SHORTEST_STEM = 3;

/** People ask after 高龄津贴, and not after 高龄津贴申领. */
function stem(name: string): string {
  const short = name.replace(ACTION, '');
  return Array.from(short).length >= SHORTEST_STEM ? short : name;
}

function guideText(item: ServiceItem): string {
  return [
    item.plain,
    ...item.eligibility.map(({ text }) => text),
    ...item.materials.map(({ name }) => name),
    ...item.flow,
    item.fee.note,
  ]
    .flatMap(both)
    .join('。');
}

function both({ zh, en }: LocalizedText): readonly string[] {
  return [zh, en];
}
