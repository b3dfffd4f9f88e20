import { afterAll, beforeAll, expect, it } from 'vitest';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { AnswerValue, VisitStep } from '#contract/visit.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { itemAnswers, li, wang, zhang } from '../fixtures/items/answers.ts';
import { smallJpeg } from '../support/small-jpeg.ts';
import {
  agreeTo,
  deskEquipment,
  expectDone,
  standAtDesk,
  type VisitAtDesk,
} from '../support/visit-at-desk.ts';
import { usualValue } from '../support/walk-form.ts';

/** One bank book, photographed once for all that one person applies for; and for nobody else who stands there. */
beforeAll(() => {
  deskEquipment.camera = { label: null, facing: null, widthPx: 1920, heightPx: 1080 };
});
afterAll(() => {
  deskEquipment.camera = null;
});

const items = [...loadCatalogue(catalogueDir).items.values()].map(({ item }) => item);
const allowance = itemOf('elderly-allowance');
const subsidies = itemOf('disability-two-subsidies');

function itemOf(slug: string): ServiceItem {
  const item = items.find((one) => one.slug === slug);
  if (!item) throw new Error(`no ${slug}`);
  return item;
}

const atPaper = (step: VisitStep): boolean => step.kind === 'paper' && step.page.paperId === 'm-bank';
const atReview = (step: VisitStep): boolean => step.kind === 'review';

/** With the item's own answers, and the papers shown to staff, until a step for which `isThere` holds. */
function walkTo(
  desk: VisitAtDesk,
  item: ServiceItem,
  isThere: (step: VisitStep) => boolean,
  own: Readonly<Record<string, AnswerValue>> = {},
): void {
  const fixture = itemAnswers[item.slug];
  if (!fixture) throw new Error(`no answers for ${item.slug}`);
  for (let left = 100; left > 0; left -= 1) {
    const step = desk.step();
    if (isThere(step)) return;
    if (step.kind === 'question') {
      const { pageId } = step.page;
      const value = own[pageId] ?? usualValue(step.page, fixture);
      expect(desk.visits.answer({ pageId, value, confirmedOdd: true }), pageId).toEqual({
        ok: true,
        value: { problems: [] },
      });
    } else if (step.kind === 'paper') {
      expectDone(desk.visits.choosePaper(step.page.paperId, 'staff'));
    } else if (step.kind === 'group') {
      expect(desk.visits.finishGroup(step.page.pageId, true)).toMatchObject({ ok: true });
    } else break;
  }
  throw new Error(`never there: ${JSON.stringify(desk.step()).slice(0, 200)}`);
}

function photograph(desk: VisitAtDesk, content: number): void {
  const data = Buffer.from(smallJpeg(content)).toString('base64');
  const photo = { photoId: crypto.randomUUID(), part: 0, parts: 1, data, doubts: [], replaces: null };
  expectDone(desk.visits.attach({ paperId: 'm-bank', ...photo }));
  expectDone(desk.visits.choosePaper('m-bank', 'photo'));
}

/** The allowance, received, with a photographed bank book. */
async function firstItem(desk: VisitAtDesk, card: IdentityDocument): Promise<void> {
  agreeTo(desk, allowance);
  desk.layCard(card);
  walkTo(desk, allowance, atPaper);
  photograph(desk, 7);
  walkTo(desk, allowance, atReview);
  expectDone(await desk.visits.submit());
  expectDone(desk.visits.another());
}

const pageOf = (desk: VisitAtDesk) => {
  const step = desk.step();
  if (step.kind !== 'paper') throw new Error(step.kind);
  return step.page;
};

it('what was photographed for one item is there for the next, said to be from before, and taken with one touch', async () => {
  const desk = standAtDesk(items, []);
  await firstItem(desk, zhang);
  agreeTo(desk, subsidies);
  walkTo(desk, subsidies, atPaper);
  expect(pageOf(desk)).toMatchObject({ isReused: true, way: null, photos: [{ doubts: [] }] });
  expectDone(desk.visits.choosePaper('m-bank', 'photo'));
  walkTo(desk, subsidies, atReview);
  expectDone(await desk.visits.submit());
  const [attachment] = desk.received()?.attachments ?? [];
  expect(attachment?.subject).toEqual({ kind: 'paper', paperId: 'm-bank', page: 1 });
  expect(attachment?.bytes[100]).toBe(7);
});

it('it need not be taken: who says nothing about it hands in none of it', async () => {
  const desk = standAtDesk(items, []);
  await firstItem(desk, zhang);
  agreeTo(desk, subsidies);
  walkTo(desk, subsidies, atReview);
  expectDone(await desk.visits.submit());
  expect(desk.received()?.attachments).toEqual([]);
});

it('behind another card nothing of it is there, and it cannot be handed in', async () => {
  const desk = standAtDesk(items, []);
  await firstItem(desk, zhang);
  agreeTo(desk, subsidies);
  expectDone(desk.visits.back());
  desk.layCard(li);
  walkTo(desk, subsidies, atPaper);
  expect(pageOf(desk)).toMatchObject({ isReused: false, photos: [] });
  expect(desk.visits.choosePaper('m-bank', 'photo')).toMatchObject({ fault: { code: 'visit.wrong-step' } });
});

it('of one form, too: who goes back and lays another card finds nothing that was photographed before', () => {
  const desk = standAtDesk(items, []);
  agreeTo(desk, subsidies);
  desk.layCard(zhang);
  walkTo(desk, subsidies, atPaper);
  photograph(desk, 7);
  while (desk.step().kind !== 'card') expectDone(desk.visits.back());
  desk.layCard(li);
  walkTo(desk, subsidies, atPaper);
  expect(pageOf(desk)).toMatchObject({ photos: [] });
  while (desk.step().kind !== 'card') expectDone(desk.visits.back());
  desk.layCard(zhang);
  walkTo(desk, subsidies, atPaper);
  expect(pageOf(desk)).toMatchObject({ photos: [{ doubts: [] }], isReused: false });
});

it('who types another number than before, and says so at the end, takes nobody’s photographs along', async () => {
  const typed = { applicantName: '李秀英', applicantId: li.number, bankAccountName: '李秀英' };
  const desk = standAtDesk(items, []);
  agreeTo(desk, subsidies);
  expectDone(desk.visits.typeIdentity());
  walkTo(desk, subsidies, atPaper, typed);
  photograph(desk, 7);
  walkTo(desk, subsidies, atReview, typed);
  expectDone(await desk.visits.submit());
  expectDone(desk.visits.another());
  agreeTo(desk, subsidies);
  walkTo(desk, subsidies, atPaper);
  expect(pageOf(desk)).toMatchObject({ isReused: true, photos: [{}] });
  expectDone(desk.visits.choosePaper('m-bank', 'photo'));
  walkTo(desk, subsidies, atReview);
  expectDone(desk.visits.change('applicantId'));
  expectDone(desk.visits.answer({ pageId: 'applicantId', value: wang.number, confirmedOdd: true }));
  walkTo(desk, subsidies, atPaper, { applicantName: '王磊', bankAccountName: '王磊' });
  expect(pageOf(desk)).toMatchObject({ isReused: false, photos: [] });
});

it('after the visit nothing of it is there, not even for the same person', async () => {
  const desk = standAtDesk(items, []);
  await firstItem(desk, zhang);
  expectDone(desk.visits.end('finished'));
  agreeTo(desk, subsidies);
  desk.layCard(zhang);
  walkTo(desk, subsidies, atPaper);
  expect(pageOf(desk)).toMatchObject({ photos: [], isReused: false });
});
