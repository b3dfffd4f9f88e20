import { expect } from 'vitest';
import type { GroupAnswer, LeafAnswer } from '#contract/answers.ts';
import type { AnswerValue, QuestionPage, VisitStep } from '#contract/visit.ts';
import type { ItemAnswers } from '../fixtures/items/answers.ts';
import { expectDone, type VisitAtDesk } from './visit-at-desk.ts';

/** Through a form as a resident goes through it, with answers of a fixture. */

const CHECK_PAGE = 'the check page';
/** More pages than any form has. */
export const LONG_WAY = 200;

/** Through the rest of the form with the fixture's answers, forward only; the pages that were asked. */
export function walkOn(desk: VisitAtDesk, fixture: ItemAnswers, given?: Map<string, AnswerValue>): string[] {
  const seen: string[] = [];
  for (let step = desk.step(); seen.length < LONG_WAY; step = desk.step()) {
    if (given) expectShown(step, given);
    if (step.kind === 'question') {
      seen.push(step.page.pageId);
      put(desk, step.page, usualValue(step.page, fixture), given);
    } else if (step.kind === 'group') {
      const wanted = entriesOf(fixture, step.page.pageId).length;
      if (step.page.entries.length < wanted) {
        expectDone(desk.visits.addEntry(step.page.pageId));
      } else {
        seen.push(step.page.pageId);
        expectDone(desk.visits.finishGroup(step.page.pageId, true));
      }
    } else if (step.kind === 'card') {
      expectDone(desk.visits.acceptCard());
    } else return seen;
  }
  throw new Error(`never at ${CHECK_PAGE}: ${seen.join(' ')}`);
}

/** Answers a page, and remembers the answer when it was taken. */
export function put(
  desk: VisitAtDesk,
  page: QuestionPage,
  value: AnswerValue | null,
  given?: Map<string, AnswerValue>,
): void {
  const judged = desk.visits.answer({ pageId: page.pageId, value, confirmedOdd: true });
  if (!judged.ok) throw new Error(JSON.stringify(judged));
  if (judged.value.problems.length > 0) {
    if (!given) throw new Error(`${page.pageId}: ${JSON.stringify(judged.value.problems)}`);
    return;
  }
  if (value === null) given?.delete(page.pageId);
  else given?.set(page.pageId, value);
}

/** What was answered stands on its page again, or a mask in its place. */
export function expectShown(step: VisitStep, given: ReadonlyMap<string, AnswerValue>): void {
  if (step.kind !== 'question') return;
  // Whatever changed since it was signed has taken the signature back, and says so.
  if (step.page.signatureTakenBack) return;
  const answered = given.get(step.page.pageId);
  if (answered === undefined) return;
  if (step.page.masked === undefined) expect(step.page.value).toEqual(answered);
}

function entriesOf(fixture: ItemAnswers, pageId: string): GroupAnswer {
  const entries = fixture.answers[pageId];
  return Array.isArray(entries) ? (entries as GroupAnswer) : []; // of a group's page
}

function fixtureValue(page: QuestionPage, fixture: ItemAnswers): LeafAnswer | null | undefined {
  const [group = '', index, field] = page.pageId.split('.');
  if (field === undefined) return fixture.answers[group] as LeafAnswer | null | undefined; // of a question's page
  return entriesOf(fixture, group)[Number(index)]?.[field];
}

export function usualValue(page: QuestionPage, fixture: ItemAnswers): LeafAnswer | null {
  const value = fixtureValue(page, fixture);
  return value === undefined ? fallback(page) : value;
}

/** For a question that only other choices bring up. */
function fallback({ question }: QuestionPage): LeafAnswer {
  switch (question.type) {
    case 'name':
      return '赵明';
    case 'phone':
      return '13900001111';
    case 'idcard':
      return '999901199002140036';
    case 'bankcard':
      return '6222020000000000004';
    case 'select':
    case 'radio':
      return question.options?.[0]?.value ?? '';
    case 'multiselect':
      return [question.options?.[0]?.value ?? ''];
    case 'date':
      return question.max ?? '2026-11-20';
    case 'datetime':
      return '2026-11-01T08:00';
    case 'month':
      return '2026-10';
    case 'number':
    case 'money':
      return '1';
    case 'address':
      return { region: '', street: '', community: '', detail: '邻县东街12号' };
    case 'signature':
      return { width: 10, height: 10, strokes: [[[1, 1]]] };
    case 'text':
    case 'textarea':
      return '说明';
    default: {
      const never: never = question.type;
      return never;
    }
  }
}
