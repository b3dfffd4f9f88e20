import type { NoticeHeading } from '#contract/case-history.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';

/** What stands at the head of a notice of an item, by the unit that has the case. */
export function headingOf(
  { name, department, contacts }: ServiceItem,
  handedTo: LocalizedText | null | undefined,
): NoticeHeading {
  return {
    itemName: name,
    unit: handedTo ?? { zh: department.zh, en: department.en },
    phone: contacts.consult,
  };
}

/** A unit by its Chinese name, as the departments of the catalogue's items are called. */
export function unitNamed(catalogue: Catalogue, zh: string): LocalizedText | null {
  for (const { item } of catalogue.items.values()) {
    if (item.department.zh === zh) return { zh: item.department.zh, en: item.department.en };
  }
  return null;
}
