import { z } from 'zod';
import { caseProgressSchema } from '#contract/progress.ts';
import { Broken, hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { queryCodeOf } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import { officersWords, type Case, type Trial } from '../trial.ts';

const answerSchema = z.object({ cases: z.array(caseProgressSchema), at: z.iso.datetime() });

const ask = (t: Trial, query: unknown, by: Terminal = t.cast.other): Promise<Answer> =>
  t.post('/v1/cases/progress', by, query);

const slipOf = ({ id, submission: { receiptNo } }: Case) => ({
  by: 'number',
  receiptNo,
  queryCode: queryCodeOf(id),
});

/** Never the right one. */
const wrongCode = (made: Case) => ({
  ...slipOf(made),
  queryCode: queryCodeOf(made.id) === '000000' ? '000001' : '000000',
});

/** More than any platform lets pass, and few enough to be tried. */
const MOST_TRIES = 300;
const MOST_OF_NUMBER = 20;

/** A terminal that nobody knew before goes on until it must wait. Its first try is answered, or nothing was tried at all. */
export async function untilRefused(t: Trial, try_: (by: Terminal) => Promise<Answer>): Promise<void> {
  const { terminal } = await t.enrolledNewcomer();
  hasStatus(await try_(terminal), 200);
  for (let tries = 1; tries < MOST_TRIES; tries += 1) {
    const answer = await try_(terminal);
    if (answer.status === 200) continue;
    refuses(answer, 429, 'TOO_MANY_REQUESTS');
    return;
  }
  throw new Broken('429 TOO_MANY_REQUESTS', `${String(MOST_TRIES)} answers of 200`);
}

export const progressRules: Theme = {
  letter: 'P',
  title: 'How a case goes: who may ask, and what he is told',
  when: 'prepared',
  rules: [
    rule(
      'P-01',
      'A slip’s number and query code show the case: state, steps, office, what comes next by when',
      async (t) => {
        const made = await t.newCase();
        const [shown, ...more] = await t.bySlip(made);
        same(more, [], 'more cases');
        const { caseNo, receiptNo, status, itemName } = shown ?? {};
        same(
          { caseNo, receiptNo, status, itemName },
          {
            caseNo: made.caseNo,
            receiptNo: made.submission.receiptNo,
            status: '02',
            itemName: t.cast.item.item.name,
          },
          'the case',
        );
        same(
          shown?.events.map((event) => event.status),
          ['02'],
          'events',
        );
        holds(
          shown?.next.what === 'tell' && shown.next.by !== null,
          'the day by which the office says whether it accepts',
          shown?.next,
        );
      },
    ),
    rule('P-02', 'A slip shows no words of an officer and nothing about the person', async (t) => {
      const made = await t.closedCase();
      const answer = await ask(t, slipOf(made));
      same(
        read(answer, answerSchema).cases.map(({ detail }) => detail),
        [null],
        'detail',
      );
      for (const secret of [officersWords, made.person.number, made.person.name])
        holds(!answer.text.includes(secret), 'no words and no person', answer.text);
    }),
    rule(
      'P-03',
      'A card shows all cases of its holder, the newest first, whichever station took them',
      async (t) => {
        const person = t.maker.person();
        const made = [
          await t.newCase({ person }),
          await t.newCase({ person, by: t.cast.other }),
          await t.newCase({ person }),
        ];
        const shown = (await t.byCard(person)).map(({ caseNo }) => caseNo);
        same(shown, made.map(({ caseNo }) => caseNo).toReversed(), 'cases');
      },
    ),
    rule('P-04', 'A card shows nobody else’s case', async (t) => {
      await t.newCase();
      same(await t.byCard(t.maker.person()), [], 'cases');
    }),
    rule('P-05', 'A wrong code and an unknown number give no case, and are answered alike', async (t) => {
      const made = await t.newCase();
      const unknown = { ...slipOf(made), receiptNo: t.maker.receiptNo('999901997') };
      for (const query of [wrongCode(made), unknown])
        same(read(await ask(t, query), answerSchema).cases, [], 'cases');
    }),
    rule('P-06', 'A query that is malformed is BAD_REQUEST', async (t) => {
      const made = await t.newCase();
      for (const query of [
        {},
        { by: 'name', name: made.person.name },
        { ...slipOf(made), queryCode: '12' },
        { by: 'card' },
      ])
        refuses(await ask(t, query, t.first), 400, 'BAD_REQUEST');
    }),
    rule(
      'P-07',
      'After many wrong codes of one number its right code gives nothing either, and the card does',
      async (t) => {
        const made = await t.newCase();
        const askers = [t.cast.first, t.cast.sister];
        for (let tries = 0; tries < MOST_OF_NUMBER; tries += 1) {
          const answer = await ask(t, wrongCode(made), askers[tries % askers.length]);
          hasStatus(answer, 200, 429);
        }
        same(read(await ask(t, slipOf(made)), answerSchema).cases, [], 'cases');
        same((await t.shown(made)).status, '02', 'status by card');
      },
    ),
    rule(
      'P-08',
      'A terminal that guesses numbers must wait: TOO_MANY_REQUESTS (429), and others need not',
      async (t) => {
        const made = await t.newCase();
        await untilRefused(t, (by) =>
          ask(t, { ...slipOf(made), receiptNo: t.maker.receiptNo('999901997') }, by),
        );
        same((await t.bySlip(made)).length, 1, 'cases for another terminal:');
      },
    ),
    rule('P-09', 'A terminal that counts cards through must wait too', (t) =>
      untilRefused(t, (by) => ask(t, { by: 'card', personNumber: t.maker.person().number }, by)),
    ),
  ],
};
