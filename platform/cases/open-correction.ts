import type pg from 'pg';
import { z } from 'zod';
import { submissionSchema, type Submission } from '#contract/application.ts';
import type { CorrectionNotice } from '#contract/progress.ts';
import { noticeSchema } from '#contract/case-history.ts';
import { applicationOf } from './find-case.ts';
import { noticeNo } from './notice.ts';
import { chinaDate } from './working-days.ts';

const rowSchema = z.object({
  application_id: z.string(),
  revision: z.number().int(),
  submission: submissionSchema,
  newest: z.number().int(),
  ordinal: z.number().int(),
  at: z.date(),
  notice: noticeSchema,
});

/** What was submitted, for the person whose it is, while it is to be corrected; else null, whatever the reason. */
export async function openCorrection(
  pool: pg.Pool,
  caseNo: string,
  personNumber: string,
  nowMs: number,
): Promise<{
  readonly applicationId: string;
  readonly revision: number;
  readonly submission: Submission;
  readonly notice: CorrectionNotice;
} | null> {
  const applicationId = await applicationOf(pool, caseNo);
  if (applicationId === null) return null;
  const { rows } = await pool.query(
    `SELECT c.application_id, c.revision, a.submission, e.ordinal, e.at, e.notice,
       (SELECT max(revision) FROM application WHERE application_id = c.application_id) AS newest
     FROM case_record c JOIN application a USING (application_id, revision)
       JOIN case_event e ON e.cursor = c.cursor AND e.application_id = c.application_id AND e.notice->>'kind' = 'correction'
     WHERE c.case_no = $1 AND c.application_id = $3 AND c.joins IS NULL AND c.status = '06'
       AND EXISTS (SELECT 1 FROM case_person p WHERE p.cursor = c.cursor AND p.person_number = $2)
     ORDER BY e.ordinal DESC LIMIT 1`,
    [caseNo, personNumber, applicationId],
  );
  if (rows.length === 0) return null;
  const row = rowSchema.parse(rows[0]);
  // The clock has not come by yet, and will return it.
  if (row.notice.kind !== 'correction' || row.notice.dueOn < chinaDate(nowMs)) return null;
  return {
    applicationId: row.application_id,
    // The newest number that is taken: one that came unasked, and changed nothing, has one too.
    revision: row.newest,
    submission: row.submission,
    notice: {
      noticeNo: noticeNo(caseNo, row.ordinal),
      at: row.at.toISOString(),
      dueOn: row.notice.dueOn,
      entries: row.notice.entries,
    },
  };
}
