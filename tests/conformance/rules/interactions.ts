import {
  courseSchema,
  interactionStateSchema,
  MOST_DISPATCHES,
  replyRefusalSchema,
  type Course,
  type InteractionState,
} from '#contract/interaction.ts';
import { hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import type { Case, NewCase, Trial } from '../trial.ts';
import { acted, isRefused } from './steps.ts';

const UNIT = '一致性评测办公室';
/** A platform may judge a reply before it takes it: these say how, where and when. */
export const ANSWER = '请带身份证和户口簿到三号窗口，当场就能办好。';
const OTHER = '周一到周五上午到二楼五号窗口，找值班的人问一声就行。';

export const asked = (t: Trial, answers: NewCase['answers'] = {}): Promise<Case> =>
  t.newCase({ item: t.matter('consult'), answers });

const stateOf = async (t: Trial, { caseNo }: Case): Promise<InteractionState> =>
  read(await t.client.call({ path: `/v1/cases/${caseNo}/interaction`, by: 'desk' }), interactionStateSchema);

export function reply(t: Trial, { caseNo }: Case, text: string, replyId = t.maker.uuid()): Promise<Answer> {
  return t.step(caseNo, 'replies', { unit: UNIT, text, replyId });
}

export function refuse(t: Trial, { caseNo }: Case, refusalId = t.maker.uuid()): Promise<Answer> {
  const body = { refusalId, caseNo, reason: 'off-point', refusedAt: t.maker.iso(-1000) };
  return t.post('/v1/reply-refusals', t.cast.other, body);
}

const rate = (t: Trial, { caseNo }: Case): Promise<Answer> =>
  t.post('/v1/ratings', t.first, {
    ratingId: t.maker.uuid(),
    caseNo,
    rating: { level: 'satisfied', reasons: [], words: null },
    ratedAt: t.maker.iso(-1000),
  });

const dispatch = (t: Trial, { caseNo }: Case, unit: string, dispatchId = t.maker.uuid()): Promise<Answer> =>
  t.step(caseNo, 'dispatches', { dispatchId, unit });

const courseOf = async (t: Trial, { caseNo }: Case): Promise<Course> =>
  read(await t.get(`/v1/cases/${caseNo}/course`), courseSchema);

async function accepted(t: Trial): Promise<Case> {
  const made = await asked(t);
  await acted(t, made, 'acceptance', {}, '05');
  return made;
}

export const interactionRules: Theme = {
  letter: 'Q',
  title: 'Questions, complaints, suggestions, and their replies',
  when: 'prepared',
  rules: [
    rule('Q-01', 'A question waits for its reply until a day that is told', async (t) => {
      const state = await stateOf(t, await asked(t));
      same(state.state, 'waiting', 'state');
    }),
    rule('Q-02', 'A reply closes the matter, and says which office answers', async (t) => {
      const made = await asked(t);
      const state = read(await reply(t, made, ANSWER), interactionStateSchema);
      holds(state.state === 'replied' && state.mayRefuse, 'replied, and refusable', state);
      holds(state.state === 'replied' && state.reply.unit === UNIT, `a reply of ${UNIT}`, state);
      same(await stateOf(t, made), state, 'the state that the desk reads');
      const [shown] = await t.bySlip(made);
      same(shown?.status, '10', 'status');
    }),
    rule('Q-03', 'Where no card was asked for, the number of the slip shows the reply', async (t) => {
      const made = await asked(t);
      hasStatus(await reply(t, made, ANSWER), 200);
      const [shown] = await t.bySlip(made);
      const told = shown?.afterwards?.interaction;
      same(told?.state === 'replied' ? told.reply.text : told, ANSWER, 'the reply');
    }),
    rule('Q-04', 'The same reply again changes nothing; another one is ALREADY_REPLIED (409)', async (t) => {
      const made = await asked(t);
      const replyId = t.maker.uuid();
      const state = read(await reply(t, made, ANSWER, replyId), interactionStateSchema);
      same(read(await reply(t, made, ANSWER, replyId), interactionStateSchema), state, 'the state');
      refuses(await reply(t, made, OTHER), 409, 'ALREADY_REPLIED');
      same(await stateOf(t, made), state, 'the state');
    }),
    rule('Q-05', 'A reply says something, and who says it', async (t) => {
      const { caseNo } = await asked(t);
      for (const body of [
        { unit: ' ', text: '好', replyId: t.maker.uuid() },
        { unit: UNIT, text: ' ', replyId: t.maker.uuid() },
        { unit: UNIT, text: '长'.repeat(1001), replyId: t.maker.uuid() },
      ])
        refuses(await t.step(caseNo, 'replies', body), 400, 'BAD_REQUEST');
    }),
    rule('Q-06', 'A reply that does not do is refused once, which opens the matter again', async (t) => {
      const made = await asked(t);
      hasStatus(await reply(t, made, ANSWER), 200);
      const refusalId = t.maker.uuid();
      const idOnly = replyRefusalSchema.pick({ refusalId: true });
      same(read(await refuse(t, made, refusalId), idOnly), { refusalId }, 'the refusal');
      const state = await stateOf(t, made);
      same(state.state, 'reopened', 'state');
      same((await t.bySlip(made))[0]?.status, '12', 'status');
      same(read(await refuse(t, made, refusalId), idOnly), { refusalId }, 'the same refusal again');
      refuses(await refuse(t, made), 422, 'NO_REPLY');
      same(await stateOf(t, made), state, 'the state');
    }),
    rule('Q-07', 'The second reply stands', async (t) => {
      const made = await asked(t);
      hasStatus(await reply(t, made, ANSWER), 200);
      hasStatus(await refuse(t, made), 200);
      const state = read(await reply(t, made, OTHER), interactionStateSchema);
      holds(state.state === 'replied' && !state.mayRefuse, 'replied, and not refusable', state);
      refuses(await refuse(t, made), 422, 'NO_REPLY');
    }),
    rule(
      'Q-08',
      'What has no reply yet, and what is an application, has none to be refused (NO_REPLY)',
      async (t) => {
        refuses(await refuse(t, await asked(t)), 422, 'NO_REPLY');
        refuses(await refuse(t, await t.closedCase()), 422, 'NO_REPLY');
      },
    ),
    rule(
      'Q-09',
      'An application is no interaction: it is neither looked up nor replied to as one',
      async (t) => {
        const made = await t.newCase();
        refuses(
          await t.client.call({ path: `/v1/cases/${made.caseNo}/interaction`, by: 'desk' }),
          404,
          'NOT_FOUND',
        );
        refuses(await reply(t, made, ANSWER), 404, 'NOT_FOUND');
      },
    ),
    rule('Q-10', 'Who has rated a reply has taken it', async (t) => {
      const made = await asked(t);
      hasStatus(await reply(t, made, ANSWER), 200);
      hasStatus(await rate(t, made), 200);
      refuses(await refuse(t, made), 422, 'NO_REPLY');
    }),
    rule(
      'Q-11',
      'Accepted, a matter is dispatched (转办) to the unit that answers; the same dispatch again changes nothing',
      async (t) => {
        const made = await accepted(t);
        const dispatchId = t.maker.uuid();
        for (let again = 0; again < 2; again += 1) {
          const course = read(await dispatch(t, made, UNIT, dispatchId), courseSchema);
          same(
            course.dispatch.to.map(({ unit }) => unit),
            [UNIT],
            'units',
          );
        }
      },
    ),
    rule('Q-12', 'It is not dispatched before it is accepted, nor to a unit without a name', async (t) => {
      await isRefused(t, await asked(t), 'dispatches', { dispatchId: t.maker.uuid(), unit: UNIT }, '02');
      const made = await accepted(t);
      for (const unit of [' ', '长'.repeat(61)]) refuses(await dispatch(t, made, unit), 400, 'BAD_REQUEST');
      same((await courseOf(t, made)).dispatch.to, [], 'units');
    }),
    rule(
      'Q-13',
      `It goes to ${String(MOST_DISPATCHES)} units at most (首问负责): TOO_MANY_DISPATCHES (409)`,
      async (t) => {
        const made = await accepted(t);
        const units = Array.from({ length: MOST_DISPATCHES }, (_, at) => `${UNIT}${String(at + 1)}`);
        for (const unit of units) hasStatus(await dispatch(t, made, unit), 200);
        refuses(await dispatch(t, made, UNIT), 409, 'TOO_MANY_DISPATCHES');
        same(
          (await courseOf(t, made)).dispatch.to.map(({ unit }) => unit),
          units,
          'units',
        );
      },
    ),
    rule(
      'Q-14',
      'Its course says until when each step is in time, and when it was done, by whom',
      async (t) => {
        const made = await asked(t);
        const before = await courseOf(t, made);
        same(
          { accepted: before.accept.on, dispatch: before.dispatch, given: before.reply.given },
          { accepted: null, dispatch: { by: null, to: [] }, given: [] },
          'before it is accepted',
        );
        holds(
          before.accept.by >= before.receivedOn,
          `a day, ${before.receivedOn} or later`,
          before.accept.by,
        );
        holds(before.reply.by !== null, 'the day of the reply', before);
        await acted(t, made, 'acceptance', {}, '05');
        hasStatus(await dispatch(t, made, UNIT), 200);
        const { accept, dispatch: sent } = await courseOf(t, made);
        holds(accept.on !== null && sent.by !== null, 'the days of what was done', { accept, sent });
        hasStatus(await reply(t, made, ANSWER), 200);
        const after = await courseOf(t, made);
        same(after.reply.by, null, 'the day of a reply that was given:');
        same(
          after.reply.given.map(({ unit }) => unit),
          [UNIT],
          'who replied',
        );
      },
    ),
    rule('Q-15', 'An application has no course, and is not dispatched: NOT_FOUND (404)', async (t) => {
      const made = await t.newCase();
      await acted(t, made, 'acceptance', {}, '05');
      refuses(await t.get(`/v1/cases/${made.caseNo}/course`), 404, 'NOT_FOUND');
      refuses(await dispatch(t, made, UNIT), 404, 'NOT_FOUND');
    }),
  ],
};
