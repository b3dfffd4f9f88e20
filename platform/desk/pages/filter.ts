import { NO_PROBLEMS, selectField } from '../form.ts';
import { html, type Html } from '../html.ts';
import type { Texts } from '../texts/texts.ts';

/** One of a few lists: what the address says, or the first. */
export function choose<T extends string>(among: readonly [T, ...T[]], given: string | null): T {
  return among.find((one) => one === given) ?? among[0];
}

export function filterForm(
  texts: Texts,
  wanted: {
    readonly action: string;
    readonly name: string;
    readonly label: string;
    /** Of the texts. */
    readonly family: string;
    readonly values: readonly string[];
    readonly value: string;
  },
): Html {
  const { action, name, label, family, values, value } = wanted;
  return html`<form method="get" action="${action}" class="filters" role="search">
    ${selectField({
      name,
      label,
      value,
      options: values.map((one) => ({ value: one, label: texts.member(family, one) })),
      problems: NO_PROBLEMS,
    })}
    <div class="field"><button class="main">${texts.t('apply')}</button></div>
  </form>`;
}
