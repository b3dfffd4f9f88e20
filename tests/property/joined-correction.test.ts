import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applicationPayloadSchema, type Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { Chain } from '#contract/chain.ts';
import { partId } from '#contract/form/chain-form.ts';
import { localMinute } from '#contract/form/local-date.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import { withoutSignatures } from '#contract/signed-statement.ts';
import { signatureProblem } from '#platform/cases/signature-problem.ts';
import type { CheckedApplication } from '#terminal/intake/intake.ts';
import { correctionDraft } from '#terminal/visits/progress/correction-draft.ts';
import { joinedCorrection } from '#terminal/visits/progress/joined-correction.ts';
import type { Reopened } from '#terminal/visits/progress/open-corrections.ts';
import { FIXTURE_NOW_MS, li, wang, zhang } from '../fixtures/items/answers.ts';
import { expectDone, standAtDesk, type VisitAtDesk } from '../support/visit-at-desk.ts';
import { answersFor, begin, catalogue, fillIn, stepsOf } from '../support/walk-chain.ts';
import { walkOn } from '../support/walk-form.ts';

/** Of what came back from the platform, nothing changes that no notice names: of any items of any chain. */

const at = { now: localMinute(FIXTURE_NOW_MS, 'Asia/Shanghai'), hasCamera: false };
const reason = { zh: '请核对', en: 'Please check' };

/** As the platform gives it back, with these pages to be corrected. */
function reopened(application: CheckedApplication, pageIds: readonly string[]): Reopened {
  const { applicationId, item } = application;
  const entries = pageIds.map((pageId) => ({
    target: { of: 'page' as const, pageId },
    name: item.name,
    reason,
  }));
  const notice = { noticeNo: 'N-1', at: '2026-11-21T01:30:00.000Z', dueOn: '2026-12-01', entries };
  const submission = submissionOf(item.slug, item.version, item.code, payloadOf(application));
  return { item, opened: { applicationId, revision: 1, submission, notice } };
}

/** Without pictures, which no notice of these names. */
function payloadOf({ content, papers, signing }: CheckedApplication) {
  return applicationPayloadSchema.parse({ formVersion: 3, ...content, attachments: [], papers, signing });
}

function submissionOf(
  itemSlug: string,
  itemVersion: string,
  itemCode: string,
  payload: Submission['payload'],
): Submission {
  return {
    terminalId: 'T-01',
    stationId: '999901001',
    receiptNo: '9999010012611220100010',
    itemSlug,
    itemCode,
    itemVersion,
    language: 'zh',
    receivedAt: '2026-11-21T01:30:00.000Z',
    payloadSha256: createHash('sha256').update(canonicalJson(payload)).digest('hex'),
    payload,
  };
}

/** What the resident asked to correct stands at a desk of its own. */
function deskWith(chain: Chain, all: readonly Reopened[], document: IdentityDocument): VisitAtDesk {
  const place = all[0]?.opened.submission.payload.chain;
  if (!place) throw new Error('of no chain');
  const form = joinedCorrection({ ...place, name: chain.name }, all, document);
  const desk = standAtDesk([], []);
  const who = { visitId: 'v', requestId: 'r', language: 'zh', hasReadCard: true, document } as const;
  desk.visits.takeUp(correctionDraft(who, form, at));
  return desk;
}

const chains = catalogue.chains.filter((chain) => stepsOf(chain).length > 1);

describe.each(chains.map((chain): [string, Chain] => [chain.id, chain]))('%s', (_id, chain) => {
  const steps = stepsOf(chain);

  it('goes back as it came, each to its own case, but for what was named', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(steps, { minLength: 2 }),
        fc.constantFrom(zhang, li, wang),
        fc.infiniteStream(fc.nat(1000)),
        async (chosen, card, picks) => {
          const fixture = answersFor(chain, card);
          const first = begin(
            chain,
            chosen.map(({ step }) => step.order),
            card,
          );
          const asked = fillIn(first, fixture);
          if (first.step().kind !== 'review') return;
          expectDone(await first.visits.submit());
          const submitted = first.receivedTogether();
          // Some fell out on the way.
          if (submitted.length < 2) return;
          const named = submitted.map(({ item, content }) => {
            const order = content.chain?.order ?? -1;
            const step = chosen.find((one) => one.step.order === order);
            const own = asked.filter(
              (page) => step && page.startsWith(partId(step, '')) && !page.includes('.'),
            );
            const pages = own
              .map((page) => page.replace(/^s\d+x/, ''))
              .filter((page) => page !== 'signature');
            const pick = picks.next().value ?? 0;
            // One of them may have nothing of its own that was asked: its telephone number was said by another.
            return pages.length === 0 ? ['mobile'] : [pages[pick % pages.length] ?? item.slug];
          });
          const all = submitted.map((one, index) => reopened(one, named[index] ?? []));
          const desk = deskWith(chain, all, card);
          const again = walkOn(desk, fixture);
          expect(desk.step(), JSON.stringify(desk.step())).toMatchObject({ kind: 'review', problems: 0 });
          expect(new Set(again).size).toBe(again.length);
          const wanted = again.filter((page) => !page.endsWith('signature') && !page.includes('.'));
          expect(wanted.length).toBeLessThanOrEqual(named.flat().length);
          expectDone(await desk.visits.submit());
          const back = desk.receivedTogether();
          expect(back.map(({ applicationId }) => applicationId)).toEqual(
            submitted.map(({ applicationId }) => applicationId),
          );
          for (const [index, one] of back.entries()) {
            const before = submitted[index];
            expect(withoutSignatures(one.content.answers)).toEqual(
              withoutSignatures(before?.content.answers ?? {}),
            );
            expect(one.content).toMatchObject({
              chain: before?.content.chain,
              consents: before?.content.consents,
            });
            expect(one.correction).toMatchObject({ revision: 2, receiptNo: '9999010012611220100010' });
            expectSigned(one);
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

function expectSigned(application: CheckedApplication): void {
  const { applicationId, item } = application;
  const submission = submissionOf(item.slug, item.version, item.code, payloadOf(application));
  expect(signatureProblem(applicationId, submission)).toBeNull();
}
