import { entriesOf, leafOf, type Answers } from '../answers.ts';
import { ageOn, birthdayOfCitizenNumber } from '../identity.ts';
import { compactDate, type LocalDate } from './local-date.ts';

/** What a computed field is worked out from. */
export type Formula =
  | { readonly kind: 'age'; readonly field: string }
  | { readonly kind: 'sum'; readonly group: string; readonly field: string };

/** Reads what the schema has let through: `age(field)` or `sum(group.field)`. */
export function formulaOf(computed: string): Formula {
  const [, kind, inside = ''] = /^(age|sum)\((.*)\)$/.exec(computed) ?? [];
  if (kind === 'age') return { kind, field: inside };
  const [group = '', field = ''] = inside.split('.');
  return { kind: 'sum', group, field };
}

/** The value of a computed field; null while what it needs is not answered. */
export function computedValue(computed: string, answers: Answers, today: LocalDate): string | null {
  const formula = formulaOf(computed);
  switch (formula.kind) {
    case 'age': {
      const birthday = birthdayIn(answers, formula.field);
      return birthday === null ? null : String(ageOn(birthday, compactDate(today)));
    }
    case 'sum':
      return sum(entriesOf(answers[formula.group]).map((entry) => entry[formula.field]));
    default: {
      const never: never = formula;
      return never;
    }
  }
}

/** YYYYMMDD, of an ID number, a date or an instant; null when it is not answered or tells none. */
export function birthdayIn(answers: Answers, field: string): string | null {
  const answer = leafOf(answers[field]);
  if (typeof answer !== 'string') return null;
  if (/^\d{17}[\dX]$/.test(answer)) return birthdayOfCitizenNumber(answer);
  return /^\d{4}-\d{2}-\d{2}/.test(answer) ? compactDate(answer.slice(0, 10)) : null;
}

/** In fen, so that no amount is a hair off. */
function sum(amounts: readonly unknown[]): string {
  const fen = amounts.reduce<number>(
    (total, amount) => total + (typeof amount === 'string' ? Math.round(Number(amount) * 100) || 0 : 0),
    0,
  );
  return fen % 100 === 0 ? String(fen / 100) : (fen / 100).toFixed(2);
}
