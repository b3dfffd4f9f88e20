import { z } from 'zod';
import { ratingLevelSchema, ratingReasonSchema } from '#contract/rating.ts';
import { satisfactionCode, type RatingLevel } from '#contract/rating-scale.ts';
import { hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

const listSchema = z.object({
  ratings: z.array(
    z.object({
      itemSlug: z.string(),
      satisfactionCode: z.number(),
      level: ratingLevelSchema,
      reasons: z.array(ratingReasonSchema),
      words: z.string().nullable(),
      ratedOn: z.iso.date(),
    }),
  ),
});

interface Rated {
  readonly caseNo: string;
  readonly ratingId: string;
  readonly level: RatingLevel;
  readonly words: string;
  readonly reasons?: readonly string[];
  readonly by?: Terminal;
}

export const rate = (
  t: Trial,
  { caseNo, ratingId, level, words, reasons = [], by = t.first }: Rated,
): Promise<Answer> =>
  t.post('/v1/ratings', by, {
    ratingId,
    caseNo,
    rating: { level, reasons, words },
    ratedAt: t.maker.iso(-1000),
  });

/** A rating as a terminal tells it; its words are found by nobody else’s. */
export const rated = (t: Trial, caseNo: string, level: RatingLevel = 'fairly-satisfied'): Rated => ({
  caseNo,
  level,
  ratingId: t.maker.uuid(),
  words: `评测 ${t.maker.digits(12)}`,
});

/** Those of the list that have these words. */
async function listed(t: Trial, words: string) {
  const answer = await t.client.call({ path: '/v1/ratings?limit=1000', by: 'desk' });
  return {
    text: answer.text,
    found: read(answer, listSchema).ratings.filter((each) => each.words === words),
  };
}

export const ratingRules: Theme = {
  letter: 'G',
  title: 'Ratings (好差评, grades)',
  when: 'prepared',
  rules: [
    rule(
      'G-01',
      'A closed case is rated on five levels, of which 1 is the best, and the desk sees it',
      async (t) => {
        const { caseNo } = await t.closedCase();
        const one = { ...rated(t, caseNo, 'dissatisfied'), reasons: ['207'] };
        const answer = read(await rate(t, one), z.object({ ratingId: z.string() }));
        same(answer, { ratingId: one.ratingId }, 'the rating');
        const [found] = (await listed(t, one.words)).found;
        same(
          {
            slug: found?.itemSlug,
            level: found?.level,
            code: found?.satisfactionCode,
            reasons: found?.reasons,
          },
          {
            slug: t.cast.item.item.slug,
            level: one.level,
            code: satisfactionCode(one.level),
            reasons: ['207'],
          },
          'the rating in the list',
        );
      },
    ),
    rule('G-02', 'A case that is not over is NOT_RATEABLE (422)', async (t) => {
      const { caseNo } = await t.newCase();
      refuses(await rate(t, rated(t, caseNo)), 422, 'NOT_RATEABLE');
    }),
    rule('G-03', 'A case that is not there is NOT_FOUND (404)', async (t) => {
      refuses(await rate(t, rated(t, t.maker.numbered('BJ'))), 404, 'NOT_FOUND');
    }),
    rule('G-04', 'The same rating again changes nothing', async (t) => {
      const one = rated(t, (await t.closedCase()).caseNo);
      for (let again = 0; again < 3; again += 1) hasStatus(await rate(t, one), 200);
      same((await listed(t, one.words)).found.length, 1, 'ratings:');
    }),
    rule(
      'G-05',
      'Of one case the first rating counts; another one is answered alike, whoever sends it',
      async (t) => {
        const { caseNo } = await t.closedCase();
        const [one, other] = [
          rated(t, caseNo),
          { ...rated(t, caseNo, 'very-dissatisfied'), by: t.cast.other },
        ];
        for (const each of [one, other]) hasStatus(await rate(t, each), 200);
        same((await listed(t, one.words)).found.length, 1, 'the first in the list:');
        same((await listed(t, other.words)).found.length, 0, 'the second in the list:');
      },
    ),
    rule('G-06', 'A reason belongs to its level, and stands once', async (t) => {
      const { caseNo } = await t.closedCase();
      for (const reasons of [['108'], ['207', '207']])
        refuses(await rate(t, { ...rated(t, caseNo, 'dissatisfied'), reasons }), 400, 'BAD_REQUEST');
      refuses(await rate(t, { ...rated(t, caseNo, 'satisfied'), reasons: ['207'] }), 400, 'BAD_REQUEST');
      refuses(await rate(t, { ...rated(t, caseNo), words: '长'.repeat(201) }), 400, 'BAD_REQUEST');
    }),
    rule('G-07', 'The list names no case, no number and nobody', async (t) => {
      const { caseNo, person, submission } = await t.closedCase();
      const one = rated(t, caseNo);
      hasStatus(await rate(t, one), 200);
      const { text, found } = await listed(t, one.words);
      same(found.length, 1, 'ratings:');
      for (const secret of [caseNo, one.ratingId, submission.receiptNo, person.number, person.name])
        holds(!text.includes(secret), 'no case and nobody', secret);
    }),
    rule('G-08', 'Whoever asks after a case is told whether it can be rated', async (t) => {
      const made = await t.newCase();
      same((await t.bySlip(made))[0]?.afterwards?.mayRate, false, 'may be rated, open:');
      const closed = await t.closedCase();
      same((await t.bySlip(closed))[0]?.afterwards?.mayRate, true, 'may be rated, closed:');
      hasStatus(await rate(t, rated(t, closed.caseNo)), 200);
      same((await t.bySlip(closed))[0]?.afterwards?.mayRate, false, 'may be rated again:');
    }),
  ],
};
