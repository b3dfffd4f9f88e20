import type pg from 'pg';
import { z } from 'zod';
import { attachmentsOf, papersOf, type Submission } from '#contract/application.ts';
import { signatureSchema, type Signature } from '#contract/answers.ts';
import type { Attachment } from '#contract/attachment.ts';
import { chunksOf } from '../../attachments/upload.ts';
import type { CaseView } from './case-view.ts';

/** Papers and signatures of a case: what the payload names, and where its bytes are. */

export interface Picture {
  /** Its place in the payload, which is its address. */
  readonly place: number;
  readonly attachment: Attachment;
}

export function picturesOf(submission: Submission): Picture[] {
  return attachmentsOf(submission.payload).map((attachment, place) => ({ place, attachment }));
}

export interface ShownPaper {
  readonly paperId: string;
  readonly way: string;
  readonly pictures: readonly Picture[];
  readonly doubtful: ReadonlyMap<number, readonly string[]>;
}

export function papersShown({ submission }: CaseView): ShownPaper[] {
  const pictures = picturesOf(submission);
  const of = (paperId: string) =>
    pictures.filter(({ attachment: { subject } }) => subject.kind === 'paper' && subject.paperId === paperId);
  const records = papersOf(submission.payload);
  const named = new Set(records.map(({ paperId }) => paperId));
  // A payload of an earlier release has pictures and no record of how papers are handed in.
  const others = new Set(
    pictures.flatMap(({ attachment: { subject } }) =>
      subject.kind === 'paper' && !named.has(subject.paperId) ? [subject.paperId] : [],
    ),
  );
  return [
    ...records.map(({ paperId, way, doubtful }) => ({
      paperId,
      way,
      pictures: of(paperId),
      doubtful: new Map(doubtful.map(({ page, found }) => [page, found])),
    })),
    ...[...others].map((paperId) => ({
      paperId,
      way: 'photo',
      pictures: of(paperId),
      doubtful: new Map<number, readonly string[]>(),
    })),
  ];
}

const keySchema = z.object({ application_id: z.string(), terminal_id: z.string(), sha256: z.string() });

/** The bytes of one picture; null: the case has none at that place. */
export async function pictureBytes(
  pool: pg.Pool,
  { applicationId, revision }: CaseView,
  place: number,
): Promise<AsyncGenerator<Uint8Array> | null> {
  const { rows } = await pool.query(
    `SELECT application_id, terminal_id, sha256 FROM case_attachment
     WHERE application_id = $1 AND revision = $2 AND ordinal = $3`,
    [applicationId, revision, place],
  );
  if (rows.length === 0) return null;
  const { application_id, terminal_id, sha256 } = keySchema.parse(rows[0]);
  return chunksOf(pool, { applicationId: application_id, terminalId: terminal_id, sha256 });
}

/** A signature that was drawn on the screen, as the answer to this field; null: there is none. */
export function drawnSignature({ submission }: CaseView, fieldId: string): Signature | null {
  const found = signatureSchema.safeParse(submission.payload.answers[fieldId]);
  return found.success ? found.data : null;
}

/** As it was drawn, black on white. All numbers come out of the schema. */
export function signatureSvg({ width, height, strokes }: Signature): string {
  const paths = strokes.map(([first, ...rest]) => {
    const [x = 0, y = 0] = first ?? [];
    // A dot is a line to itself with round ends.
    const line =
      rest.length === 0 ? ` l0 0` : rest.map(([toX, toY]) => ` L${String(toX)} ${String(toY)}`).join('');
    return `<path d="M${String(x)} ${String(y)}${line}"/>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${String(width)} ${String(height)}" width="${String(width)}" height="${String(height)}" fill="none" stroke="#000" stroke-width="3" stroke-linecap="round" stroke-linejoin="round">${paths.join('')}</svg>`;
}
