import { entriesOf, type Answers, type GroupAnswer } from '../answers.ts';
import type { Field, GroupField, LeafField, Section } from '../item-field.ts';
import type { ServiceItem } from '../item.ts';
import { computedValue } from './computed.ts';
import { holds } from './conditions.ts';
import type { LocalDate } from './local-date.ts';

export interface VisibleField {
  readonly section: Section;
  readonly field: Field;
}

/** A form as it stands after so many answers. */
export interface SettledForm {
  /** The questions that are to be answered, in order. */
  readonly visible: readonly VisibleField[];
  /** What counts: answers of hidden questions are gone, computed ones are in. */
  readonly answers: Answers;
}

/**
 * Which questions a form has for the answers given, and which of those count. One pass is enough: a condition
 * names only earlier fields (load-item.ts). The answer to a hidden question counts nowhere, so that what depends
 * on it hides as well; the draft keeps it, for the resident may change his mind back.
 */
export function settleForm(item: ServiceItem, given: Answers, today: LocalDate): SettledForm {
  const visible: VisibleField[] = [];
  const answers: Answers = {};
  for (const section of item.form.sections) {
    if (!holds(section.visibleWhen, answers)) continue;
    for (const field of section.fields) {
      if (!holds(field.visibleWhen, answers)) continue;
      visible.push({ section, field });
      const answer = countingAnswer(field, given, answers, today);
      if (answer !== undefined) answers[field.id] = answer;
    }
  }
  return { visible, answers };
}

function countingAnswer(
  field: Field,
  given: Answers,
  before: Answers,
  today: LocalDate,
): Answers[string] | undefined {
  if (field.type === 'group') {
    if (given[field.id] === undefined) return undefined;
    return entriesOf(given[field.id]).map((entry) => visibleEntry(field, entry, before));
  }
  return isComputed(field) ? (computedValue(field.computed, before, today) ?? undefined) : given[field.id];
}

function visibleEntry(group: GroupField, entry: GroupAnswer[number], before: Answers): GroupAnswer[number] {
  const kept: GroupAnswer[number] = {};
  for (const field of entryFields(group, entry, before)) {
    const answer = entry[field.id];
    if (answer !== undefined) kept[field.id] = answer;
  }
  return kept;
}

/** The questions about one person of a group. */
export function entryFields(group: GroupField, entry: GroupAnswer[number], answers: Answers): LeafField[] {
  const known: Answers = { ...answers };
  const shown: LeafField[] = [];
  for (const field of group.fields) {
    if (!holds(field.visibleWhen, known)) continue;
    shown.push(field);
    const answer = entry[field.id];
    if (answer !== undefined) known[field.id] = answer;
  }
  return shown;
}

/** Worked out from other answers, and never asked. */
export function isComputed(field: Field): field is LeafField & { computed: string } {
  return (field.type === 'number' || field.type === 'money') && field.computed !== undefined;
}
