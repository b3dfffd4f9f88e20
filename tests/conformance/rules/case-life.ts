import { caseHistorySchema, standingAlertsSchema, type CaseHistory } from '#contract/case-history.ts';
import { Broken, dataOf, hasStatus, holds, read, refuses, same } from '../check.ts';
import { rule, type Theme } from '../rule.ts';
import { aResult, officersWords, type Case, type Trial } from '../trial.ts';
import { acted, everyStep, isRefused, reason } from './steps.ts';

const text = { zh: officersWords, en: 'As the suite decided' };
const visit = { reason: 'home-visit', text, workdays: 10 };
const extension = { days: 5, text };
const alertOrder = ['red', 'yellow', 'hint'];

const historyOf = async (t: Trial, { caseNo }: Pick<Case, 'caseNo'>): Promise<CaseHistory> =>
  read(await t.get(`/v1/cases/${caseNo}/history`), caseHistorySchema);

/** Accepted, of an item whose days are counted. */
async function accepted(t: Trial): Promise<Case> {
  const made = await t.newCase({ item: t.steppedItem });
  await acted(t, made, 'acceptance', {}, '05');
  return made;
}

/** The day by which it is decided; the clock must run. */
async function promisedDay(t: Trial, made: Case): Promise<string> {
  const { clocks } = await historyOf(t, made);
  if (clocks.state !== 'runs' || clocks.promisedBy === null)
    throw new Broken('days that are counted, and the last of them', JSON.stringify(clocks));
  return clocks.promisedBy;
}

/** A unit of the catalogue by its Chinese name; another one than that of the item, where there is one. */
function otherUnit(t: Trial): string {
  const own = t.cast.item.item.department.zh;
  return t.cast.items.map(({ item }) => item.department.zh).find((zh) => zh !== own) ?? own;
}

const laterSteps: readonly (readonly [string, object])[] = [
  ['corrections/confirmation', {}],
  ['steps/0', {}],
  ['special-procedures', visit],
  ['special-procedures/end', {}],
  ['extension', extension],
  ['return', { reason }],
  ['withdrawal', {}],
  ['delivery', { how: 'post' }],
];

export const caseLifeRules: Theme = {
  letter: 'W',
  title: 'What else happens to a case (办件), and its history',
  when: 'prepared',
  rules: [
    rule('W-01', 'A case’s history has each step, who did it, and where it led', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'corrections', t.corrections(), '06');
      hasStatus(await t.put(made.submission, { id: made.id, revision: 2 }), 200);
      await acted(t, made, 'acceptance', {}, '05');
      await acted(t, made, 'result', aResult(), '10');
      const { caseNo, status, events } = await historyOf(t, made);
      same({ caseNo, status }, { caseNo: made.caseNo, status: '10' }, 'the case');
      same(
        events.map(({ verb, actor, to }) => [verb, actor, to]),
        [
          ['receive', 'station', '02'],
          ['request-correction', 'desk', '06'],
          ['correct', 'station', '02'],
          ['accept', 'desk', '05'],
          ['close', 'desk', '10'],
        ],
        'steps',
      );
      same(
        events.map(({ from }) => from),
        [null, ...events.slice(0, -1).map(({ to }) => to)],
        'from where:',
      );
    }),
    rule(
      'W-02',
      'Each written notice stands in it as it was given: number, kind, head and words',
      async (t) => {
        const made = await t.newCase();
        await acted(t, made, 'acceptance', {}, '05');
        const documentNo = 'ZH-2026-8';
        await acted(t, made, 'result', { ...aResult('2'), documentNo }, '10');
        const documents = (await historyOf(t, made)).events.flatMap(({ document }) => document ?? []);
        same(
          documents.map(({ kind }) => kind),
          ['accept', 'refuse'],
          'kinds of documents',
        );
        const { item } = t.cast.item;
        same(documents[1]?.heading?.itemName, item.name, 'the item in the head');
        same(documents[1]?.heading?.unit.zh, item.department.zh, 'the unit in the head');
        same(documents[1]?.notice, { kind: 'result', ...aResult('2'), documentNo }, 'the notice');
        const { events } = await t.shown(made);
        same(
          documents.map(({ no }) => no),
          events.flatMap(({ noticeNo }) => noticeNo ?? []),
          'the numbers that the applicant is told',
        );
      },
    ),
    rule(
      'W-03',
      'What was missing and is handed in at a window is confirmed (确认补齐): received (02)',
      async (t) => {
        const made = await t.newCase();
        await isRefused(t, made, 'corrections/confirmation', {}, '02');
        await acted(t, made, 'corrections', t.corrections(), '06');
        await acted(t, made, 'corrections/confirmation', {}, '02');
        same((await historyOf(t, made)).events.at(-1)?.document?.kind, 'confirmCorrect', 'the document');
        same((await t.shown(made)).detail?.correction, null, 'what is to be corrected');
      },
    ),
    rule(
      'W-04',
      'Steps of an item are done one after the other, by number; another is NOT_THE_PRESENT_STEP (409)',
      async (t) => {
        const made = await accepted(t);
        const { stages } = t.steppedItem.item.timeLimits;
        same((await historyOf(t, made)).clocks.step?.name, stages[0]?.name, 'the present step');
        refuses(await t.step(made.caseNo, 'steps/1'), 409, 'NOT_THE_PRESENT_STEP');
        await acted(t, made, 'steps/0', {}, '12');
        refuses(await t.step(made.caseNo, 'steps/0'), 409, 'NOT_THE_PRESENT_STEP');
        const { events, clocks } = await historyOf(t, made);
        same(events.at(-1)?.step, 0, 'the step that was done');
        same(clocks.step?.index, 1, 'the present step');
      },
    ),
    rule(
      'W-05',
      'In a special procedure (特别程序) a case is 11, and its applicant reads which, and until when; behind it, it goes on (12)',
      async (t) => {
        const made = await t.newCase();
        await isRefused(t, made, 'special-procedures', visit, '02');
        await acted(t, made, 'acceptance', {}, '05');
        await acted(t, made, 'special-procedures', visit, '11');
        const { special, next } = await t.shown(made);
        same(
          { reason: special?.reason, next: next.what },
          { reason: visit.reason, next: 'resume' },
          'the case',
        );
        holds(special?.expectedBy !== null, 'the day on which the office expects to go on', special);
        await isRefused(t, made, 'result', aResult(), '11');
        await acted(t, made, 'special-procedures/end', {}, '12');
        const after = await t.shown(made);
        same(
          { special: after.special, next: after.next.what },
          { special: undefined, next: 'decide' },
          'after it',
        );
      },
    ),
    rule(
      'W-06',
      'Its days are not counted: the clock rests, and nobody loses a day of what remained',
      async (t) => {
        const made = await accepted(t);
        const before = await promisedDay(t, made);
        await acted(t, made, 'special-procedures', visit, '11');
        const { state, promisedBy, legalBy } = (await historyOf(t, made)).clocks;
        same(
          { state, promisedBy, legalBy },
          { state: 'rests', promisedBy: null, legalBy: null },
          'the clock',
        );
        await acted(t, made, 'special-procedures/end', {}, '12');
        const after = await promisedDay(t, made);
        holds(after >= before, `${before}, or a later day`, after);
      },
    ),
    rule(
      'W-07',
      'A case is extended (延长审批) once, by a notice of how long and why; again is EXTENSION_REFUSED (409)',
      async (t) => {
        const made = await accepted(t);
        const before = await promisedDay(t, made);
        refuses(await t.step(made.caseNo, 'extension', { ...extension, days: 16 }), 400, 'BAD_REQUEST');
        await acted(t, made, 'extension', extension, '05');
        const after = await promisedDay(t, made);
        holds(after > before, `a day behind ${before}`, after);
        const { kind, notice } = (await historyOf(t, made)).events.at(-1)?.document ?? {};
        same(kind, 'special', 'the document');
        same(notice, { kind: 'extension', ...extension, decideBy: after }, 'the notice');
        const again = await t.step(made.caseNo, 'extension', extension);
        refuses(again, 409, 'EXTENSION_REFUSED');
        same(dataOf(again), { why: 'extended-already' }, 'data');
      },
    ),
    rule(
      'W-08',
      'Handed over (转办), a case is the other unit’s, and its applicant reads whose; a unit that nobody knows is BAD_REQUEST',
      async (t) => {
        const made = await t.newCase();
        const unit = otherUnit(t);
        await acted(t, made, 'hand-over', { unit }, '02');
        same((await historyOf(t, made)).unit.zh, unit, 'whose it is');
        const { office, events } = await t.shown(made);
        same(
          { office: office.zh, handedTo: events.at(-1)?.handedTo?.zh },
          { office: unit, handedTo: unit },
          'told',
        );
        refuses(await t.step(made.caseNo, 'hand-over', { unit: '没有这个单位' }), 400, 'BAD_REQUEST');
      },
    ),
    rule(
      'W-09',
      'Returned (退件), a case is 13, its applicant reads why, and it takes no step any more',
      async (t) => {
        const made = await t.newCase();
        refuses(await t.step(made.caseNo, 'return'), 400, 'BAD_REQUEST');
        await acted(t, made, 'return', { reason }, '13');
        const { detail, next } = await t.shown(made);
        same({ refusal: detail?.refusal, next: next.what }, { refusal: reason, next: 'none' }, 'the case');
        for (const [step, body] of everyStep(t)) await isRefused(t, made, step, body, '13');
      },
    ),
    rule(
      'W-10',
      'Withdrawn (撤回), a case is 14, without a notice, and takes no step any more',
      async (t) => {
        const made = await t.newCase();
        await acted(t, made, 'withdrawal', {}, '14');
        same((await historyOf(t, made)).events.at(-1)?.document, null, 'the document');
        for (const [step, body] of everyStep(t)) await isRefused(t, made, step, body, '14');
      },
    ),
    rule(
      'W-11',
      'Delivered (送达), a case is 15, once, and behind its result; its notice says how',
      async (t) => {
        const made = await t.newCase();
        await isRefused(t, made, 'delivery', { how: 'post' }, '02');
        await acted(t, made, 'acceptance', {}, '05');
        await acted(t, made, 'result', aResult(), '10');
        await acted(t, made, 'delivery', { how: 'post' }, '15');
        same(
          (await historyOf(t, made)).events.at(-1)?.document?.notice,
          { kind: 'delivery', how: 'post' },
          'the notice',
        );
        same((await t.shown(made)).detail?.result?.text, aResult().text, 'the result, still');
        await isRefused(t, made, 'delivery', { how: 'post' }, '15');
      },
    ),
    rule(
      'W-12',
      'A case that is not there is NOT_FOUND (404), for its history and for each of these',
      async (t) => {
        const none = t.maker.numbered('BJ');
        refuses(await t.get(`/v1/cases/${none}/history`), 404, 'NOT_FOUND');
        const all = [...laterSteps, ['hand-over', { unit: otherUnit(t) }] as const];
        for (const [step, body] of all) refuses(await t.step(none, step, body), 404, 'NOT_FOUND');
      },
    ),
    rule(
      'W-13',
      'The alerts (黄牌, 红牌) that stand are told with the counts of all, red first, and with the years that the calendar has',
      async (t) => {
        const { alerts, counts, calendar } = read(await t.get('/v1/alerts?limit=500'), standingAlertsSchema);
        holds(calendar.years.includes(Number(t.maker.iso().slice(0, 4))), 'the present year', calendar.years);
        const all = counts.red + counts.yellow + counts.hint;
        same(alerts.length, Math.min(all, 500), 'alerts in the list:');
        const levels = alerts.map(({ level }) => alertOrder.indexOf(level));
        same(
          levels,
          levels.toSorted((a, b) => a - b),
          'the order of levels',
        );
        refuses(await t.get('/v1/alerts?limit=501'), 400, 'BAD_REQUEST');
      },
    ),
  ],
};
