import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Chain } from '#contract/chain.ts';
import { applicationPayloadSchema } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { composeChain } from '#contract/form/chain-form.ts';
import { judgeForm } from '#contract/form/complete.ts';
import { loadItem } from '#contract/form/load-item.ts';
import { localMinute } from '#contract/form/local-date.ts';
import { personalKey } from '#contract/form/reuse.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import { signatureProblem } from '#platform/cases/signature-problem.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import type { CheckedApplication } from '#terminal/intake/intake.ts';
import { appliedSteps, chainAnswers } from '../fixtures/items/chain-answers.ts';
import { FIXTURE_NOW_MS, itemAnswers, li, wang, zhang, type ItemAnswers } from '../fixtures/items/answers.ts';
import { expectDone, standAtDesk, type VisitAtDesk } from '../support/visit-at-desk.ts';
import { walkOn } from '../support/walk-form.ts';

const catalogue = loadCatalogue(catalogueDir);
const items = [...catalogue.items.values()].map(({ item }) => item);
const now = localMinute(FIXTURE_NOW_MS, 'Asia/Shanghai');
const people = [zhang, li, wang];

const stepsOf = (chain: Chain) => appliedSteps(chain, items);
const answersFor = (chain: Chain, card: IdentityDocument) => chainAnswers(stepsOf(chain), card);

function begin(chain: Chain, orders: readonly number[], card: IdentityDocument): VisitAtDesk {
  const desk = standAtDesk(items, catalogue.chains);
  const { visits } = desk;
  expectDone(visits.beginChain({ id: chain.id, orders, language: 'zh', requestId: crypto.randomUUID() }));
  const step = desk.step();
  if (step.kind !== 'consent') throw new Error(step.kind);
  expect(new Set(step.consents.map(({ text }) => text.zh)).size, 'no consent stands twice').toBe(
    step.consents.length,
  );
  expectDone(visits.consent(step.consents.map(({ id }) => id)));
  desk.layCard(card);
  return desk;
}

/** To the check page, past the items that fall out; the questions that were asked. */
function fillIn(desk: VisitAtDesk, fixture: ItemAnswers): string[] {
  const asked: string[] = [];
  for (;;) {
    asked.push(...walkOn(desk, fixture));
    if (desk.step().kind !== 'lost') return asked;
    expectDone(desk.visits.goOn());
  }
}

/** Nothing that has a name is asked twice; a choice that only one item knows is another question. */
function expectAskedOnce(chain: Chain, asked: readonly string[], card: IdentityDocument): void {
  const form = composeChain(chain, stepsOf(chain));
  const keys = new Map(
    form?.item.form.sections.flatMap(({ fields }) =>
      fields.flatMap((field): [string, string][] =>
        field.type !== 'group' && field.reuse !== undefined
          ? [[field.id, personalKey(field.reuse, card.sex === '1' ? '1' : '2')]]
          : [],
      ),
    ),
  );
  const named = asked.flatMap((page) => keys.get(page) ?? []).filter((key) => !key.endsWith('residentKind'));
  expect(named).toEqual([...new Set(named)]);
  // The card has said it.
  const read = ['applicant.name', 'applicant.id', 'applicant.idType'];
  expect(named.filter((key) => read.includes(key))).toEqual([]);
}

function expectWhole({ item, content, ...application }: CheckedApplication): void {
  expect(judgeForm(item, content.answers, now).problems).toEqual([]);
  expect(judgeForm(item, content.answers, now).answers).toEqual(content.answers);
  const given = new Set(content.consents.map(({ id }) => id));
  expect(item.consents.filter(({ id, required }) => required && !given.has(id))).toEqual([]);
  const payload = applicationPayloadSchema.parse({
    formVersion: 3,
    ...content,
    attachments: [],
    papers: application.papers,
    signing: application.signing,
  });
  const payloadSha256 = createHash('sha256').update(canonicalJson(payload)).digest('hex');
  const submission = {
    terminalId: 'T-01',
    stationId: '999901001',
    receiptNo: '9999010012611220100010',
    itemSlug: item.slug,
    itemCode: item.code,
    itemVersion: item.version,
    language: 'zh' as const,
    receivedAt: '2026-11-21T01:30:00.000Z',
    payloadSha256,
    payload,
  };
  expect(signatureProblem(application.applicationId, submission)).toBeNull();
}

describe.each(catalogue.chains.map((chain): [string, Chain] => [chain.id, chain]))('%s', (_id, chain) => {
  const steps = stepsOf(chain);

  it('is one well-formed form out of its items', () => {
    const form = composeChain(chain, steps);
    expect(form).not.toBeNull();
    const loaded = loadItem(form?.item);
    expect(loaded).toMatchObject({ ok: true });
  });

  it('asks each thing once, and each item has all the answers of its own form', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(steps, { minLength: 1 }),
        fc.constantFrom(...people),
        async (chosen, card) => {
          const orders = chosen.map(({ step }) => step.order);
          const desk = begin(chain, orders, card);
          const asked = fillIn(desk, answersFor(chain, card));
          expectAskedOnce(chain, asked, card);
          if (desk.step().kind === 'blocked') return;
          expect(desk.step()).toMatchObject({ kind: 'review', problems: 0 });
          expectDone(await desk.visits.submit());
          const received = desk.receivedTogether();
          expect(received.length).toBeGreaterThan(0);
          for (const application of received) expectWhole(application);
          const ids = received.map(({ applicationId }) => applicationId);
          expect(new Set(ids).size).toBe(ids.length);
          const places = received.map(({ content }) => content.chain);
          expect(new Set(places.map((place) => place?.chainApplicationId)).size).toBe(1);
          for (const place of places) {
            expect(orders).toContain(place?.order);
            for (const need of place?.needs ?? [])
              expect(places.map((other) => other?.order)).toContain(need);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

function chainOf(id: string): Chain {
  const chain = catalogue.chains.find((one) => one.id === id);
  if (!chain) throw new Error(`no ${id}`);
  return chain;
}

describe('a resident to whom one item is not open', () => {
  it('loses that one with its reason, and goes on with the others', async () => {
    const chain = chainOf('vulnerable');
    // The allowance asks for 80 years, the card for 60; she has 38.
    const desk = begin(chain, [1, 2], li);
    expect(desk.step()).toMatchObject({
      kind: 'lost',
      lost: [{ name: { zh: '高龄津贴申领' }, reasons: [{ zh: '年满80周岁' }] }],
    });
    expectDone(desk.visits.goOn());
    fillIn(desk, answersFor(chain, li));
    expectDone(await desk.visits.submit());
    expect(desk.receivedTogether().map(({ item }) => item.shortCode)).toEqual(['MZ-CJBT']);
  });

  it('is told why when nothing is left', () => {
    const desk = begin(chainOf('vulnerable'), [1, 3], li);
    expect(desk.step()).toMatchObject({
      kind: 'blocked',
      reasons: [{ zh: '年满80周岁' }, { zh: '年满60周岁' }],
    });
  });

  it('ends the chain where that item is one without which the others make no sense', () => {
    const chain = chainOf('marriage-childbirth');
    const desk = begin(chain, [2, 4], wang);
    const young = { ...answersFor(chain, wang), answers: { ...answersFor(chain, wang).answers } };
    const minor = '999901200902010041';
    const answers = {
      ...young.answers,
      s2xwomanId: withCheckDigit(minor),
      s4xpartnerId: withCheckDigit(minor),
    };
    fillIn(desk, { card: wang, answers });
    expect(desk.step()).toMatchObject({ kind: 'blocked', reasons: [{ zh: '女方年满20周岁' }] });
  });
});

/** GB 11643-1999, 4.2. */
function withCheckDigit(number: string): string {
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(number[index]), 0);
  return number.slice(0, 17) + ('10X98765432'[sum % 11] ?? '');
}

describe('the couple of a chain', () => {
  it.each([li, wang])('says each name and number once, whoever of them stands here', (card) => {
    const chain = chainOf('marriage-childbirth');
    const desk = begin(chain, [2, 4, 6], card);
    const asked = fillIn(desk, answersFor(chain, card));
    expect(
      asked.filter((page) => /x[A-Za-z]*(Name|Id)$/.test(page)).map((page) => page.slice(0, 2)),
    ).not.toContain('s4');
    const step = desk.step();
    if (step.kind !== 'review') throw new Error(step.kind);
    expect(new Set(step.rows.map(({ of }) => of?.zh)).size).toBe(3);
    expect(desk.visits.snapshot()?.item?.name.zh).toBe(chain.name.zh);
    expectDone(desk.visits.change('s4xdueDate'));
    expect(desk.visits.snapshot()?.item?.slug).toBe('fertility-registration');
    expectDone(desk.visits.back());
    expect(step.rows.filter(({ source }) => source === 'earlier').length).toBeGreaterThan(0);
  });

  it('changes a number at one place, and it changes wherever it was taken from there', () => {
    const chain = chainOf('comprehensive-aid');
    const desk = begin(chain, [1, 2, 5, 6], zhang);
    fillIn(desk, answersFor(chain, zhang));
    expectDone(desk.visits.change('s1xmobile'));
    expectDone(desk.visits.answer({ pageId: 's1xmobile', value: '13911112222', confirmedOdd: false }));
    fillIn(desk, answersFor(chain, zhang));
    expect(JSON.stringify(desk.step())).not.toContain('138****5678');
  });
});

it('a double touch is the same applications', async () => {
  const chain = chainOf('vulnerable');
  const desk = begin(chain, [1, 2], zhang);
  fillIn(desk, answersFor(chain, zhang));
  const first = desk.visits.submit();
  const second = desk.visits.submit();
  expectDone(await first);
  const ids = desk.receivedTogether().map(({ applicationId }) => applicationId);
  expectDone(await second);
  expect(desk.receivedTogether().map(({ applicationId }) => applicationId)).toEqual(ids);
});

it('an item after a chain asks nothing that the chain has asked', async () => {
  const chain = chainOf('vulnerable');
  const desk = begin(chain, [1, 2, 3], zhang);
  fillIn(desk, answersFor(chain, zhang));
  expectDone(await desk.visits.submit());
  expectDone(desk.visits.another());
  const next = items.find(({ slug }) => slug === 'temporary-assistance') satisfies ServiceItem | undefined;
  expectDone(desk.visits.begin({ slug: next?.slug ?? '', language: 'zh', requestId: crypto.randomUUID() }));
  const step = desk.step();
  if (step.kind !== 'consent') throw new Error(step.kind);
  expectDone(desk.visits.consent(step.consents.map(({ id }) => id)));
  const asked = walkOn(desk, { card: zhang, answers: itemAnswers['temporary-assistance']?.answers ?? {} });
  for (const page of ['mobile', 'byProxy', 'homeAddress', 'bankAccount']) expect(asked).not.toContain(page);
});
