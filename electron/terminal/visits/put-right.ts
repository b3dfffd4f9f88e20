import { leafFields } from '#contract/form/autofill.ts';
import { fieldsOfRule } from '#contract/form/eligibility.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { FormStage } from './draft.ts';
import { blockedBy } from './form-moves.ts';

/** Of answers that end a form: those that may be a slip of the finger, and are not for ever. Pure functions. */

/** The fields on whose answers these rules stand, and not on what card or code say. */
export function slipsIn(item: ServiceItem, form: FormStage, ruleIds: readonly string[]): string[] {
  const named = item.eligibility
    .filter(({ id }) => ruleIds.includes(id))
    .flatMap(({ check }) => (check ? fieldsOfRule(check) : []));
  const present = named.filter((id) => Object.hasOwn(form.answers, id) && !form.fromCard.has(id));
  return [...new Set([...present, ...present.flatMap((id) => ownSourcesOf(item, form, id))])];
}

/** Filled in from an answer on another page of this form, another step's of a chain: the slip was made there. */
function ownSourcesOf(item: ServiceItem, form: FormStage, id: string): string[] {
  const fields = leafFields(item);
  const taken = fields.find((field) => field.id === id)?.reuse;
  if (taken === undefined || !form.filled.has(id)) return [];
  const value = JSON.stringify(form.answers[id]);
  return fields
    .filter((field) => field.reuse !== undefined && whatOf(field.reuse) === whatOf(taken))
    .map((field) => field.id)
    .filter((other) => form.own.has(other) && !form.fromCard.has(other))
    .filter((other) => JSON.stringify(form.answers[other]) === value);
}

/** `man.id` may be `applicant.id`: whose it is, the equal value says. */
function whatOf(reuse: string): string | undefined {
  return reuse.split('.')[1];
}

/**
 * The form without what the resident himself said and is ended by, so that it is asked anew; the same one where there
 * is nothing of that kind. A group stays: nobody enters a whole family anew for one sum.
 */
export function withoutOwnSlips(item: ServiceItem, form: FormStage, now: LocalMinute): FormStage {
  const slips = slipsIn(item, form, blockedBy(item, form, now)).filter(
    (id) => !form.filled.has(id) && !isGroup(item, id),
  );
  if (slips.length === 0) return form;
  const answers = Object.entries(form.answers).filter(([id]) => !slips.includes(id));
  // Still his own: it is not filled in from somewhere else either.
  return { ...form, answers: Object.fromEntries(answers), own: new Set([...form.own, ...slips]) };
}

function isGroup(item: ServiceItem, id: string): boolean {
  return item.form.sections.some(({ fields }) =>
    fields.some((field) => field.id === id && field.type === 'group'),
  );
}
