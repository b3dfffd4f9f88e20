import { entriesOf, leafOf, type LeafAnswer } from '#contract/answers.ts';
import { displayAnswer, masked } from '#contract/form/display.ts';
import type { Field, LeafField } from '#contract/item-field.ts';
import type { LocalizedText } from '#contract/localized.ts';
import { maskName } from '#contract/masks.ts';
import type { CaseView } from './case-view.ts';

/** What was submitted, section by section, as the form of its item names it. */
export interface ShownSection {
  /** Null: answers that the item's form does not have now. */
  readonly title: LocalizedText | null;
  readonly answers: readonly ShownAnswer[];
}

export interface ShownAnswer {
  readonly label: LocalizedText;
  readonly value:
    | { readonly kind: 'text'; readonly text: LocalizedText }
    | { readonly kind: 'hidden' }
    /** The id of the field under which its picture is found. */
    | { readonly kind: 'signature'; readonly fieldId: string };
}

/** Everything, or what says nothing of a person. */
export function shownSections(view: CaseView, isWhole: boolean): ShownSection[] {
  const { answers } = view.submission.payload;
  const sections = (view.item?.form.sections ?? []).map((section) => ({
    title: section.title,
    answers: section.fields.flatMap((field) => shownField(view, field, isWhole)),
  }));
  const known = new Set((view.item?.form.sections ?? []).flatMap(({ fields }) => fields.map(({ id }) => id)));
  const others = Object.keys(answers)
    .filter((id) => !known.has(id))
    .map((id): ShownAnswer => {
      const answer = leafOf(answers[id]);
      const label = { zh: id, en: id };
      // Of a field that nobody describes it is not known what it says.
      return isWhole && typeof answer === 'string'
        ? plain(label, answer)
        : { label, value: { kind: 'hidden' } };
    });
  return [...sections, { title: null, answers: others }].filter((section) => section.answers.length > 0);
}

function shownField(view: CaseView, field: Field, isWhole: boolean): ShownAnswer[] {
  const given = view.submission.payload.answers[field.id];
  if (field.type !== 'group') return shownLeaf(view, field, leafOf(given), isWhole, field.label);
  return entriesOf(given).flatMap((entry, index) =>
    field.fields.flatMap((inner) => {
      const place = String(index + 1);
      const label = {
        zh: `${field.label.zh} ${place}：${inner.label.zh}`,
        en: `${field.label.en} ${place}: ${inner.label.en}`,
      };
      return shownLeaf(view, inner, entry[inner.id], isWhole, label);
    }),
  );
}

function shownLeaf(
  view: CaseView,
  field: LeafField,
  answer: LeafAnswer | undefined,
  isWhole: boolean,
  label: LocalizedText,
): ShownAnswer[] {
  if (answer === undefined) return [];
  if (typeof answer === 'object' && 'strokes' in answer) {
    return [{ label, value: isWhole ? { kind: 'signature', fieldId: field.id } : { kind: 'hidden' } }];
  }
  // Masked by itself; the whole number is what the officer compares with the card.
  if (isWhole && typeof answer === 'string' && masked(field, answer) !== null) return [plain(label, answer)];
  const text = displayAnswer(field, answer);
  if (isWhole || isOpen(view, field)) return [{ label, value: { kind: 'text', text } }];
  if (typeof answer === 'string' && masked(field, answer) !== null)
    return [{ label, value: { kind: 'text', text } }];
  if (typeof answer === 'string' && field.type === 'name') return [plain(label, maskName(answer))];
  return [{ label, value: { kind: 'hidden' } }];
}

/** What says nothing of a person; and the words of a question, which is what has to be answered. */
function isOpen({ item }: CaseView, field: LeafField): boolean {
  return field.pii === 'none' || (item?.interaction !== undefined && field.type === 'textarea');
}

function plain(label: LocalizedText, words: string): ShownAnswer {
  return { label, value: { kind: 'text', text: { zh: words, en: words } } };
}
