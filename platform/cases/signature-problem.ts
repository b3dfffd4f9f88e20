import { createHash } from 'node:crypto';
import type { Submission } from '#contract/application.ts';
import { holdsSignature, signedStatement } from '#contract/signed-statement.ts';

/**
 * Why a signature does not belong to what came with it, or `null`: somebody between the screen and here changed an
 * answer, a paper or the item under it, or put it under another application. Names no value.
 */
export function signatureProblem(applicationId: string, submission: Submission): string | null {
  const { payload, itemSlug, itemVersion } = submission;
  // Stored by a release whose signatures were bound to the payload as a whole, and to nothing before that.
  if (payload.formVersion !== 3) return null;
  const { signing, answers, papers, attachments } = payload;
  const isThere = holdsSignature(answers);
  if (signing.state !== 'signed')
    return isThere ? 'signature-unbound: a signature that is bound to nothing' : null;
  if (!isThere) return 'signature-missing: nobody has signed what is said to be signed';
  const statement = signedStatement({ applicationId, itemSlug, itemVersion, answers, papers, attachments });
  const sha256 = createHash('sha256').update(statement, 'utf8').digest('hex');
  return sha256 === signing.sha256 ? null : 'signature-mismatch: the signature was put under something else';
}
