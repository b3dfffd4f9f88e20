import { leafOf, type Answers, type LeafAnswer } from '../answers.ts';
import { sexOfCitizenNumber, type IdentityDocument } from '../identity.ts';
import type { LeafField } from '../item-field.ts';
import type { ServiceItem } from '../item.ts';

/** The answers that a card gives to an item's form: never asked again. */
export function answersFromCard(item: ServiceItem, document: IdentityDocument): Answers {
  const filled: [string, string][] = [];
  for (const field of leafFields(item)) {
    const value = isOfOtherSex(field, document) ? null : cardValue(field, document);
    if (value !== null) filled.push([field.id, value]);
  }
  return Object.fromEntries(filled);
}

/** On a form for two, the bride's card does not fill in the groom. */
function isOfOtherSex(field: LeafField, document: IdentityDocument): boolean {
  if (!('gender' in field) || field.gender === undefined) return false;
  const sex = sexOf(document);
  return sex === null || (sex === '1' ? 'M' : 'F') !== field.gender;
}

/** 1 man, 2 woman; null when neither card nor number says it. */
export function sexOf({ sex, kind, number }: IdentityDocument): '1' | '2' | null {
  if (sex === '1' || sex === '2') return sex;
  return kind === 'resident' ? sexOfCitizenNumber(number) : null;
}

function cardValue(field: LeafField, document: IdentityDocument): string | null {
  if (isIdType(field)) return document.idType;
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

/** In the form of a chain it has another id. */
function isIdType({ id, reuse }: LeafField): boolean {
  return id === 'applicantIdType' || reuse === 'applicant.idType';
}

/** Whether a card (or a code in its place) can give this field. The ID type stands on no card in words: its layout tells. */
export function isFromCard(field: LeafField): boolean {
  return (field.autofill?.startsWith('idcard.') ?? false) || isIdType(field);
}

/**
 * What stands on a page before it is answered: a name that should equal an earlier one, a number that begins with
 * earlier answers, a default. The resident sees it and says that it is right.
 */
export function suggestedAnswer(field: LeafField, answers: Answers): LeafAnswer | undefined {
  if (field.type === 'name' && field.equalsField !== undefined) {
    const other = leafOf(answers[field.equalsField]);
    if (typeof other === 'string') return other;
  }
  if (field.autofill?.startsWith('derive.')) {
    const parts = derivedFrom(field).map((id) => leafOf(answers[id]));
    if (parts.every((part) => typeof part === 'string')) return parts.join('');
  }
  if (!('default' in field) || field.default === undefined) return undefined;
  return typeof field.default === 'number' ? String(field.default) : field.default;
}

/** The fields that `derive.a+b` puts in a row; none for another field. */
export function derivedFrom(field: LeafField): string[] {
  return field.autofill?.startsWith('derive.') ? field.autofill.slice('derive.'.length).split('+') : [];
}

export function leafFields(item: ServiceItem): LeafField[] {
  return item.form.sections.flatMap((section) =>
    section.fields.filter((field): field is LeafField => field.type !== 'group'),
  );
}
