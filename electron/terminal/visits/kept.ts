import type { IdentitySource } from '#contract/application.ts';
import type { Answers } from '#contract/answers.ts';
import { applicantOf } from '#contract/form/applicant.ts';
import { sexOf } from '#contract/form/autofill.ts';
import {
  answersToKeep,
  fillFromEarlier,
  NOTHING_EARLIER,
  type ApplicantSex,
  type EarlierAnswers,
} from '#contract/form/reuse.ts';
import type { LocalMinute } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import { maskName } from '#contract/masks.ts';
import type { FormStage, ReadPerson } from './draft.ts';

/**
 * What one item of a visit leaves for the next: it lives as long as the visit, and goes with it. Consents are not among
 * it: each item has its own. All of it is of one applicant; of another one, nothing is kept.
 */
export interface Kept {
  /** Whether something was received in this visit, whoever applied. */
  readonly hasReceived: boolean;
  /** Null until something was received of somebody. */
  readonly identity: KeptIdentity | null;
  readonly answers: EarlierAnswers;
}

export interface KeptIdentity {
  readonly source: IdentitySource;
  /** Null: name and number were typed. */
  readonly person: ReadPerson | null;
  readonly maskedName: string;
}

export const NOTHING_KEPT: Kept = { hasReceived: false, identity: null, answers: NOTHING_EARLIER };

/** With what was just received; what is newer counts. */
export function keepAlso(before: Kept, item: ServiceItem, form: FormStage, answers: Answers): Kept {
  // Of somebody whom nobody asked who he is, nothing is carried to where he is asked.
  if (form.identity === 'none') return { ...before, hasReceived: true };
  const { person } = form;
  const name = person?.document.name ?? applicantOf(item, answers).name;
  const identity = { source: form.identity, person, maskedName: maskName(name) };
  return { ...keepAnswers(before, item, form, answers), hasReceived: true, identity };
}

/** With what was answered so far: of items that fall out of a chain, what the others ask as well stays. */
export function keepAnswers(before: Kept, item: ServiceItem, form: FormStage, answers: Answers): Kept {
  const { person } = form;
  const kept = new Map([...before.answers, ...answersToKeep(item, answers, sexOfCard(person))]);
  if (person) kept.set('applicant.id', person.document.number);
  return { ...before, answers: kept };
}

/** What may still be used when this person, or one who types (null), goes on. */
export function keptFor(kept: Kept, person: ReadPerson | null): Kept {
  // Of somebody who is not known yet: the form's own number tells whether it is still the same one (form/reuse.ts).
  if (kept.identity === null) return kept;
  if (kept.identity.person?.document.number === person?.document.number) return kept;
  return { ...NOTHING_KEPT, hasReceived: kept.hasReceived };
}

/** Who is there without being asked again; null: nobody yet, or the platform's answer about a code is too old. */
export function identityToGoOnWith({ identity }: Kept, nowMs: number): KeptIdentity | null {
  const untilMs = identity?.person?.untilMs ?? null;
  return untilMs !== null && untilMs <= nowMs ? null : identity;
}

/** The form with everything filled in that was said before, in it or in an earlier item of the visit. */
export function withEarlier(item: ServiceItem, form: FormStage, kept: Kept, now: LocalMinute): FormStage {
  const { fromCard, own, person } = form;
  const context = { item, fromCard, own, earlier: kept.answers, sex: sexOfCard(person), now };
  return { ...form, ...fillFromEarlier(form, context) };
}

/** After a page was answered: what stands there now is the resident's own word. */
export function withOwnAnswer(form: FormStage, fieldId: string, answers: Answers): FormStage {
  return {
    ...form,
    answers,
    own: new Set([...form.own, fieldId]),
    filled: new Set([...form.filled].filter((id) => id !== fieldId)),
  };
}

/** What the resident said himself: what a card said, or was filled in, is another's behind another card. */
export function ownAnswers({ answers, fromCard, filled }: FormStage): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !fromCard.has(id) && !filled.has(id)));
}

function sexOfCard(person: ReadPerson | null): ApplicantSex {
  return person && sexOf(person.document);
}
