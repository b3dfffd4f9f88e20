import type { ServiceItem } from '#contract/item.ts';
import type { LocalizedText } from '#contract/localized.ts';

/** What only some people need is left to the guide: a slip has room for what everybody brings. */
const IF_YOU_HAVE_IT = { zh: '（有就带）', en: ' (if you have it)' };

/**
 * The papers of an item for somebody who goes to a window: a window reads no card by itself and looks nothing up, so
 * that also what this kiosk has without being shown it is among them; what is filled in here is not.
 */
export function papersForWindow({ materials }: ServiceItem): LocalizedText[] {
  return materials
    .filter(({ condition, obtain }) => condition === undefined && !obtain.includes('form'))
    .map(({ name, necessity }) =>
      necessity === '2'
        ? { zh: `${name.zh}${IF_YOU_HAVE_IT.zh}`, en: `${name.en}${IF_YOU_HAVE_IT.en}` }
        : name,
    );
}
