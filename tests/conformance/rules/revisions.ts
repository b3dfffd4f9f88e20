import { z } from 'zod';
import { acknowledgementSchema, submissionSchema } from '#contract/application.ts';
import { correctionNoticeSchema } from '#contract/progress.ts';
import { hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { withPayload, type Person } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import type { Case, Trial } from '../trial.ts';

const openedSchema = z.object({
  applicationId: z.string(),
  revision: z.number(),
  submission: submissionSchema,
  notice: correctionNoticeSchema,
});

/** The same application with another answer. */
function revised(t: Trial, made: Case, remark: string) {
  return withPayload(made.submission, t.maker.payload(t.cast.item, made.person, { remark }));
}

const revise = (t: Trial, made: Case, revision: number, by: Terminal = t.first): Promise<Answer> =>
  t.put(
    { ...revised(t, made, `第 ${String(revision)} 次`), stationId: by.stationId },
    { id: made.id, revision, by },
  );

/** What the office sees of the case. */
async function contentOf(t: Trial, { caseNo }: Case): Promise<string> {
  const whole = read(await t.client.call({ path: `/v1/cases/${caseNo}`, by: 'desk' }), submissionSchema);
  return JSON.stringify(whole.payload.answers['remark'] ?? '');
}

const ask = (t: Trial, { caseNo }: Case): Promise<Answer> => t.step(caseNo, 'corrections', t.corrections());

const open = (t: Trial, { caseNo }: Case, { number }: Person): Promise<Answer> =>
  t.post('/v1/cases/correction', t.asker(), { caseNo, personNumber: number });

export const revisionRules: Theme = {
  letter: 'R',
  title: 'Revisions and corrections (补正)',
  when: 'prepared',
  rules: [
    rule(
      'R-01',
      'A later revision, before anybody has decided, joins its case and takes the place of the first',
      async (t) => {
        const made = await t.newCase();
        const { caseNo, revision, status } = read(await revise(t, made, 2), acknowledgementSchema);
        same(
          { caseNo, revision, status },
          { caseNo: made.caseNo, revision: 2, status: '02' },
          'an acknowledgement of',
        );
        same(await contentOf(t, made), '"第 2 次"', 'the content');
      },
    ),
    rule('R-02', 'An older revision that comes late is acknowledged, and changes nothing', async (t) => {
      const made = await t.newCase();
      hasStatus(await revise(t, made, 3), 200);
      same(read(await revise(t, made, 2), acknowledgementSchema).caseNo, made.caseNo, 'the case');
      same(await contentOf(t, made), '"第 3 次"', 'the content');
    }),
    rule(
      'R-03',
      'A correction names everything in one notice, with its number, reasons, names and a day',
      async (t) => {
        const made = await t.newCase();
        const answer = read(await ask(t, made), z.object({ caseNo: z.string(), status: z.string() }));
        same(answer, { caseNo: made.caseNo, status: '06' }, 'the case');
        const { status, detail, next } = await t.shown(made);
        const notice = detail?.correction ?? null;
        same(status, '06', 'status');
        same(notice?.entries.length, 2, 'entries:');
        holds(notice?.entries.every(({ name }) => name.zh !== '') ?? false, 'a name for each entry', notice);
        // Five working days are five days at the least.
        const earliest = t.maker.iso(5 * 86_400_000).slice(0, 10);
        holds((notice?.dueOn ?? '') >= earliest, `a day of ${earliest} or later`, notice?.dueOn);
        same(next, { what: 'correct', by: notice?.dueOn, workdaysLeft: 5 }, 'what comes next');
      },
    ),
    rule('R-04', 'A correction that names a page which the item does not have is BAD_REQUEST', async (t) => {
      const made = await t.newCase();
      const reason = { zh: '不清楚', en: 'Unclear' };
      for (const target of [
        { of: 'page', pageId: 'noSuchPage' },
        { of: 'paper', materialId: 'no-such-paper' },
      ])
        refuses(
          await t.step(made.caseNo, 'corrections', { entries: [{ target, reason }], workdays: 5 }),
          400,
          'BAD_REQUEST',
        );
      same((await t.shown(made)).status, '02', 'status');
    }),
    rule('R-05', 'What was submitted is opened for correction to the applicant’s card', async (t) => {
      const made = await t.newCase();
      hasStatus(await ask(t, made), 200);
      const opened = read(await open(t, made, made.person), openedSchema);
      const { applicationId, revision, submission } = opened;
      same(
        { applicationId, revision, submission },
        { applicationId: made.id, revision: 1, submission: made.submission },
        'the submission',
      );
      same(opened.notice.entries.length, 2, 'entries:');
    }),
    rule('R-06', 'It is opened to no other card', async (t) => {
      const made = await t.newCase();
      hasStatus(await ask(t, made), 200);
      refuses(await open(t, made, t.maker.person()), 404, 'NOT_FOUND');
    }),
    rule('R-07', 'It is opened only while the case is to be corrected', async (t) => {
      const made = await t.newCase();
      refuses(await open(t, made, made.person), 404, 'NOT_FOUND');
      hasStatus(await ask(t, made), 200);
      hasStatus(await revise(t, made, 2), 200);
      refuses(await open(t, made, made.person), 404, 'NOT_FOUND');
    }),
    rule('R-08', 'Corrected, the same case is received (02) again, with what was corrected', async (t) => {
      const made = await t.newCase();
      hasStatus(await ask(t, made), 200);
      const { caseNo, status } = read(await revise(t, made, 2), acknowledgementSchema);
      same({ caseNo, status }, { caseNo: made.caseNo, status: '02' }, 'the case');
      same(await contentOf(t, made), '"第 2 次"', 'the content');
      same(
        (await t.shown(made)).events.map((event) => event.status),
        ['02', '06', '02'],
        'events',
      );
    }),
    rule(
      'R-09',
      'On what the office has decided, a revision that nobody asked for changes nothing',
      async (t) => {
        const made = await t.newCase();
        hasStatus(await t.step(made.caseNo, 'acceptance'), 200);
        same(read(await revise(t, made, 2), acknowledgementSchema).status, '05', 'status');
        same(await contentOf(t, made), '""', 'the content');
      },
    ),
    rule('R-10', 'Another station brings a revision only when a correction was asked for', async (t) => {
      const made = await t.newCase();
      refuses(await revise(t, made, 2, t.cast.other), 400, 'BAD_REQUEST');
      hasStatus(await ask(t, made), 200);
      same(
        read(await revise(t, made, 2, t.cast.other), acknowledgementSchema).caseNo,
        made.caseNo,
        'the case',
      );
    }),
  ],
};
