import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { AnswerValue, VisitStep } from '#contract/visit.ts';
import type { ServiceItem } from '#contract/item.ts';
import { signedStatement } from '#contract/signed-statement.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { itemAnswers } from '../fixtures/items/answers.ts';
import { smallJpeg } from '../support/small-jpeg.ts';
import { deskEquipment, expectDone, startVisit, type VisitAtDesk } from '../support/visit-at-desk.ts';

/** The way of papers and signature through a visit, at a station with a camera. */
beforeAll(() => {
  deskEquipment.camera = { label: null, facing: null, widthPx: 1920, heightPx: 1080 };
});
afterAll(() => {
  deskEquipment.camera = null;
});

const item = itemOf('elderly-allowance');
const fixture = itemAnswers[item.slug];
const person = fixture?.card ?? null;

function itemOf(slug: string): ServiceItem {
  const found = loadCatalogue(catalogueDir).items.get(slug);
  if (!found) throw new Error(`no item ${slug}`);
  return found.item;
}

const signature = { width: 10, height: 10, strokes: [[[1, 1] as [number, number]]] };

/** Answers whatever is asked until a step for which `isThere` holds. */
function walkTo(desk: VisitAtDesk, isThere: (step: VisitStep) => boolean): void {
  for (let left = 100; left > 0; left -= 1) {
    const step = desk.step();
    if (isThere(step)) return;
    if (step.kind === 'question') {
      const { pageId, question } = step.page;
      const value = question.type === 'signature' ? signature : (fixture?.answers[pageId] ?? null);
      answer(desk, pageId, value as AnswerValue | null); // the fixture's, as the page takes it
    } else if (step.kind === 'paper') {
      expectDone(desk.visits.choosePaper(step.page.paperId, 'staff'));
    } else break;
  }
  throw new Error(`never there: ${desk.step().kind}`);
}

function answer(desk: VisitAtDesk, pageId: string, value: AnswerValue | null): void {
  expect(desk.visits.answer({ pageId, value, confirmedOdd: true })).toEqual({
    ok: true,
    value: { problems: [] },
  });
}

const atPaper = (paperId: string) => (step: VisitStep) =>
  step.kind === 'paper' && step.page.paperId === paperId;
const atReview = (step: VisitStep) => step.kind === 'review';

function photograph(desk: VisitAtDesk, paperId: string, content: number, replaces: string | null): string {
  const photoId = crypto.randomUUID();
  const data = Buffer.from(smallJpeg(content)).toString('base64');
  const doubts = content === 0 ? (['blur'] as const) : [];
  expectDone(desk.visits.attach({ paperId, photoId, part: 0, parts: 1, data, doubts, replaces }));
  return photoId;
}

function reviewOf(desk: VisitAtDesk): VisitStep & { kind: 'review' } {
  const step = desk.step();
  if (step.kind !== 'review') throw new Error(step.kind);
  return step;
}

it('papers come after the last question and before the signature, and only those that the answers call for', () => {
  const desk = startVisit(item, person);
  walkTo(desk, atPaper('m-bank'));
  const step = desk.step();
  expect(step).toMatchObject({ page: { ways: ['photo', 'staff'], way: null, photos: [], isReused: false } });
  expect(desk.visits.choosePaper('m-bank', 'none')).toMatchObject({ fault: { code: 'visit.wrong-step' } });
  expect(desk.visits.choosePaper('m-bank', 'photo')).toMatchObject({ fault: { code: 'visit.wrong-step' } });
  expectDone(desk.visits.choosePaper('m-bank', 'staff'));
  expect(desk.step()).toMatchObject({ kind: 'paper', page: { paperId: 'm-photo' } });
  expectDone(desk.visits.choosePaper('m-photo', 'none'));
  expect(desk.step()).toMatchObject({ kind: 'question', page: { pageId: 'signature' } });
  expectDone(desk.visits.back());
  expect(desk.step()).toMatchObject({ kind: 'paper', page: { paperId: 'm-photo', way: 'none' } });
});

it('photographed pages are submitted in their order, named by paper and page, with what was doubtful', async () => {
  const desk = startVisit(item, person);
  walkTo(desk, atPaper('m-bank'));
  const first = photograph(desk, 'm-bank', 1, null);
  photograph(desk, 'm-bank', 0, null);
  photograph(desk, 'm-bank', 3, first);
  expectDone(desk.visits.choosePaper('m-bank', 'photo'));
  walkTo(desk, atReview);
  expect(reviewOf(desk).papers.find(({ paperId }) => paperId === 'm-bank')).toMatchObject({
    way: 'photo',
    pages: 2,
    isDoubtful: true,
  });
  expectDone(await desk.visits.submit());
  const received = desk.received();
  expect(received?.attachments?.map(({ subject, bytes }) => [subject, bytes[100]])).toEqual([
    [{ kind: 'paper', paperId: 'm-bank', page: 1 }, 3],
    [{ kind: 'paper', paperId: 'm-bank', page: 2 }, 0],
  ]);
  expect(received?.papers).toContainEqual({
    paperId: 'm-bank',
    way: 'photo',
    doubtful: [{ page: 2, found: ['blur'] }],
  });
});

it('a signature is bound to what is submitted, and to nothing else', async () => {
  const desk = startVisit(item, person);
  walkTo(desk, atPaper('m-bank'));
  photograph(desk, 'm-bank', 1, null);
  expectDone(desk.visits.choosePaper('m-bank', 'photo'));
  walkTo(desk, atReview);
  expectDone(await desk.visits.submit());
  const received = desk.received();
  if (received?.signing?.state !== 'signed') throw new Error('nobody has signed');
  const statement = signedStatement({
    applicationId: received.applicationId,
    itemSlug: item.slug,
    itemVersion: item.version,
    answers: received.content.answers,
    papers: received.papers ?? [],
    attachments: (received.attachments ?? []).map(({ subject, mediaType, bytes }) => ({
      subject,
      mediaType,
      byteCount: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
    })),
  });
  expect(createHash('sha256').update(statement).digest('hex')).toBe(received.signing.sha256);
  // What the check page showed is its beginning.
  expect(received.signing.sha256.slice(0, 4).toUpperCase()).toMatch(/^[0-9A-F]{4}$/);
});

const changes: [string, (desk: VisitAtDesk) => void][] = [
  [
    'an answer',
    (desk) => {
      expectDone(desk.visits.change('mobile'));
      answer(desk, 'mobile', '13800005679');
    },
  ],
  [
    'the way of a paper',
    (desk) => {
      expectDone(desk.visits.changePaper('m-photo'));
      expectDone(desk.visits.choosePaper('m-photo', 'none'));
    },
  ],
  [
    'a page of a paper',
    (desk) => {
      expectDone(desk.visits.changePaper('m-bank'));
      photograph(desk, 'm-bank', 7, null);
      expectDone(desk.visits.choosePaper('m-bank', 'photo'));
    },
  ],
];

it.each(changes)(
  '%s that is changed after it takes the signature back, and the resident is told',
  (_what, change) => {
    const desk = startVisit(item, person);
    walkTo(desk, atReview);
    expect(reviewOf(desk).signedCode).toMatch(/^([0-9A-F]{4} ){2}[0-9A-F]{4}$/);
    change(desk);
    expect(desk.step()).toMatchObject({
      kind: 'question',
      page: { pageId: 'signature', signatureTakenBack: true },
    });
    answer(desk, 'signature', signature);
    expect(reviewOf(desk).problems).toBe(0);
    // Signed again: nothing is told any more.
    expectDone(desk.visits.change('signature'));
    expect(desk.step()).not.toHaveProperty('page.signatureTakenBack');
  },
);

it('a change to what stood there before keeps the signature', () => {
  const desk = startVisit(item, person);
  walkTo(desk, atReview);
  const { signedCode } = reviewOf(desk);
  expectDone(desk.visits.change('mobile'));
  const step = desk.step();
  if (step.kind !== 'question') throw new Error(step.kind);
  answer(desk, 'mobile', step.page.masked === undefined ? (step.page.value ?? null) : { keep: true });
  expect(reviewOf(desk).signedCode).toBe(signedCode);
});

it('pages that are dropped leave a paper that is asked for again, and cannot be submitted without', async () => {
  const desk = startVisit(item, person);
  walkTo(desk, atPaper('m-bank'));
  const photoId = photograph(desk, 'm-bank', 1, null);
  expectDone(desk.visits.choosePaper('m-bank', 'photo'));
  walkTo(desk, atReview);
  expectDone(desk.visits.changePaper('m-bank'));
  expectDone(desk.visits.dropPage(photoId));
  expectDone(desk.visits.back());
  // The signature, which covered that page, and the paper.
  expect(reviewOf(desk).problems).toBe(2);
  expect(await desk.visits.submit()).toMatchObject({ fault: { code: 'intake.incomplete' } });
  expect(desk.step()).toMatchObject({ kind: 'paper', page: { paperId: 'm-bank' } });
});

it('a paper that offices look up among themselves is not asked for, and may be photographed all the same', () => {
  const desk = startVisit(item, person);
  walkTo(desk, atReview);
  const register = () => reviewOf(desk).papers.find(({ paperId }) => paperId === 'm-hukou');
  expect(register()).toMatchObject({ way: 'look-up', canChange: true });
  expectDone(desk.visits.changePaper('m-hukou'));
  photograph(desk, 'm-hukou', 1, null);
  expectDone(desk.visits.choosePaper('m-hukou', 'photo'));
  answer(desk, 'signature', signature);
  expect(register()).toMatchObject({ way: 'photo', pages: 1 });
});

it('a photograph for a paper that the screen has left is not taken', () => {
  const desk = startVisit(item, person);
  walkTo(desk, atPaper('m-bank'));
  const data = Buffer.from(smallJpeg(1)).toString('base64');
  const photo = { photoId: crypto.randomUUID(), part: 0, parts: 1, data, doubts: [], replaces: null };
  expect(desk.visits.attach({ ...photo, paperId: 'm-photo' })).toMatchObject({
    fault: { code: 'visit.wrong-step' },
  });
  expectDone(desk.visits.end('left'));
  expect(desk.visits.attach({ ...photo, paperId: 'm-bank' })).toMatchObject({ ok: false });
  expect(desk.visits.photo(photo.photoId)).toEqual({ ok: true, value: null });
});

it('without a camera nothing is asked about papers, and the check page tells all that is to be shown', () => {
  deskEquipment.camera = null;
  const desk = startVisit(item, person);
  deskEquipment.camera = { label: null, facing: null, widthPx: 1920, heightPx: 1080 };
  const seen: string[] = [];
  walkTo(desk, (step) => {
    seen.push(step.kind);
    return step.kind === 'review';
  });
  expect(seen).not.toContain('paper');
  expect(reviewOf(desk).papers.map(({ paperId, way, canChange }) => [paperId, way, canChange])).toEqual([
    ['m-hukou', 'look-up', false],
    ['m-bank', 'staff', false],
    ['m-photo', 'staff', false],
  ]);
});
