import { interactionStateSchema, replyRefusalSchema, type InteractionState } from '#contract/interaction.ts';
import { hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import type { Case, Trial } from '../trial.ts';

const UNIT = '一致性评测办公室';

const asked = (t: Trial): Promise<Case> => t.newCase({ item: t.matter('consult') });

const stateOf = async (t: Trial, { caseNo }: Case): Promise<InteractionState> =>
  read(await t.client.call({ path: `/v1/cases/${caseNo}/interaction`, by: 'desk' }), interactionStateSchema);

function reply(t: Trial, { caseNo }: Case, text: string, replyId = t.maker.uuid()): Promise<Answer> {
  return t.step(caseNo, 'replies', { unit: UNIT, text, replyId });
}

function refuse(t: Trial, { caseNo }: Case, refusalId = t.maker.uuid()): Promise<Answer> {
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
      const state = read(await reply(t, made, '请带身份证到窗口'), interactionStateSchema);
      holds(state.state === 'replied' && state.mayRefuse, 'replied, and refusable', state);
      holds(state.state === 'replied' && state.reply.unit === UNIT, `a reply of ${UNIT}`, state);
      same(await stateOf(t, made), state, 'the state that the desk reads');
      const [shown] = await t.bySlip(made);
      same(shown?.status, '10', 'status');
    }),
    rule('Q-03', 'Where no card was asked for, the number of the slip shows the reply', async (t) => {
      const made = await asked(t);
      hasStatus(await reply(t, made, '二楼三号窗口'), 200);
      const [shown] = await t.bySlip(made);
      const told = shown?.afterwards?.interaction;
      same(told?.state === 'replied' ? told.reply.text : told, '二楼三号窗口', 'the reply');
    }),
    rule('Q-04', 'The same reply again changes nothing; another one is ALREADY_REPLIED (409)', async (t) => {
      const made = await asked(t);
      const replyId = t.maker.uuid();
      const state = read(await reply(t, made, '是', replyId), interactionStateSchema);
      same(read(await reply(t, made, '是', replyId), interactionStateSchema), state, 'the state');
      refuses(await reply(t, made, '不是'), 409, 'ALREADY_REPLIED');
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
      hasStatus(await reply(t, made, '请咨询相关部门'), 200);
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
      hasStatus(await reply(t, made, '请咨询相关部门'), 200);
      hasStatus(await refuse(t, made), 200);
      const state = read(await reply(t, made, '三号窗口，周一到周五'), interactionStateSchema);
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
        refuses(await reply(t, made, '好'), 404, 'NOT_FOUND');
      },
    ),
    rule('Q-10', 'Who has rated a reply has taken it', async (t) => {
      const made = await asked(t);
      hasStatus(await reply(t, made, '好'), 200);
      hasStatus(await rate(t, made), 200);
      refuses(await refuse(t, made), 422, 'NO_REPLY');
    }),
  ],
};
