import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { answersSchema, leafOf, type Answers } from '#contract/answers.ts';
import { leafFields } from '#contract/form/autofill.ts';
import type { ReplyFinding, ReplyRequest, ReplyRule } from '#contract/interaction.ts';
import type { ServiceItem } from '#contract/item.ts';
import { applicationOf } from '../cases/find-case.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { knownWords } from './known-words.ts';
import { judgeReply, type EarlierReply } from './reply-check.ts';
import { replyCheckRules } from './reply-check-rules.ts';
import { plain } from './reply-text.ts';
import type { TheCase } from './the-case.ts';

export type ReplyVerdict =
  /** `insistedBecause`: it was refused before, and its officer says why it stands. */
  | { readonly kind: 'answers'; readonly insistedBecause: string | null }
  | { readonly kind: 'refused'; readonly findings: readonly ReplyFinding[]; readonly mayInsist: boolean };

/** What only a person can judge in the end. Who answers and how he is reached is never too much to say. */
const arguable: ReadonlySet<ReplyRule> = new Set(['names-no-matter', 'empty', 'repeats']);

const questionSchema = z.object({ answers: answersSchema });
const earlierSchema = z.array(
  z.object({ case_no: z.string(), words: z.string(), item_slug: z.string(), answers: answersSchema }),
);

/**
 * Judges a reply before it is stored, and notes which words were refused. What was refused may be sent again as it is, with the
 * reason why it stands; a reason that comes before there was a refusal does not count.
 */
export async function judgeBeforeStoring(
  client: pg.PoolClient,
  { catalogue, nowMs }: { readonly catalogue: Catalogue; readonly nowMs: number },
  found: TheCase,
  { unit, text, insistBecause }: ReplyRequest,
): Promise<ReplyVerdict> {
  const question = await readQuestion(client, found);
  const findings = judgeReply(
    {
      unit,
      text,
      question,
      dispatchedTo: await dispatchedTo(client, found.caseNo),
      earlier: (await earlierReplies(client, catalogue, unit, found.caseNo)).map((earlier) =>
        earlier.caseNo === found.caseNo ? { ...earlier, wasSentBack: true } : earlier,
      ),
    },
    knownWords(catalogue),
  );
  if (findings.length === 0) return { kind: 'answers', insistedBecause: null };
  const mayInsist = findings.every(({ rule }) => arguable.has(rule));
  const isNew = await noteRejection(client, found.caseNo, { unit, text, findings, nowMs });
  return insistBecause !== undefined && mayInsist && !isNew
    ? { kind: 'answers', insistedBecause: insistBecause }
    : { kind: 'refused', findings, mayInsist };
}

/** True: these words were not refused before. */
async function noteRejection(
  client: pg.PoolClient,
  caseNo: string,
  rejected: {
    readonly unit: string;
    readonly text: string;
    readonly findings: readonly ReplyFinding[];
    readonly nowMs: number;
  },
): Promise<boolean> {
  const sha256 = createHash('sha256').update(plain(rejected.text)).digest('hex');
  const { rowCount } = await client.query(
    `INSERT INTO reply_rejection (case_no, text_sha256, unit, rules, rejected_at) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (case_no, text_sha256) DO NOTHING`,
    [caseNo, sha256, rejected.unit, rejected.findings.map(({ rule }) => rule), new Date(rejected.nowMs)],
  );
  return rowCount === 1;
}

async function readQuestion(client: pg.PoolClient, { caseNo, item }: TheCase): Promise<string> {
  const { rows } = await client.query(
    `SELECT a.submission #> '{payload,answers}' AS answers
     FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.case_no = $1 AND c.application_id = $2`,
    [caseNo, await applicationOf(client, caseNo)],
  );
  return questionOf(item, questionSchema.parse(rows[0]).answers);
}

const dispatchedSchema = z.object({
  unit: z.string(),
  handed_to: z.string().nullable(),
  department: z.string().nullable(),
});

/** As it was written, as the unit is called here, and as the department is that has the case now. */
async function dispatchedTo(client: pg.PoolClient, caseNo: string): Promise<string[]> {
  const { rows } = await client.query(
    `SELECT i.unit, c.handed_to, d.name ->> 'zh' AS department
     FROM interaction_dispatch i JOIN case_number USING (case_no) JOIN case_record c USING (case_no, application_id)
       LEFT JOIN case_dispatch t ON t.cursor = c.cursor LEFT JOIN department d USING (department_id)
     WHERE i.case_no = $1 ORDER BY i.ordinal DESC LIMIT 1`,
    [caseNo],
  );
  if (rows.length === 0) return [];
  const { unit, handed_to, department } = dispatchedSchema.parse(rows[0]);
  return [unit, handed_to, department].filter((name) => name !== null);
}

/** The newest of the unit, and the newest of all, since another spelling of the unit hides nothing; and what was sent back. */
async function earlierReplies(
  client: pg.PoolClient,
  catalogue: Catalogue,
  unit: string,
  caseNo: string,
): Promise<EarlierReply[]> {
  const { rows } = await client.query(
    `WITH near AS (
       (SELECT case_no, ordinal, words FROM interaction_reply WHERE unit = $1 ORDER BY replied_at DESC LIMIT $2)
       UNION
       (SELECT case_no, ordinal, words FROM interaction_reply ORDER BY replied_at DESC LIMIT $2)
       UNION
       SELECT case_no, ordinal, words FROM interaction_reply WHERE case_no = $3
     )
     SELECT n.case_no, n.words, a.item_slug, a.submission #> '{payload,answers}' AS answers
     FROM near n JOIN case_number USING (case_no) JOIN case_record c USING (case_no, application_id)
       JOIN application a USING (application_id, revision)
     ORDER BY n.case_no, n.ordinal`,
    [unit, replyCheckRules.comparedReplies, caseNo],
  );
  return earlierSchema.parse(rows).map(({ case_no: caseNo, words: text, item_slug: slug, answers }) => ({
    caseNo,
    text,
    question: questionOf(catalogue.items.get(slug)?.item ?? null, answers),
  }));
}

/** The field of the three items in which a resident chooses what it is about. */
const ABOUT = 'about';

/** What was asked, in the resident's words, and what he chose that it is about. */
function questionOf(item: ServiceItem | null, answers: Answers): string {
  if (item === null) return '';
  return leafFields(item)
    .map((field) => {
      const answer = leafOf(answers[field.id]);
      if (typeof answer !== 'string') return '';
      if (field.type === 'textarea') return answer;
      return field.id === ABOUT && 'options' in field
        ? (field.options?.find(({ value }) => value === answer)?.label.zh ?? '')
        : '';
    })
    .filter((words) => words !== '')
    .join('。');
}
