import { z } from 'zod';
import { caseStatusSchema, chainPlaceSchema, submissionSchema } from '#contract/application.ts';
import { dispatchSchema } from '#contract/department.ts';
import { Broken, dataOf, hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Caller } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import { aResult, officersWords, type Case, type Trial } from '../trial.ts';

const actedSchema = z.object({ caseNo: z.string(), status: caseStatusSchema });
const listSchema = z.object({
  cases: z.array(
    z.object({
      cursor: z.number(),
      caseNo: z.string(),
      status: caseStatusSchema,
      revision: z.number(),
      chain: chainPlaceSchema.optional(),
    }),
  ),
});
const PAGE = 1000;
/** As an officer gives it. */
export const reason = { zh: officersWords, en: 'As the suite decided' };

const list = async (t: Trial, query: string) => {
  const answer = await t.client.call({ path: `/v1/cases${query}`, by: 'desk' });
  return { cases: read(answer, listSchema).cases, text: answer.text };
};

/** The cursor behind everything that is stored. */
async function endOf(t: Trial): Promise<number> {
  for (let after = 0; ;) {
    const last = (await list(t, `?after=${String(after)}&limit=${String(PAGE)}`)).cases.at(-1);
    if (last === undefined) return after;
    after = last.cursor;
  }
}

export async function acted(
  t: Trial,
  { caseNo }: Case,
  step: string,
  body: unknown,
  status: string,
  by?: Caller,
): Promise<void> {
  same(read(await t.step(caseNo, step, body, by), actedSchema), { caseNo, status }, 'the case');
}

export async function isRefused(
  t: Trial,
  { caseNo }: Case,
  step: string,
  body: unknown,
  status: string,
): Promise<void> {
  const answer = await t.step(caseNo, step, body);
  refuses(answer, 409, 'TRANSITION_REFUSED');
  same(dataOf(answer), { status }, 'data');
}

export const everyStep = (t: Trial): readonly [string, unknown][] => [
  ['acceptance', {}],
  ['refusal', { reason }],
  ['corrections', t.corrections()],
  ['result', aResult()],
];

/** Cases that were submitted together, the n-th needing those that `needs` names. */
async function chained(t: Trial, needs: readonly (readonly number[])[]): Promise<readonly Case[]> {
  const chainApplicationId = t.maker.applicationId();
  const person = t.maker.person();
  const made: Case[] = [];
  for (const [index, needed] of needs.entries()) {
    const chain = { id: 'conformance', chainApplicationId, order: index + 1, needs: [...needed] };
    made.push(await t.newCase({ person, payload: { chain } }));
  }
  return made;
}

function pair(cases: readonly Case[]): readonly [Case, Case] {
  const [first, second] = cases;
  if (first === undefined || second === undefined) throw new Error('a chain of two has two cases');
  return [first, second];
}

export const stepRules: Theme = {
  letter: 'D',
  title: 'Steps of a case, by the desk',
  when: 'prepared',
  rules: [
    rule('D-01', 'Accepted (受理), a case is 05, and the day is told by which it is decided', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'acceptance', {}, '05');
      const { status, next } = await t.shown(made);
      same({ status, what: next.what }, { status: '05', what: 'decide' }, 'the case');
      const { promised } = t.cast.item.item.timeLimits;
      holds(next.by !== null, `a day, ${String(promised.value)} ${promised.unit} on`, next);
    }),
    rule('D-02', 'Not accepted (不予受理), a case is 07, and its applicant reads why', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'refusal', { reason }, '07');
      const { status, detail, next } = await t.shown(made);
      same(
        { status, refusal: detail?.refusal, what: next.what },
        { status: '07', refusal: reason, what: 'none' },
        'the case',
      );
    }),
    rule('D-03', 'Closed (办结), a case is 10, and its applicant reads the result', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'acceptance', {}, '05');
      const documentNo = 'ZH-2026-7';
      await acted(t, made, 'result', { ...aResult('2'), documentNo }, '10');
      const { status, detail, next } = await t.shown(made);
      const { outcome, text } = detail?.result ?? {};
      same(
        { status, outcome, text, documentNo: detail?.result?.documentNo, next: next.what },
        { status: '10', outcome: '2', text: aResult().text, documentNo, next: 'none' },
        'the case',
      );
    }),
    rule(
      'D-04',
      'A case that was only received cannot be closed: TRANSITION_REFUSED (409) with its state',
      async (t) => {
        const made = await t.newCase();
        await isRefused(t, made, 'result', aResult(), '02');
        same((await t.shown(made)).status, '02', 'status');
      },
    ),
    rule('D-05', 'A case that was not accepted takes no step any more', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'refusal', { reason }, '07');
      for (const [step, body] of everyStep(t)) await isRefused(t, made, step, body, '07');
    }),
    rule('D-06', 'A case that is closed takes no step of an officer any more', async (t) => {
      const made = await t.closedCase();
      for (const [step, body] of everyStep(t)) await isRefused(t, made, step, body, '10');
    }),
    rule('D-07', 'What was accepted is neither accepted nor refused again', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'acceptance', {}, '05');
      await isRefused(t, made, 'acceptance', {}, '05');
      await isRefused(t, made, 'refusal', { reason }, '05');
    }),
    rule('D-08', 'Of ten officers who act at once one does, and there is one event', async (t) => {
      const made = await t.newCase();
      const answers = await t.meet(
        () => t.step(t.maker.numbered('BJ'), 'acceptance'),
        () => t.step(made.caseNo, 'acceptance'),
      );
      same(
        answers.map(({ status }) => status).sort(),
        [200, ...Array.from({ length: 9 }, () => 409)],
        'statuses',
      );
      same(
        (await t.shown(made)).events.map(({ status }) => status),
        ['02', '05'],
        'events',
      );
    }),
    rule('D-09', 'A refusal, a correction and a result are never without their words', async (t) => {
      const made = await t.newCase();
      const blank = { zh: '  ', en: 'x' };
      const bodies: readonly [string, unknown][] = [
        ['refusal', { reason: blank }],
        ['refusal', {}],
        ['corrections', { entries: [], workdays: 5 }],
        ['corrections', { ...t.corrections(), workdays: 0 }],
        ['result', { ...aResult(), text: blank }],
        ['result', aResult('9')],
      ];
      for (const [step, body] of bodies) refuses(await t.step(made.caseNo, step, body), 400, 'BAD_REQUEST');
      same((await t.shown(made)).status, '02', 'status');
    }),
    rule('D-10', 'A case that is not there is NOT_FOUND (404) for every step', async (t) => {
      const none = t.maker.numbered('BJ');
      for (const [step, body] of everyStep(t)) refuses(await t.step(none, step, body), 404, 'NOT_FOUND');
      refuses(await t.client.call({ path: `/v1/cases/${none}`, by: 'desk' }), 404, 'NOT_FOUND');
    }),
    rule('D-11', 'Each written notice has a number of its own', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'corrections', t.corrections(), '06');
      const corrected = await t.put(made.submission, { id: made.id, revision: 2 });
      hasStatus(corrected, 200);
      await acted(t, made, 'acceptance', {}, '05');
      await acted(t, made, 'result', aResult(), '10');
      const { events, detail } = await t.shown(made);
      const numbers = events.flatMap(({ noticeNo }) => (noticeNo === null ? [] : [noticeNo]));
      same(numbers.length, 3, 'notices:');
      same(new Set(numbers).size, 3, 'different numbers:');
      same(detail?.result?.noticeNo, numbers.at(-1), 'the number of the result');
    }),
    rule('D-12', 'The desk reads the whole submission of a case', async (t) => {
      const made = await t.newCase();
      const answer = await t.client.call({ path: `/v1/cases/${made.caseNo}`, by: 'desk' });
      same(read(answer, submissionSchema), made.submission, 'the submission');
    }),
    rule(
      'D-13',
      'The list goes on behind a cursor, in the order in which cases came, and misses none',
      async (t) => {
        const end = await endOf(t);
        const made = [await t.newCase(), await t.newCase(), await t.newCase()];
        const seen: string[] = [];
        for (let after = end; ;) {
          const [only, ...more] = (await list(t, `?after=${String(after)}&limit=1`)).cases;
          same(more, [], 'more than the limit:');
          if (only === undefined) break;
          if (only.cursor <= after) throw new Broken(`a cursor behind ${String(after)}`, String(only.cursor));
          after = only.cursor;
          seen.push(only.caseNo);
        }
        same(
          seen.filter((caseNo) => made.some((each) => each.caseNo === caseNo)),
          made.map(({ caseNo }) => caseNo),
          'cases',
        );
      },
    ),
    rule('D-14', 'The list has no personal value', async (t) => {
      const end = await endOf(t);
      const made = [await t.newCase(), await t.closedCase()];
      const { text, cases } = await list(t, `?after=${String(end)}&limit=${String(PAGE)}`);
      holds(cases.length >= made.length, 'the new cases in the list', text);
      for (const { person } of made)
        holds(!text.includes(person.number) && !text.includes(person.name), 'no number and no name', text);
      holds(!text.includes(officersWords), 'no words of an officer', text);
    }),
  ],
};

export const chainRules: Theme = {
  letter: 'L',
  title: 'Chains: what was submitted together (一件事, linked)',
  when: 'prepared',
  rules: [
    rule(
      'L-01',
      'A case that needs another one is not accepted before: WAITS_FOR_OTHERS (409), by name',
      async (t) => {
        const [, second] = pair(await chained(t, [[], [1]]));
        const answer = await t.step(second.caseNo, 'acceptance');
        refuses(answer, 409, 'WAITS_FOR_OTHERS');
        const { zh } = t.cast.item.item.name;
        const waits = z.object({ waitsFor: z.array(z.object({ zh: z.string() })) }).safeParse(dataOf(answer));
        same(
          waits.data?.waitsFor.map((name) => name.zh),
          [zh],
          'what it waits for',
        );
      },
    ),
    rule('L-02', 'Its resident is told what it waits for, and no day', async (t) => {
      const [, second] = pair(await chained(t, [[], [1]]));
      const { next, chain } = await t.shown(second);
      same(next, { what: 'wait', by: null, workdaysLeft: null }, 'what comes next');
      same(
        chain?.waitsFor.map(({ zh }) => zh),
        [t.cast.item.item.name.zh],
        'what it waits for',
      );
    }),
    rule('L-03', 'When the one that it needs is closed, it is accepted', async (t) => {
      const [first, second] = pair(await chained(t, [[], [1]]));
      await acted(t, first, 'acceptance', {}, '05');
      refuses(await t.step(second.caseNo, 'acceptance'), 409, 'WAITS_FOR_OTHERS');
      await acted(t, first, 'result', aResult(), '10');
      await acted(t, second, 'acceptance', {}, '05');
    }),
    rule('L-04', 'When the one that it needs was not accepted, it is not held for ever', async (t) => {
      const [first, second] = pair(await chained(t, [[], [1]]));
      await acted(t, first, 'refusal', { reason }, '07');
      await acted(t, second, 'acceptance', {}, '05');
    }),
    rule('L-05', 'What it needs and has not come yet is waited for as well', async (t) => {
      const [alone] = await chained(t, [[2]]);
      if (alone === undefined) throw new Error('a chain of one has one case');
      refuses(await t.step(alone.caseNo, 'acceptance'), 409, 'WAITS_FOR_OTHERS');
    }),
    rule('L-06', 'One that waits can be refused, and corrected', async (t) => {
      const [, corrected] = pair(await chained(t, [[], [1]]));
      await acted(t, corrected, 'corrections', t.corrections(), '06');
      const [, refused] = pair(await chained(t, [[], [1]]));
      await acted(t, refused, 'refusal', { reason }, '07');
    }),
    rule('L-07', 'One that needs nothing goes its own way at once', async (t) => {
      const [first] = pair(await chained(t, [[], [1]]));
      same((await t.shown(first)).next.what, 'tell', 'what comes next');
      await acted(t, first, 'acceptance', {}, '05');
    }),
    rule(
      'L-08',
      'The desk finds what was submitted together, in the order of its steps, and nothing else',
      async (t) => {
        const chainApplicationId = t.maker.applicationId();
        const person = t.maker.person();
        const chain = { id: 'conformance', chainApplicationId, needs: [] };
        const second = await t.newCase({ person, payload: { chain: { ...chain, order: 2 } } });
        const first = await t.newCase({ person, payload: { chain: { ...chain, order: 1 } } });
        await t.newCase({ person });
        const { cases } = await list(t, `?chain=${chainApplicationId}`);
        same(
          cases.map(({ caseNo }) => caseNo),
          [first.caseNo, second.caseNo],
          'cases',
        );
      },
    ),
    rule('L-09', 'The slip of one shows all that was submitted with it', async (t) => {
      const made = await chained(t, [[], [1]]);
      for (const each of made)
        same(
          (await t.bySlip(each)).map(({ caseNo }) => caseNo),
          made.map(({ caseNo }) => caseNo),
          'cases',
        );
    }),
    rule('L-10', 'The place in a chain is under the hash of the payload', async (t) => {
      const submission = t.newSubmission();
      const chain = { id: 'conformance', chainApplicationId: t.maker.applicationId(), order: 1, needs: [] };
      const moved = { ...submission, payload: { ...submission.payload, chain } };
      refuses(await t.put(moved, { id: t.maker.applicationId() }), 400, 'BAD_REQUEST');
    }),
    rule('L-11', 'The desk reads with whom the cases of a chain lie, each with its own day', async (t) => {
      const cases = await chained(t, [[], [1]]);
      const [first] = pair(cases);
      const { chainApplicationId } = first.submission.payload.chain ?? {};
      const lying = async () =>
        read(
          await t.get(`/v1/dispatches?chain=${chainApplicationId ?? ''}`),
          z.object({ dispatches: z.array(dispatchSchema) }),
        ).dispatches;
      const before = await lying();
      same(
        before.map(({ caseNo, order, status, decideBy }) => ({ caseNo, order, status, decideBy })),
        cases.map(({ caseNo }, at) => ({ caseNo, order: at + 1, status: '02', decideBy: null })),
        'cases',
      );
      await acted(t, first, 'acceptance', {}, '05');
      const [accepted, other] = await lying();
      same(accepted?.status, '05', 'status');
      holds(accepted?.decideBy !== null, 'the day by which it is decided', accepted);
      same(other, before[1], 'the other one');
    }),
  ],
};
