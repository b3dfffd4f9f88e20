import {
  evaluationGroups,
  evaluationSchema,
  FEWEST_COMPARED,
  type Evaluation,
  type EvaluationRow,
} from '#contract/evaluation.ts';
import { Broken, hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';
import { reason } from './steps.ts';

const CHINA_MS = 8 * 3_600_000;

const ask = (t: Trial, from: string, until = from): Promise<Answer> =>
  t.get(`/v1/evaluation?from=${from}&until=${until}`);

const todaysAnswer = (t: Trial): Promise<Answer> => ask(t, t.maker.iso(CHINA_MS).slice(0, 10));
const today = async (t: Trial): Promise<Evaluation> => read(await todaysAnswer(t), evaluationSchema);

const ofItem = ({ rows }: Evaluation, slug: string): EvaluationRow['figures'] | undefined =>
  rows.find(({ by, key }) => by === 'item' && key === slug)?.figures;

const COUNTED = ['received', 'accepted', 'closed', 'refused', 'corrections'] as const;

export const evaluationRules: Theme = {
  letter: 'V',
  title: 'Evaluation (以评促建), in figures',
  when: 'prepared',
  rules: [
    rule(
      'V-01',
      'What was received, accepted, refused, closed and to be corrected is counted for its item',
      async (t) => {
        const { slug } = t.cast.item.item;
        const before = ofItem(await today(t), slug);
        await t.closedCase();
        const refused = await t.newCase();
        hasStatus(await t.step(refused.caseNo, 'refusal', { reason }), 200);
        const corrected = await t.newCase();
        hasStatus(await t.step(corrected.caseNo, 'corrections', t.corrections()), 200);
        const after = ofItem(await today(t), slug);
        same(
          COUNTED.map((what) => (after?.[what] ?? 0) - (before?.[what] ?? 0)),
          [3, 1, 1, 1, 1],
          `more of ${COUNTED.join(', ')}:`,
        );
      },
    ),
    rule('V-02', 'It is told for all, and by department, item, station and terminal', async (t) => {
      const { terminalId, stationId } = t.first;
      await t.newCase();
      const { rows } = await today(t);
      same(
        evaluationGroups.filter((group) => !rows.some(({ by }) => by === group)),
        [],
        'groups that are missing',
      );
      const own = rows.find(({ by, key }) => by === 'terminal' && key === terminalId);
      same(own?.stationId, stationId, 'the station of the terminal');
    }),
    rule(
      'V-03',
      `Of fewer than ${String(FEWEST_COMPARED)} no mean, share or percentile is told: it would be one person’s`,
      async (t) => {
        const { terminal } = await t.enrolledNewcomer();
        await t.closedCase({ by: terminal });
        const { rows } = await today(t);
        const own = rows.find(({ by, key }) => by === 'terminal' && key === terminal.terminalId);
        if (own === undefined) throw new Broken('a row of the terminal with one case', 'none');
        for (const { key, figures } of rows) {
          const { received, closed, workdays, onPromise, onLegal, offlineShare, correctionsPerCase } =
            figures;
          if (closed < FEWEST_COMPARED) same({ workdays, onPromise, onLegal }, nothingOfClosed, `of ${key}`);
          if (received < FEWEST_COMPARED)
            same({ offlineShare, correctionsPerCase }, nothingOfReceived, `of ${key}`);
          holds(
            (figures.ratings?.count ?? FEWEST_COMPARED) >= FEWEST_COMPARED,
            'no few ratings',
            figures.ratings,
          );
        }
      },
    ),
    rule(
      'V-04',
      'It names no case, nobody, and of stations and terminals nothing that was said',
      async (t) => {
        const made = await t.closedCase();
        const answer = await todaysAnswer(t);
        for (const secret of [made.caseNo, made.submission.receiptNo, made.person.number, made.person.name])
          holds(!answer.text.includes(secret), 'no case and nobody', secret);
        for (const { by, commonest, key } of read(answer, evaluationSchema).rows)
          if (by === 'station' || by === 'terminal') same(commonest, null, `what is commonest of ${key}`);
      },
    ),
    rule(
      'V-05',
      'A period is a day and the same or a later one, of a year at most: else BAD_REQUEST',
      async (t) => {
        for (const [from, until] of [
          ['2026-01-02', '2026-01-01'],
          ['2024-01-01', '2026-01-01'],
          ['9999-12-31', '9999-12-31'],
          ['0001-01-01', '0001-01-01'],
          ['2026-02-30', '2026-03-01'],
          ['today', 'today'],
        ] as const)
          refuses(await ask(t, from, until), 400, 'BAD_REQUEST');
        refuses(await t.get('/v1/evaluation'), 400, 'BAD_REQUEST');
      },
    ),
  ],
};

const nothingOfClosed = { workdays: null, onPromise: null, onLegal: null };
const nothingOfReceived = { offlineShare: null, correctionsPerCase: null };
