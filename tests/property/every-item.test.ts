import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Answers, GroupAnswer, LeafAnswer } from '#contract/answers.ts';
import { submissionSchema } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { holds } from '#contract/form/conditions.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { AnswerValue, QuestionPage, VisitStep } from '#contract/visit.ts';
import { submissionProblem } from '#platform/cases/store-application.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import type { CheckedApplication } from '#terminal/intake/intake.ts';
import { itemAnswers, type ItemAnswers } from '../fixtures/items/answers.ts';
import { expectDone, startVisit, type VisitAtDesk } from '../support/visit-at-desk.ts';

const catalogue = [...loadCatalogue(catalogueDir).items.values()].map(({ item }) => item);
const CHECK_PAGE = 'the check page';
/** More pages than any form has. */
const LONG_WAY = 200;

const items = catalogue.map((item): [string, ServiceItem, ItemAnswers] => {
  const fixture = itemAnswers[item.slug];
  if (!fixture) throw new Error(`no answers for ${item.slug}`);
  return [item.slug, item, fixture];
});

describe.each(items)('%s', (_slug, item, fixture) => {
  it('is filled in from the first page to a submission that the platform takes', async () => {
    const desk = startVisit(item, fixture.card);
    const pages = walkOn(desk, fixture);
    expect(new Set(pages).size, 'no page is asked twice').toBe(pages.length);
    const fromCard = desk.step();
    if (fromCard.kind !== 'review') throw new Error(fromCard.kind);
    expect(fromCard.problems).toBe(0);
    const read = fromCard.rows.filter((row) => row.source === 'card').map((row) => row.pageId);
    expect(read.length, 'the card says who it is').toBeGreaterThanOrEqual(2);
    expect(pages.filter((page) => read.includes(page))).toEqual([]);
    expectDone(await desk.visits.submit());
    expect(problemOf(item, desk.received())).toBeNull();
  });

  it('keeps every answer back and forth, asks nothing twice, and sends no answer of a hidden question', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(moveArbitrary, { maxLength: 60 }), async (moves) => {
        const desk = startVisit(item, fixture.card);
        const given = new Map<string, AnswerValue>();
        for (const move of moves) {
          if (desk.step().kind === 'blocked') return;
          expectShown(desk.step(), given);
          makeMove(desk, move, fixture, given);
        }
        if (desk.step().kind === 'blocked') return;
        walkOn(desk, fixture, given);
        if (desk.step().kind === 'blocked') return;
        await finish(desk, fixture);
        const received = desk.received();
        expect(problemOf(item, received)).toBeNull();
        expectNothingHidden(item, received?.content.answers ?? {});
      }),
      { numRuns: 15 },
    );
  });
});

it('a person who types his number cannot have another one’s record printed', () => {
  const item = catalogue.find(({ slug }) => slug === 'insurance-record-print');
  if (!item) throw new Error('no item');
  expect(startVisit(item, null).step().kind).toBe('blocked');
});

type Move =
  { readonly kind: 'back' } | { readonly kind: 'leave' } | { readonly kind: 'on'; readonly choice: number };
const moveArbitrary: fc.Arbitrary<Move> = fc.oneof(
  { weight: 2, arbitrary: fc.constant<Move>({ kind: 'back' }) },
  { weight: 1, arbitrary: fc.constant<Move>({ kind: 'leave' }) },
  { weight: 5, arbitrary: fc.nat({ max: 9 }).map((choice): Move => ({ kind: 'on', choice })) },
);

/** Through the rest of the form with the fixture's answers, forward only; the pages that were asked. */
function walkOn(desk: VisitAtDesk, fixture: ItemAnswers, given?: Map<string, AnswerValue>): string[] {
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

/** Whatever a random walk has left wrong is put right where the terminal leads to. */
async function finish(desk: VisitAtDesk, fixture: ItemAnswers): Promise<void> {
  for (let tries = 0; tries < LONG_WAY && desk.step().kind !== 'received'; tries += 1) {
    if (desk.step().kind === 'review') await desk.visits.submit();
    else walkOn(desk, fixture);
  }
}

function makeMove(
  desk: VisitAtDesk,
  move: Move,
  fixture: ItemAnswers,
  given: Map<string, AnswerValue>,
): void {
  const step = desk.step();
  if (step.kind === 'card') {
    expectDone(desk.visits.acceptCard());
  } else if (move.kind === 'back') {
    desk.visits.back();
  } else if (step.kind === 'question') {
    const value = move.kind === 'leave' ? null : randomValue(step.page, move.choice, fixture);
    put(desk, step.page, value, given);
  } else if (step.kind === 'group') {
    if (move.kind === 'on' && move.choice < 3 && step.page.canAdd && step.page.entries.length < 2) {
      expectDone(desk.visits.addEntry(step.page.pageId));
    } else desk.visits.finishGroup(step.page.pageId, true);
  } else if (step.kind === 'review' && move.kind === 'on') {
    const changeable = step.rows.filter((row) => row.canChange);
    const row = changeable[move.choice % changeable.length];
    if (row) expectDone(desk.visits.change(row.pageId));
  }
}

/** Answers a page, and remembers the answer when it was taken. */
function put(
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
function expectShown(step: VisitStep, given: ReadonlyMap<string, AnswerValue>): void {
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

function usualValue(page: QuestionPage, fixture: ItemAnswers): LeafAnswer | null {
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

function randomValue(page: QuestionPage, choice: number, fixture: ItemAnswers): AnswerValue | null {
  const { options } = page.question;
  if (options) {
    const value = options[choice % options.length]?.value ?? '';
    return page.question.type === 'multiselect' ? [value] : value;
  }
  // Now and then what no field takes.
  if (choice === 9) return '\u{1F600}';
  return usualValue(page, fixture);
}

function expectNothingHidden(item: ServiceItem, answers: Answers): void {
  for (const section of item.form.sections) {
    for (const field of section.fields) {
      if (answers[field.id] === undefined) continue;
      const isShown = holds(section.visibleWhen, answers) && holds(field.visibleWhen, answers);
      expect(isShown, `${field.id} is sent and hidden`).toBe(true);
    }
  }
}

/** Why the platform would not store what was received, or null. */
function problemOf(item: ServiceItem, received: CheckedApplication | null): string | null {
  if (!received) return 'nothing was received';
  const { applicationId, content, papers, signing } = received;
  const payload = { formVersion: 3, ...content, attachments: [], papers, signing } as const;
  const parsed = submissionSchema.safeParse({
    terminalId: 'T-01',
    stationId: '999901001',
    receiptNo: '9999010012611220100010',
    itemSlug: item.slug,
    itemCode: item.code,
    itemVersion: item.version,
    language: 'zh',
    receivedAt: '2026-11-21T01:30:00.000Z',
    payloadSha256: createHash('sha256').update(canonicalJson(payload)).digest('hex'),
    payload,
  });
  return parsed.success ? submissionProblem(applicationId, parsed.data) : parsed.error.message;
}
