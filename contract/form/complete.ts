import type { IdentitySource } from '../application.ts';
import type { Answers } from '../answers.ts';
import type { ServiceItem } from '../item.ts';
import type { Problem } from '../visit.ts';
import { computedAnswers, leafFields } from './autofill.ts';
import { checkAnswer, checkGroup } from './check-answer.ts';
import type { LocalDate } from './local-date.ts';
import { answerOf, formPages, groupEntries, holds } from './pages.ts';

export interface FormState {
  /** What will be submitted: answers of hidden questions are gone, computed ones are in. */
  readonly answers: Answers;
  /** Every page that does not pass, in order: a one-time notice of all that is missing. */
  readonly problems: readonly { readonly pageId: string; readonly problems: readonly Problem[] }[];
}

/**
 * Judges a whole form. The terminal uses it at the check page and again at submission, the platform when
 * the application arrives. Odd answers have been confirmed on their pages and do not count here.
 */
export function judgeForm(
  item: ServiceItem,
  given: Answers,
  identity: IdentitySource,
  today: LocalDate,
): FormState {
  const answers = visibleAnswers(item, given, today);
  const problems = formPages(item, answers, identity).flatMap((page) => {
    const found =
      page.kind === 'group'
        ? checkGroup(page.field, groupEntries(answers, page.field.id).length)
        : checkAnswer(page.field, answerOf(page, answers) ?? null, { today, answers });
    const wrong = found.filter((problem) => !problem.odd);
    return wrong.length === 0 ? [] : [{ pageId: page.pageId, problems: wrong }];
  });
  return { answers, problems: [...problems, ...cardProblems(item, answers, identity, today)] };
}

/** What came from the card is not on a page, and is checked all the same. */
function cardProblems(item: ServiceItem, answers: Answers, identity: IdentitySource, today: LocalDate) {
  const asked = new Set(formPages(item, answers, identity).map((page) => page.pageId));
  return leafFields(item)
    .filter((field) => answers[field.id] !== undefined && !asked.has(field.id))
    .flatMap((field) => {
      const value = answers[field.id];
      if (value === undefined || Array.isArray(value)) return [];
      const problems = checkAnswer(field, value, { today, answers }).filter((problem) => !problem.odd);
      return problems.length === 0 ? [] : [{ pageId: field.id, problems }];
    });
}

function visibleAnswers(item: ServiceItem, given: Answers, today: LocalDate): Answers {
  const kept: Answers = {};
  for (const section of item.form.sections) {
    if (!holds(section.visibleWhen, given)) continue;
    for (const field of section.fields) {
      const answer = given[field.id];
      if (answer !== undefined && holds(field.visibleWhen, given)) kept[field.id] = answer;
    }
  }
  return { ...kept, ...computedAnswers(item, kept, today) };
}
