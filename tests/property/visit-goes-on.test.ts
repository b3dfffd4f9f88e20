import { describe, expect, it } from 'vitest';
import { leafOf } from '#contract/answers.ts';
import { judgeForm } from '#contract/form/complete.ts';
import { localMinute } from '#contract/form/local-date.ts';
import { personalKey } from '#contract/form/reuse.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { FIXTURE_NOW_MS, itemAnswers, li, wang, zhang } from '../fixtures/items/answers.ts';
import { agreeTo, expectDone, standAtDesk, type VisitAtDesk } from '../support/visit-at-desk.ts';
import { walkOn } from '../support/walk-form.ts';

const items = [...loadCatalogue(catalogueDir).items.values()].map(({ item }) => item);
const now = localMinute(FIXTURE_NOW_MS, 'Asia/Shanghai');

function itemOf(slug: string): ServiceItem {
  const item = items.find((one) => one.slug === slug);
  if (!item) throw new Error(`no ${slug}`);
  return item;
}

function fixtureOf({ slug }: ServiceItem) {
  const fixture = itemAnswers[slug];
  if (!fixture) throw new Error(`no answers for ${slug}`);
  return fixture;
}

/** Whoever stands here is married to one of the other sex. */
function marriedTo({ number }: IdentityDocument) {
  const [name, id] = number === li.number ? [wang.name, wang.number] : [li.name, li.number];
  return { partnerName: name, partnerId: id, motherName: li.name, motherId: li.number };
}

function begun(item: ServiceItem, card: IdentityDocument | null): VisitAtDesk {
  const desk = standAtDesk(items, []);
  agreeTo(desk, item);
  if (card) desk.layCard(card);
  else expectDone(desk.visits.typeIdentity());
  return desk;
}

/** Fills in and submits what is open; the pages that were asked, or null where the form ended with its reasons. */
async function finish(
  desk: VisitAtDesk,
  item: ServiceItem,
  card: IdentityDocument,
): Promise<string[] | null> {
  const fixture = fixtureOf(item);
  const pages = walkOn(desk, { ...fixture, answers: { ...fixture.answers, ...marriedTo(card) } });
  if (desk.step().kind === 'blocked') return null;
  expectDone(await desk.visits.submit());
  return pages;
}

/** The names under which a form's fields are asked once, by field. */
function keysOf(item: ServiceItem, sex: '1' | '2'): Map<string, string> {
  const fields = item.form.sections.flatMap((section) => section.fields);
  return new Map(
    fields.flatMap((field): [string, string][] =>
      'reuse' in field && field.reuse !== undefined && field.type !== 'signature'
        ? [[field.id, personalKey(field.reuse, sex)]]
        : [],
    ),
  );
}

/** Of items that ask who it is; the others keep nothing and take nothing over. */
const known = items.filter(({ identity }) => identity !== 'none');

describe.each(known.map((item): [string, ServiceItem] => [item.slug, item]))('after %s', (_slug, first) => {
  it.each(known.map((item): [string, ServiceItem] => [item.slug, item]))(
    '%s asks nothing that was said, and the card no more',
    async (_second, second) => {
      const card = fixtureOf(first).card;
      const desk = begun(first, card);
      expect(await finish(desk, first, card)).not.toBeNull();
      const said = desk.received()?.content.answers ?? {};
      const sex = card.sex === '1' ? '1' : '2';
      const saidKeys = new Set(
        [...keysOf(first, sex)].flatMap(([field, key]) => (leafOf(said[field]) === undefined ? [] : [key])),
      );
      const visitId = desk.visits.snapshot()?.visitId;
      expectDone(desk.visits.another());
      expect(desk.step().kind).toBe('choosing');
      agreeTo(desk, second);
      expect(desk.visits.snapshot()?.visitId).toBe(visitId);
      if (desk.step().kind === 'blocked') return;
      expect(desk.step().kind).toMatch(/question|group/);
      const asked = await finish(desk, second, card);
      if (asked === null) return;
      const keys = keysOf(second, sex);
      const answers = desk.received()?.content.answers ?? {};
      const again = asked.filter((page) => {
        const key = keys.get(page);
        return key !== undefined && saidKeys.has(key);
      });
      // Only a choice that the second form does not have.
      expect(again.filter((page) => page !== 'residentKind')).toEqual([]);
      expect(judgeForm(second, answers, now).problems).toEqual([]);
    },
  );
});

it('what was said stands on the check page as said before, and can be changed there', async () => {
  const desk = begun(itemOf('elderly-allowance'), zhang);
  await finish(desk, itemOf('elderly-allowance'), zhang);
  expectDone(desk.visits.another());
  const second = itemOf('disability-two-subsidies');
  agreeTo(desk, second);
  walkOn(desk, fixtureOf(second));
  const row = () => {
    const step = desk.step();
    if (step.kind !== 'review') throw new Error(step.kind);
    return step.rows.find(({ pageId }) => pageId === 'mobile');
  };
  expect(row()).toMatchObject({ source: 'earlier', canChange: true, display: { zh: '138****5678' } });
  expectDone(desk.visits.change('mobile'));
  expectDone(desk.visits.answer({ pageId: 'mobile', value: '13911112222', confirmedOdd: false }));
  // What the signature was put under has changed.
  walkOn(desk, fixtureOf(second));
  expect(row()).toMatchObject({ source: 'typed', display: { zh: '139****2222' } });
  expectDone(await desk.visits.submit());
  expect(desk.received()?.content.answers['mobile']).toBe('13911112222');
});

it('of another person nothing is filled in: not behind another card, and not behind a number that is typed', async () => {
  const first = itemOf('elderly-allowance');
  const second = itemOf('senior-card');
  const desk = begun(first, zhang);
  await finish(desk, first, zhang);
  expectDone(desk.visits.another());
  agreeTo(desk, second);
  expectDone(desk.visits.back());
  expect(desk.step()).toMatchObject({ kind: 'card', reader: 'read' });
  desk.layCard(wang);
  expect(desk.step()).toMatchObject({ kind: 'blocked' });
  const again = begun(first, zhang);
  await finish(again, first, zhang);
  expectDone(again.visits.another());
  agreeTo(again, second);
  expectDone(again.visits.back());
  expectDone(again.visits.typeIdentity());
  const step = again.step();
  if (step.kind !== 'question') throw new Error(step.kind);
  expect(step.page).toMatchObject({ pageId: 'applicantName' });
  expect(step.page.value).toBeUndefined();
});

it('who typed the number and says at the end that it is another’s, is asked for that one’s own things', async () => {
  const first = itemOf('temporary-assistance');
  const second = itemOf('resident-medical-insurance');
  const fixture = {
    card: li,
    answers: { ...fixtureOf(first).answers, applicantName: '李秀英', applicantId: li.number },
  };
  const desk = begun(first, null);
  walkOn(desk, fixture);
  expectDone(await desk.visits.submit());
  expectDone(desk.visits.another());
  agreeTo(desk, second);
  walkOn(desk, fixtureOf(second));
  expectDone(desk.visits.change('applicantId'));
  expectDone(desk.visits.answer({ pageId: 'applicantId', value: wang.number, confirmedOdd: false }));
  expect(desk.step()).toMatchObject({ kind: 'question', page: { pageId: 'applicantName' } });
  expect(JSON.stringify(desk.visits.snapshot())).not.toContain('李秀英');
});

it('a visit that goes on ends like any other, and the next one knows nothing of it', async () => {
  const first = itemOf('elderly-allowance');
  const desk = standAtDesk(items, []);
  agreeTo(desk, first);
  desk.layCard(zhang);
  await finish(desk, first, zhang);
  expectDone(desk.visits.another());
  expect(desk.step()).toEqual({ kind: 'choosing', name: '张*国' });
  expectDone(desk.visits.end('finished'));
  expect(desk.visits.snapshot()).toBeNull();
  agreeTo(desk, first);
  expect(desk.step()).toMatchObject({ kind: 'card', reader: 'unavailable' });
});

it('what is said by nobody knows nothing of who stands there, and takes nothing from him', async () => {
  const desk = begun(itemOf('elderly-allowance'), zhang);
  await finish(desk, itemOf('elderly-allowance'), zhang);
  expectDone(desk.visits.another());
  agreeTo(desk, itemOf('suggestion'));
  expect(await finish(desk, itemOf('suggestion'), zhang)).toEqual(['about', 'suggestionText', 'replyBy']);
  expect(desk.received()?.content).toMatchObject({ identitySource: 'none' });
  expect(JSON.stringify(desk.received()?.content)).not.toMatch(/张建国|13800005678/);
  expectDone(desk.visits.another());
  agreeTo(desk, itemOf('senior-card'));
  // The card need not be laid again.
  expect(desk.step().kind).not.toBe('card');
});

it('after what was said by nobody, the next item asks who it is', async () => {
  const desk = standAtDesk(items, []);
  agreeTo(desk, itemOf('suggestion'));
  await finish(desk, itemOf('suggestion'), zhang);
  expectDone(desk.visits.another());
  agreeTo(desk, itemOf('senior-card'));
  expect(desk.step().kind).toBe('card');
});
