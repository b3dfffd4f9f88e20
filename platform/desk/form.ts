import { html, type Html, type Piece } from './html.ts';
import type { Texts } from './texts/texts.ts';

/** What somebody typed: by the name of the field, as it came. */
export type Values = URLSearchParams;

/** What is wrong with a field, in the words that stand at it and above the form alike. */
export interface Problem {
  readonly field: string;
  readonly says: string;
}

export const NO_PROBLEMS: readonly Problem[] = [];

/** A summary above the form, which is where the reader lands, with a link to each field. */
export function problemSummary(problems: readonly Problem[], { t }: Texts): Piece {
  if (problems.length === 0) return null;
  return html`<div class="problems" role="alert" tabindex="-1" autofocus aria-labelledby="problems">
    <h2 id="problems">${t('problems.title')}</h2>
    <ul>
      ${problems.map(({ field, says }) => html`<li><a href="#${idOf(field)}">${says}</a></li>`)}
    </ul>
  </div>`;
}

export function idOf(name: string): string {
  return `f-${name}`;
}

interface Common {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly problems: readonly Problem[];
}

/** A field with its label, its hint and what is wrong with it. */
function field(common: Common, control: (describedBy: Html | null) => Piece): Html {
  const { name, label, hint, problems } = common;
  const id = idOf(name);
  const wrong = problems.filter((problem) => problem.field === name);
  const named = [
    ...(hint === undefined ? [] : [`${id}-hint`]),
    ...(wrong.length === 0 ? [] : [`${id}-wrong`]),
  ];
  const describedBy = html`${named.length > 0 && html` aria-describedby="${named.join(' ')}"`}${wrong.length > 0 && html` aria-invalid="true"`}`;
  return html`<div class="field${wrong.length > 0 && ' has-wrong'}">
    <label for="${id}">${label}</label>${
      hint !== undefined && html`<p class="hint" id="${id}-hint">${hint}</p>`
    }${wrong.length > 0 && html`<p class="wrong" id="${id}-wrong">${wrong.map(({ says }) => says).join(' ')}</p>`}${control(describedBy)}
  </div>`;
}

export interface TextField extends Common {
  readonly type: 'text' | 'password' | 'search' | 'date' | 'number';
  readonly value: string;
  readonly most: number;
  readonly autocomplete?: string;
}

export function textField(given: TextField): Html {
  return field(
    given,
    (describedBy) =>
      html`<input
        id="${idOf(given.name)}"
        name="${given.name}"
        type="${given.type}"
        value="${given.value}"
        maxlength="${given.most}"
        ${given.autocomplete !== undefined && html` autocomplete="${given.autocomplete}"`}${describedBy}
      />`,
  );
}

export interface AreaField extends Common {
  readonly value: string;
  readonly isLong?: boolean;
  /** Of what is written in it. */
  readonly lang?: 'zh-CN' | 'en';
}

/** No `maxlength`: what is pasted is not cut off without a word; it is said, and nothing is lost. */
export function areaField(given: AreaField): Html {
  return field(
    given,
    (describedBy) =>
      // A newline behind the tag is dropped by a browser: one is put there for it.
      html`<textarea
        id="${idOf(given.name)}"
        name="${given.name}"
        ${given.isLong === true && html` class="long"`}${given.lang !== undefined && html` lang="${given.lang}"`}${describedBy}
      >
${given.value}</textarea>`,
  );
}

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface SelectField extends Common {
  readonly value: string;
  readonly options: readonly Option[];
}

export function selectField(given: SelectField): Html {
  return field(
    given,
    (describedBy) =>
      html`<select id="${idOf(given.name)}" name="${given.name}" ${describedBy}>
        ${given.options.map(({ value, label }) => html`<option value="${value}" ${value === given.value && html` selected`}>${label}</option>`)}
      </select>`,
  );
}

export interface ChoiceField extends Common {
  readonly type: 'radio' | 'checkbox';
  readonly values: readonly string[];
  readonly options: readonly Option[];
}

/** One or several of a few. The first one carries the field's id, so that a link in the summary lands there. */
export function choiceField({ name, label, hint, problems, type, values, options }: ChoiceField): Html {
  const wrong = problems.filter((problem) => problem.field === name);
  const id = idOf(name);
  return html`<fieldset class="${wrong.length > 0 && 'has-wrong'}">
    <legend>${label}</legend>
    ${hint !== undefined && html`<p class="hint">${hint}</p>`}${wrong.map(({ says }) => html`<p class="wrong">${says}</p>`)}${options.map(
      (option, index) => {
        const own = index === 0 ? id : `${id}-${String(index)}`;
        return html`<div class="choice">
          <input
            type="${type}"
            id="${own}"
            name="${name}"
            value="${option.value}"
            ${values.includes(option.value) && html` checked`}
          /><label for="${own}">${option.label}</label>
        </div>`;
      },
    )}
  </fieldset>`;
}

/** What was typed, carried through a page that asks something else. */
export function hiddenValues(values: Values, without: readonly string[]): Piece {
  return [...values].map(([name, value]) =>
    without.includes(name) ? null : html`<input type="hidden" name="${name}" value="${value}" />`,
  );
}
