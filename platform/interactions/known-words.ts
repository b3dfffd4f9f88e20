import type { ServiceItem } from '#contract/item.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import type { KnownWords } from './reply-check.ts';
import { letters, plain } from './reply-text.ts';

/** What the reply check knows of the catalogue: what each item is called, and what its guide says. */
export function knownWords({ items }: Catalogue): KnownWords {
  const published = [...items.values()].map(({ item }) => item);
  // To ask or to complain is how a matter came, and not what it is about.
  const matters = published.filter(({ interaction }) => interaction === undefined);
  const units = published.flatMap(({ department }) => both(department));
  const masks = new Set([...matters.flatMap(namesOf), ...units].map(plain));
  return {
    items: matters.map((item) => ({ names: namesOf(item).map(letters), guide: guideText(item) })),
    masks: [...masks].sort((one, other) => other.length - one.length),
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
