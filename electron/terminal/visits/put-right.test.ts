import { describe, expect, it } from 'vitest';
import { citizenNumberCheck } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { AnswerValue } from '#contract/visit.ts';
import { itemAnswers, li, wang, zhang } from '../../../tests/fixtures/items/answers.ts';
import {
  agreeTo,
  expectDone,
  standAtDesk,
  startVisit,
  type VisitAtDesk,
} from '../../../tests/support/visit-at-desk.ts';
import { catalogue, items } from '../../../tests/support/walk-chain.ts';
import { walkOn } from '../../../tests/support/walk-form.ts';
import type { FormStage } from './draft.ts';
import { slipsIn } from './put-right.ts';

/** A slip of the finger that breaks a condition: the page that says so is left for the question it was made at. */

function itemOf(slug: string): ServiceItem {
  const item = items.find((one) => one.slug === slug);
  if (!item) throw new Error(`no ${slug}`);
  return item;
}

function fixtureOf(slug: string) {
  const fixture = itemAnswers[slug];
  if (!fixture) throw new Error(`no answers for ${slug}`);
  return fixture;
}

/** With the fixture's answers as far as they go, and these in place of some. */
function walkWith(desk: VisitAtDesk, slug: string, others: Readonly<Record<string, AnswerValue>>): string[] {
  const fixture = fixtureOf(slug);
  const answers = { ...fixture.answers, ...others };
  return walkOn(desk, { ...fixture, answers } as typeof fixture); // of questions only
}

function answer(desk: VisitAtDesk, pageId: string, value: AnswerValue): void {
  expect(desk.visits.answer({ pageId, value, confirmedOdd: true })).toEqual({
    ok: true,
    value: { problems: [] },
  });
}

const lastYear = '2025-09-01T08:30';
const thisYear = '2026-09-01T08:30';

function bornLastYear(): VisitAtDesk {
  const desk = startVisit(itemOf('newborn-one-thing'), li);
  walkWith(desk, 'newborn-one-thing', { babyBirth: lastYear });
  return desk;
}

describe('a wrong year on the page of a birth', () => {
  it('ends the form with its reason, and says that it can be put right', () => {
    expect(bornLastYear().step()).toEqual({
      kind: 'blocked',
      reasons: [{ zh: '新生儿未满1周岁', en: expect.any(String) }],
      canPutRight: true,
    });
  });

  it('is put right where it was made, and the application goes on to its end', async () => {
    const desk = bornLastYear();
    expectDone(desk.visits.back());
    expect(desk.step()).toMatchObject({
      kind: 'question',
      page: { pageId: 'babyBirth', value: lastYear, changing: false },
    });
    expect(walkWith(desk, 'newborn-one-thing', { babyBirth: thisYear })).toContain('signature');
    expectDone(await desk.visits.submit());
    expect(desk.received()?.content.answers['babyBirth']).toBe(thisYear);
  });

  it('is not put back by whoever goes all the way back to the card: it is asked anew', () => {
    const desk = bornLastYear();
    while (desk.step().kind !== 'card') expectDone(desk.visits.back());
    expectDone(desk.visits.acceptCard());
    expect(desk.step().kind).toBe('question');
    const asked = walkWith(desk, 'newborn-one-thing', { babyBirth: thisYear });
    expect(asked).toContain('babyBirth');
    expect(desk.step()).toMatchObject({ kind: 'review', problems: 0 });
    expect(desk.visits.snapshot()?.step).not.toMatchObject({ kind: 'blocked' });
  });

  it('that was passed on the way back is asked anew on the way forward, and ends nothing a second time', () => {
    const desk = bornLastYear();
    expectDone(desk.visits.back());
    expectDone(desk.visits.back());
    expect(desk.step()).toMatchObject({ page: { pageId: 'babySex' } });
    answer(desk, 'babySex', '1');
    expect(desk.step()).toMatchObject({ kind: 'question', page: { pageId: 'babyBirth' } });
    expect(desk.step()).not.toHaveProperty('page.value');
  });

  it('that was given a second time ends it a second time, and is put right after that', () => {
    const desk = bornLastYear();
    expectDone(desk.visits.back());
    answer(desk, 'babyBirth', lastYear);
    expect(desk.step()).toMatchObject({ kind: 'blocked', canPutRight: true });
    expectDone(desk.visits.back());
    answer(desk, 'babyBirth', thisYear);
    expect(desk.step()).toMatchObject({ kind: 'question', page: { pageId: 'birthHospital' } });
  });

  it('that was made by changing it leads back to the change, and from there to the check page', async () => {
    const desk = startVisit(itemOf('newborn-one-thing'), li);
    walkOn(desk, fixtureOf('newborn-one-thing'));
    expectDone(desk.visits.change('babyBirth'));
    answer(desk, 'babyBirth', lastYear);
    expect(desk.step().kind).toBe('blocked');
    expectDone(desk.visits.back());
    expect(desk.step()).toMatchObject({ page: { pageId: 'babyBirth', changing: true } });
    // Who leaves it as it is, and submits, is told once more; it is asked anew before anything is signed.
    expectDone(desk.visits.back());
    expect(desk.step().kind).toBe('review');
    expectDone(await desk.visits.submit());
    expect(desk.step()).toMatchObject({ kind: 'blocked', canPutRight: true });
    expectDone(desk.visits.back());
    expect(desk.step()).toMatchObject({ page: { pageId: 'babyBirth', changing: true } });
    expect(desk.step()).not.toHaveProperty('page.value');
    answer(desk, 'babyBirth', thisYear);
    walkOn(desk, fixtureOf('newborn-one-thing'));
    expectDone(await desk.visits.submit());
    expect(desk.received()?.content.answers['babyBirth']).toBe(thisYear);
  });
});

describe('a number typed by hand that is the daughter’s', () => {
  function daughtersNumber(): VisitAtDesk {
    const desk = startVisit(itemOf('senior-card'), null);
    answer(desk, 'applicantName', zhang.name);
    answer(desk, 'applicantIdType', '111');
    answer(desk, 'applicantId', li.number);
    return desk;
  }

  it('is put right where it was typed', () => {
    const desk = daughtersNumber();
    expect(desk.step()).toMatchObject({ kind: 'blocked', canPutRight: true });
    expectDone(desk.visits.back());
    expect(desk.step()).toMatchObject({ kind: 'question', page: { pageId: 'applicantId' } });
    answer(desk, 'applicantId', zhang.number);
    expect(desk.step()).toMatchObject({ kind: 'question' });
    expect(desk.step()).not.toMatchObject({ page: { pageId: 'applicantId' } });
  });

  it('is asked anew behind the card page', () => {
    const desk = daughtersNumber();
    while (desk.step().kind !== 'card') expectDone(desk.visits.back());
    expectDone(desk.visits.typeIdentity());
    expect(desk.step()).toMatchObject({ page: { pageId: 'applicantName', value: zhang.name } });
    answer(desk, 'applicantName', zhang.name);
    answer(desk, 'applicantIdType', '111');
    expect(desk.step()).toMatchObject({ page: { pageId: 'applicantId' } });
    expect(desk.step()).not.toMatchObject({ page: { masked: expect.any(String) } });
  });

  it('is put right in the next item, too, which had taken it from the first', async () => {
    const desk = standAtDesk(items, []);
    agreeTo(desk, itemOf('temporary-assistance'));
    expectDone(desk.visits.typeIdentity());
    walkWith(desk, 'temporary-assistance', { applicantName: li.name, applicantId: li.number });
    expectDone(await desk.visits.submit());
    expectDone(desk.visits.another());
    agreeTo(desk, itemOf('senior-card'));
    expect(desk.step()).toMatchObject({ kind: 'blocked', canPutRight: true });
    expectDone(desk.visits.back());
    expect(desk.step().kind).toBe('card');
    expectDone(desk.visits.typeIdentity());
    // Of somebody else nothing is known.
    expect(JSON.stringify(desk.step())).not.toContain(li.name);
    answer(desk, 'applicantName', zhang.name);
    answer(desk, 'applicantIdType', '111');
    answer(desk, 'applicantId', zhang.number);
    expect(desk.step().kind).toBe('question');
  });
});

describe('what only a card says', () => {
  it('is nothing that the resident could have written otherwise', () => {
    const desk = startVisit(itemOf('senior-card'), li);
    expect(desk.step()).toMatchObject({ kind: 'blocked' });
    expect(desk.step()).not.toHaveProperty('canPutRight');
    expectDone(desk.visits.back());
    expect(desk.step().kind).toBe('card');
  });
});

describe('a slip in a chain', () => {
  const married = { ...fixtureOf('marriage-appointment').answers };
  /** A girl of 17. */
  const minor = `99990120090201004${citizenNumberCheck('99990120090201004')}`;

  function chainBegun(id: string, orders: readonly number[]): VisitAtDesk {
    const desk = standAtDesk(items, catalogue.chains);
    expectDone(desk.visits.beginChain({ id, orders, language: 'zh', requestId: 'r' }));
    const step = desk.step();
    if (step.kind !== 'consent') throw new Error(step.kind);
    expectDone(desk.visits.consent(step.consents.map(({ id: consent }) => consent)));
    return desk;
  }

  /** By hand, up to the first number, which is the daughter's. */
  function lostByHand(): VisitAtDesk {
    const desk = chainBegun('vulnerable', [1, 3, 5]);
    expectDone(desk.visits.typeIdentity());
    answer(desk, 's1xapplicantName', zhang.name);
    answer(desk, 's1xapplicantIdType', '111');
    answer(desk, 's1xapplicantId', li.number);
    return desk;
  }

  it('that makes items fall out is put right, and they are there again', () => {
    const desk = lostByHand();
    const step = desk.step();
    if (step.kind !== 'lost') throw new Error(step.kind);
    expect(step.canPutRight).toBe(true);
    expect(step.lost).toHaveLength(2);
    expectDone(desk.visits.back());
    expect(desk.step()).toMatchObject({ kind: 'question', page: { pageId: 's1xapplicantId' } });
    answer(desk, 's1xapplicantId', zhang.number);
    expect(desk.step()).toMatchObject({ kind: 'question' });
    const { answers } = fixtureOf('elderly-allowance');
    const asked = walkOn(desk, { card: zhang, answers: inChain([1, 3, 5], answers) });
    expect(new Set(asked.map((page) => page.slice(0, 2)))).toEqual(new Set(['s1', 's3', 's5']));
    expect(desk.step()).toMatchObject({ kind: 'review', problems: 0 });
  });

  /** The number is asked in step 2, and it is step 3 that it ends: there it is filled in. */
  describe('that was made at another step’s question', () => {
    function lostByAnother(): VisitAtDesk {
      const desk = chainBegun('vulnerable', [2, 3]);
      expectDone(desk.visits.typeIdentity());
      answer(desk, 's2xapplicantName', zhang.name);
      answer(desk, 's2xapplicantIdType', '111');
      answer(desk, 's2xapplicantId', li.number);
      expect(desk.step()).toMatchObject({ kind: 'lost', canPutRight: true });
      return desk;
    }

    function expectPutRight(desk: VisitAtDesk): void {
      expect(desk.step()).toMatchObject({ kind: 'question', page: { pageId: 's2xapplicantId' } });
      answer(desk, 's2xapplicantId', zhang.number);
      const { answers } = fixtureOf('disability-two-subsidies');
      const asked = walkOn(desk, { card: zhang, answers: inChain([2, 3], answers) });
      expect(new Set(asked.map((page) => page.slice(0, 2)))).toEqual(new Set(['s2', 's3']));
      expect(desk.step()).toMatchObject({ kind: 'review', problems: 0 });
    }

    it('is put right where it was made', () => {
      const desk = lostByAnother();
      expectDone(desk.visits.back());
      expectPutRight(desk);
    });

    it('is asked anew behind the card page', () => {
      const desk = lostByAnother();
      while (desk.step().kind !== 'card') expectDone(desk.visits.back());
      expectDone(desk.visits.typeIdentity());
      answer(desk, 's2xapplicantName', zhang.name);
      answer(desk, 's2xapplicantIdType', '111');
      expect(desk.step()).not.toMatchObject({ page: { masked: expect.any(String) } });
      expectPutRight(desk);
    });

    it('that was passed on the way back is asked anew on the way forward', () => {
      const desk = lostByAnother();
      expectDone(desk.visits.back());
      expectDone(desk.visits.back());
      expect(desk.step()).toMatchObject({ page: { pageId: 's2xapplicantIdType' } });
      answer(desk, 's2xapplicantIdType', '111');
      expectPutRight(desk);
    });
  });

  it('whose loss was accepted goes on without them, as before', () => {
    const desk = lostByHand();
    expectDone(desk.visits.goOn());
    expect(desk.step()).toMatchObject({ kind: 'question' });
    expect(JSON.stringify(desk.step())).not.toContain('s1x');
  });

  it('that ends it is put right as well', () => {
    const desk = chainBegun('marriage-childbirth', [2, 4]);
    desk.layCard(wang);
    const wrong = inChain([2, 4], { ...married, womanId: minor, partnerId: minor });
    walkOn(desk, { card: wang, answers: wrong });
    expect(desk.step()).toMatchObject({ kind: 'blocked', canPutRight: true });
    expectDone(desk.visits.back());
    const step = desk.step();
    if (step.kind !== 'question') throw new Error(step.kind);
    expect(['s2xwomanId', 's2xappointmentDate']).toContain(step.page.pageId);
  });

  it('by what the card says is no slip: another card has all of the items again', () => {
    const desk = chainBegun('vulnerable', [1, 3, 5]);
    desk.layCard(li);
    expect(desk.step()).toMatchObject({ kind: 'lost' });
    expect(desk.step()).not.toHaveProperty('canPutRight');
    expectDone(desk.visits.back());
    desk.layCard(zhang);
    expect(desk.step()).toMatchObject({ kind: 'question' });
    expect(JSON.stringify(desk.visits.snapshot())).toContain('s1x');
  });

  function inChain(orders: readonly number[], answers: Readonly<Record<string, unknown>>) {
    const entries = orders.flatMap((order) =>
      Object.entries(answers).map(([id, value]) => [`s${String(order)}x${id}`, value]),
    );
    return Object.fromEntries(entries) as typeof married;
  }
});

it('a slip that was filled in is looked for under its own name: the same figure elsewhere is none', () => {
  const fields = [
    { id: 's1xyears', type: 'number', reuse: 'applicant.years' },
    { id: 's1xrooms', type: 'number', reuse: 'applicant.rooms' },
    { id: 's2xyears', type: 'number', reuse: 'applicant.years' },
  ];
  const check = { rule: 'ageAtLeast', field: 's2xyears', value: 60 };
  const item = { form: { sections: [{ fields }] }, eligibility: [{ id: 'years', check }] };
  const form = {
    answers: { s1xyears: '2', s1xrooms: '2', s2xyears: '2' },
    own: new Set(['s1xyears', 's1xrooms']),
    filled: new Set(['s2xyears']),
    fromCard: new Set(),
  };
  // Of both, as much as slips are looked for in.
  const slips = slipsIn(item as unknown as ServiceItem, form as unknown as FormStage, ['years']);
  expect(slips).toEqual(['s2xyears', 's1xyears']);
});
