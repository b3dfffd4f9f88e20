import type { Answers } from '../answers.ts';
import type { ServiceItem } from '../item.ts';
import type { Problem } from '../visit.ts';
import { checkAnswer, checkGroup } from './check-answer.ts';
import { dayOf, type LocalMinute } from './local-date.ts';
import { answerOf, answersBeside, formPages, groupEntries, NOTHING_READ } from './pages.ts';
import { settleForm } from './settle.ts';

export interface FormState {
  /** What will be submitted: answers of hidden questions are gone, computed ones are in. */
  readonly answers: Answers;
  /** Every page that does not pass, in order: a one-time notice of all that is missing. */
  readonly problems: readonly { readonly pageId: string; readonly problems: readonly Problem[] }[];
}

/**
 * Judges a whole form, what card or code said included. The terminal uses it at the check page and again at
 * submission, and whoever receives an application can. Odd answers have been confirmed on their pages and do not
 * count here.
 */
export function judgeForm(item: ServiceItem, given: Answers, now: LocalMinute): FormState {
  const form = settleForm(item, given, dayOf(now));
  const { answers } = form;
  const problems = formPages(form, NOTHING_READ).flatMap((page) => {
    const found =
      page.kind === 'group'
        ? checkGroup(page.field, groupEntries(answers, page.field.id).length)
        : checkAnswer(page.field, answerOf(page, answers) ?? null, {
            now,
            answers: answersBeside(page, answers),
            calendars: item.calendars,
          });
    const wrong = found.filter((problem) => !problem.odd);
    return wrong.length === 0 ? [] : [{ pageId: page.pageId, problems: wrong }];
  });
  return { answers, problems };
}
