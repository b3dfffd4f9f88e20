import type { LeafAnswer } from '#contract/answers.ts';
import { leafOf } from '#contract/answers.ts';
import { displayAnswer, masked } from '#contract/form/display.ts';
import { compactDate, dayOf, type LocalMinute } from '#contract/form/local-date.ts';
import { groupEntries } from '#contract/form/pages.ts';
import { entryFields } from '#contract/form/settle.ts';
import { withoutBoxes } from '#contract/glyphless.ts';
import type { SealedHanded } from '#contract/handed.ts';
import { ageOn } from '#contract/identity.ts';
import type { LeafField } from '#contract/item-field.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { Draft, FormStage } from './draft.ts';
import { settled } from './form-moves.ts';
import { walkedOf } from './paper-page.ts';
import { reviewPapers } from './paper-view.ts';

/** What of a visit can go to a window. */
export interface ForWindow {
  /** Of a chain, its first item. */
  readonly slug: string;
  /** Full years; null: no card was read. */
  readonly age: number | null;
  /** What is filled in so far; null: nothing is. */
  readonly handed: SealedHanded | null;
}

/** Null where nobody is in the middle of anything: before the consent, and behind the end. */
export function forWindow(draft: Draft, now: LocalMinute): ForWindow | null {
  const slug = draft.chain?.form.parts[0]?.item.slug ?? draft.item.slug;
  const { stage } = draft;
  switch (stage.name) {
    case 'card':
      return { slug, age: null, handed: null };
    case 'form':
      return { slug, age: ageOf(stage, now), handed: handedOf(draft, stage, now) };
    case 'blocked':
    case 'lost':
      return { slug, age: ageOf(stage.form, now), handed: handedOf(draft, stage.form, now) };
    case 'consent':
    case 'resume':
    case 'drafted':
    case 'received':
    case 'choosing':
      return null;
  }
}

function ageOf({ person }: FormStage, now: LocalMinute): number | null {
  return person ? ageOn(person.document.birthday, compactDate(dayOf(now))) : null;
}

function handedOf(draft: Draft, form: FormStage, now: LocalMinute): SealedHanded | null {
  const { answers, visible } = settled(draft.item, form, now);
  const rows = visible.flatMap(({ section, field }) => {
    if (field.type !== 'group') return rowOf(section.title, field.label, field, leafOf(answers[field.id]));
    return groupEntries(answers, field.id).flatMap((entry, index) =>
      entryFields(field, entry, answers).flatMap((one) =>
        rowOf(numbered(field.label, index + 1), one.label, one, entry[one.id]),
      ),
    );
  });
  if (rows.length === 0) return null;
  const papers = reviewPapers(walkedOf(draft, form, now)).map(({ name, way }) => ({ name, way }));
  return { itemName: draft.item.name, rows, papers };
}

function rowOf(
  section: LocalizedText,
  label: LocalizedText,
  field: LeafField,
  answer: LeafAnswer | undefined,
): SealedHanded['rows'] {
  if (answer === undefined) return [];
  const display = displayAnswer(field, answer);
  // A signature has no words, and is given anew at the window.
  if (display.zh === '') return [];
  const isMasked = typeof answer === 'string' && masked(field, answer) !== null;
  const whole = isMasked ? { zh: withoutBoxes(answer), en: withoutBoxes(answer) } : display;
  return [{ section, label, display, whole }];
}

function numbered({ zh, en }: LocalizedText, count: number): LocalizedText {
  return { zh: `${zh} ${String(count)}`, en: `${en} ${String(count)}` };
}
