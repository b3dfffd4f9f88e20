import type pg from 'pg';
import { z } from 'zod';
import { attachmentsOf, type Submission } from '#contract/application.ts';
import type { ApplicationKey } from '../cases/store-application.ts';

/** What keeps a submission from being stored: its own transaction ends with it, and nothing is left. */
export class AttachmentsMissing extends Error {
  readonly missing: readonly string[];

  constructor(missing: readonly string[]) {
    super('attachments that the payload names are not here whole');
    this.missing = missing;
  }
}

const claimedSchema = z.array(
  z.object({ sha256: z.string(), terminal_id: z.string(), byte_count: z.number().int() }),
);

/**
 * Inside the transaction that stores an application: binds its attachments to it, so that they stay.
 * The terminal that brings it has brought them too, under its own name, or an earlier revision has them. Throws `AttachmentsMissing` with those that are not here whole.
 */
export async function claimAttachments(
  client: pg.PoolClient,
  key: ApplicationKey,
  submission: Submission,
  broughtBy: string,
): Promise<void> {
  const attachments = attachmentsOf(submission.payload);
  if (attachments.length === 0) return;
  const hashes = [...new Set(attachments.map(({ sha256 }) => sha256))];
  const { rows } = await client.query(
    `UPDATE attachment SET is_claimed = true
     WHERE application_id = $1 AND (terminal_id = $2 OR is_claimed) AND sha256 = ANY($3) AND is_complete
     RETURNING sha256, terminal_id, byte_count`,
    [key.applicationId, broughtBy, hashes],
  );
  const there = new Map(claimedSchema.parse(rows).map((row) => [row.sha256, row]));
  const missing = attachments.filter(({ sha256, byteCount }) => there.get(sha256)?.byte_count !== byteCount);
  if (missing.length > 0) throw new AttachmentsMissing([...new Set(missing.map(({ sha256 }) => sha256))]);
  await client.query(
    `INSERT INTO case_attachment (application_id, revision, ordinal, terminal_id, sha256)
     SELECT $1, $2, place - 1, terminal_id, sha256
     FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS named (terminal_id, sha256, place)`,
    [
      key.applicationId,
      key.revision,
      attachments.map(({ sha256 }) => there.get(sha256)?.terminal_id),
      attachments.map(({ sha256 }) => sha256),
    ],
  );
}
