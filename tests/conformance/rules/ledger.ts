import { z } from 'zod';
import { leafFields } from '#contract/form/autofill.ts';
import {
  callBackSchema,
  ledgerEntrySchema,
  type CallBack,
  type LedgerEntry,
} from '#contract/rating-ledger.ts';
import type { RatingLevel } from '#contract/rating-scale.ts';
import { Broken, dataOf, hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer } from '../client.ts';
import type { UsedItem } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import type { Case, NewCase, Trial } from '../trial.ts';
import { ANSWER, asked, refuse, reply } from './interactions.ts';
import { rate, rated } from './ratings.ts';

const MOST = 500;
const words = '经一致性评测核实';
const verification = { isFounded: true, words };
const putRight = { remedy: { kind: 'put-right', words } };
const missed = { call: { wasReached: false } };
const reached = { call: { wasReached: true, said: words } };

const entries = (t: Trial): Promise<Answer> => t.get(`/v1/rating-ledger?limit=${String(MOST)}`);
const entriesIn = (answer: Answer): readonly LedgerEntry[] =>
  read(answer, z.object({ entries: z.array(ledgerEntrySchema) })).entries;

const callBackOf = async (t: Trial, { caseNo }: Pick<Case, 'caseNo'>): Promise<CallBack | undefined> =>
  read(
    await t.get(`/v1/call-backs?limit=${String(MOST)}`),
    z.object({ callBacks: z.array(callBackSchema) }),
  ).callBacks.find((each) => each.caseNo === caseNo);

/** A field for a number to call, with one in it that nobody has. */
function telephone(t: Trial, { item }: UsedItem): NewCase['answers'] {
  const field = leafFields(item).find(({ type }) => type === 'phone');
  if (field === undefined) throw new Broken(`a field for a telephone in ${item.slug}`, 'none');
  return { [field.id]: `1990000${t.maker.digits(4)}` };
}

interface Entered {
  readonly made: Case;
  readonly entry: LedgerEntry;
}

/** A case that is closed and rated, and its entry; undefined: there is none. */
async function ratedCase(
  t: Trial,
  level: RatingLevel,
  answers: NewCase['answers'] = {},
): Promise<{ readonly made: Case; readonly entry: LedgerEntry | undefined }> {
  const made = await t.closedCase({ answers });
  const one = rated(t, made.caseNo, level);
  hasStatus(await rate(t, one), 200);
  return { made, entry: entriesIn(await entries(t)).find((each) => each.words === one.words) };
}

async function entered(t: Trial, answers: NewCase['answers'] = {}): Promise<Entered> {
  const { made, entry } = await ratedCase(t, 'very-dissatisfied', answers);
  if (entry === undefined) throw new Broken('an entry of the bad rating in the ledger', 'none');
  return { made, entry };
}

/** Of who left a number to call. */
async function enteredWithCall(t: Trial): Promise<Entered & { readonly callBackNo: string }> {
  const { made, entry } = await entered(t, telephone(t, t.cast.item));
  const found = await callBackOf(t, made);
  if (found === undefined) throw new Broken(`a call back about ${made.caseNo}`, 'none');
  return { made, entry, callBackNo: found.callBackNo };
}

const step = (t: Trial, { entryNo }: Pick<LedgerEntry, 'entryNo'>, act: string, body: unknown = {}) =>
  t.post(`/v1/rating-ledger/${entryNo}/${act}`, 'desk', body);
const call = (t: Trial, callBackNo: string, body: unknown) =>
  t.post(`/v1/call-backs/${callBackNo}/calls`, 'desk', body);

async function leadsTo(answer: Promise<Answer>, state: LedgerEntry['state']): Promise<void> {
  same(read(await answer, ledgerEntrySchema).state, state, 'state');
}

async function isWrongStep(answer: Promise<Answer>, state: LedgerEntry['state']): Promise<void> {
  const refused = await answer;
  refuses(refused, 409, 'LEDGER_STEP_REFUSED');
  same(dataOf(refused), { state }, 'data');
}

async function answered(t: Trial, entry: LedgerEntry): Promise<void> {
  await leadsTo(step(t, entry, 'verification', verification), 'verified');
  await leadsTo(step(t, entry, 'remedy', putRight), 'answered');
}

export const ledgerRules: Theme = {
  letter: 'K',
  title: 'The ledger of bad ratings (差评台账), and calls back (回访)',
  when: 'prepared',
  rules: [
    rule(
      'K-01',
      'A bad rating (4, 5) opens an entry with a day by which it is closed; another opens none',
      async (t) => {
        const { entry } = await entered(t);
        const { itemSlug, satisfactionCode, state, isOverdue, callBack } = entry;
        same(
          { itemSlug, satisfactionCode, state, isOverdue, callBack },
          {
            itemSlug: t.cast.item.item.slug,
            satisfactionCode: 5,
            state: 'open',
            isOverdue: false,
            callBack: 'none',
          },
          'the entry',
        );
        holds(entry.dueOn > entry.openedOn, `a day behind ${entry.openedOn}`, entry.dueOn);
        same(
          (await ratedCase(t, 'dissatisfied')).entry?.satisfactionCode,
          4,
          'the code of the better one of the two:',
        );
        same((await ratedCase(t, 'fairly-satisfied')).entry, undefined, 'an entry of another rating:');
      },
    ),
    rule('K-02', 'It names no case, no number and nobody', async (t) => {
      const { made, entry } = await entered(t);
      const { text } = await entries(t);
      holds(text.includes(entry.entryNo), 'the entry in the list', text);
      for (const secret of [
        made.caseNo,
        made.id,
        made.submission.receiptNo,
        made.person.number,
        made.person.name,
      ])
        holds(!text.includes(secret), 'no case and nobody', secret);
    }),
    rule(
      'K-03',
      'It is looked into, answered, closed, in this order: another step is LEDGER_STEP_REFUSED (409) with its state',
      async (t) => {
        const { entry } = await entered(t);
        await isWrongStep(step(t, entry, 'remedy', putRight), 'open');
        await isWrongStep(step(t, entry, 'closure'), 'open');
        await leadsTo(step(t, entry, 'verification', verification), 'verified');
        await isWrongStep(step(t, entry, 'verification', verification), 'verified');
        await isWrongStep(step(t, entry, 'closure'), 'verified');
        await leadsTo(step(t, entry, 'remedy', putRight), 'answered');
        await leadsTo(step(t, entry, 'closure'), 'closed');
        await isWrongStep(step(t, entry, 'closure'), 'closed');
      },
    ),
    rule('K-04', 'What was done stands in it; closed, it is with those that are open no more', async (t) => {
      const { entry } = await entered(t);
      await answered(t, entry);
      const closed = read(await step(t, entry, 'closure'), ledgerEntrySchema);
      same(
        closed.events.map(({ act, words: said }) => [act, said]),
        [
          ['verified', words],
          ['put-right', words],
          ['closed', null],
        ],
        'events',
      );
      const open = entriesIn(await entries(t)).map(({ entryNo }) => entryNo);
      holds(!open.includes(entry.entryNo), 'it is with the open ones no more', entry.entryNo);
    }),
    rule(
      'K-05',
      'Nothing is done without its words, nor explained without the law that forbids it',
      async (t) => {
        const { entry } = await entered(t);
        refuses(await step(t, entry, 'verification', { isFounded: true, words: ' ' }), 400, 'BAD_REQUEST');
        await leadsTo(step(t, entry, 'verification', verification), 'verified');
        for (const remedy of [
          { kind: 'put-right', words: ' ' },
          { kind: 'explained', words },
          { kind: 'explained', words, legalGround: ' ' },
        ])
          refuses(await step(t, entry, 'remedy', { remedy }), 400, 'BAD_REQUEST');
        const explained = { kind: 'explained', words, legalGround: '《社会救助暂行办法》第九条' };
        await leadsTo(step(t, entry, 'remedy', { remedy: explained }), 'answered');
      },
    ),
    rule('K-06', 'Who looks into it is told its case, and that he asked stands in the entry', async (t) => {
      const { made, entry } = await entered(t);
      const shown = read(await step(t, entry, 'case'), z.object({ caseNo: z.string() }));
      same(shown.caseNo, made.caseNo, 'the case');
      const found = entriesIn(await entries(t)).find(({ entryNo }) => entryNo === entry.entryNo);
      same(
        found?.events.map(({ act }) => act),
        ['case-shown'],
        'events',
      );
    }),
    rule(
      'K-07',
      'Who left a number is called, and not before there is an answer: LEDGER_STEP_REFUSED (409)',
      async (t) => {
        const { made, entry, callBackNo } = await enteredWithCall(t);
        same(entry.callBack, 'open', 'the call back, in the entry');
        same((await callBackOf(t, made))?.because, 'bad-rating', 'why');
        await isWrongStep(call(t, callBackNo, reached), 'open');
        await leadsTo(step(t, entry, 'verification', verification), 'verified');
        await isWrongStep(call(t, callBackNo, reached), 'verified');
        same((await callBackOf(t, made))?.calls, [], 'calls');
      },
    ),
    rule(
      'K-08',
      'The entry is not closed before he was: CALL_BACK_OPEN (409), with its number',
      async (t) => {
        const { entry, callBackNo } = await enteredWithCall(t);
        await answered(t, entry);
        const refused = await step(t, entry, 'closure');
        refuses(refused, 409, 'CALL_BACK_OPEN');
        same(dataOf(refused), { callBackNo }, 'data');
        hasStatus(await call(t, callBackNo, reached), 200);
        await leadsTo(step(t, entry, 'closure'), 'closed');
      },
    ),
    rule(
      'K-09',
      'A call that nobody takes leaves it open; who is reached ends it: CALL_BACK_OVER (409)',
      async (t) => {
        const { entry, callBackNo } = await enteredWithCall(t);
        await answered(t, entry);
        const after = async (body: unknown) => read(await call(t, callBackNo, body), callBackSchema);
        same((await after(missed)).outcome, null, 'after a call that nobody took:');
        const ended = await after(reached);
        same(ended.outcome, 'reached', 'outcome');
        same(
          ended.calls.map(({ wasReached, said }) => [wasReached, said]),
          [
            [false, null],
            [true, words],
          ],
          'calls',
        );
        refuses(await call(t, callBackNo, missed), 409, 'CALL_BACK_OVER');
      },
    ),
    rule('K-10', 'Who sends a reply back and left a number is called as well', async (t) => {
      const item = t.matter('consult');
      const made = await asked(t, telephone(t, item));
      hasStatus(await reply(t, made, ANSWER), 200);
      hasStatus(await refuse(t, made), 200);
      const found = await callBackOf(t, made);
      same(
        { because: found?.because, outcome: found?.outcome },
        { because: 'refused-reply', outcome: null },
        'the call',
      );
      const silent = await asked(t);
      hasStatus(await reply(t, silent, ANSWER), 200);
      hasStatus(await refuse(t, silent), 200);
      same(await callBackOf(t, silent), undefined, 'a call to who left none:');
    }),
    rule(
      'K-11',
      'What is not there is NOT_FOUND (404), a call without what was said BAD_REQUEST',
      async (t) => {
        const none = { entryNo: t.maker.numbered('CP') };
        const bodies = { case: {}, verification, remedy: putRight, closure: {} };
        for (const [act, body] of Object.entries(bodies))
          refuses(await step(t, none, act, body), 404, 'NOT_FOUND');
        refuses(await call(t, t.maker.numbered('HF'), missed), 404, 'NOT_FOUND');
        for (const said of [undefined, ' '])
          refuses(
            await call(t, t.maker.numbered('HF'), { call: { wasReached: true, said } }),
            400,
            'BAD_REQUEST',
          );
      },
    ),
  ],
};
