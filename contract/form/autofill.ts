import type { Answers } from '../answers.ts';
import { ageOn, birthdayOfCitizenNumber, type IdentityDocument } from '../identity.ts';
import type { LeafField, ServiceItem } from '../item.ts';
import { compactDate, type LocalDate } from './local-date.ts';

/** The answers that a card gives to an item's form: never asked again. */
export function answersFromCard(item: ServiceItem, document: IdentityDocument): Answers {
  const filled: [string, string][] = [];
  for (const field of leafFields(item)) {
    const value = cardValue(field, document);
    if (value !== null) filled.push([field.id, value]);
  }
  return Object.fromEntries(filled);
}

function cardValue(field: LeafField, document: IdentityDocument): string | null {
  if (field.id === 'applicantIdType') return document.idType;
  switch (field.autofill) {
    case 'idcard.name':
      return document.name;
    case 'idcard.number':
      return document.number;
    case 'idcard.sex':
      // 0 unknown and 9 not stated are no answer to a question of the form.
      return document.sex === '1' || document.sex === '2' ? document.sex : null;
    case 'idcard.birthday':
      return `${document.birthday.slice(0, 4)}-${document.birthday.slice(4, 6)}-${document.birthday.slice(6)}`;
    default:
      return null;
  }
}

/** Values that are worked out from other answers, such as `age(applicantId)` in full years. */
export function computedAnswers(item: ServiceItem, answers: Answers, today: LocalDate): Answers {
  const computed: [string, string][] = [];
  for (const field of leafFields(item)) {
    if (field.type !== 'number' || field.computed === undefined) continue;
    const source = answers[field.computed.slice('age('.length, -1)];
    if (typeof source === 'string' && source.length === 18) {
      computed.push([field.id, String(ageOn(birthdayOfCitizenNumber(source), compactDate(today)))]);
    }
  }
  return Object.fromEntries(computed);
}

export function leafFields(item: ServiceItem): LeafField[] {
  return item.form.sections.flatMap((section) =>
    section.fields.filter((field): field is LeafField => field.type !== 'group'),
  );
}
