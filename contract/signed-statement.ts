import { z } from 'zod';
import type { Answers, LeafAnswer } from './answers.ts';
import type { Attachment } from './attachment.ts';
import { canonicalJson } from './canonical-json.ts';
import type { PaperRecord } from './paper.ts';

/**
 * What a resident's signature on the screen was put under: answers, item, papers and application, as one text whose
 * SHA-256 is kept beside the strokes. Whoever has the payload computes it again; a signature whose hash is another
 * was put under something else. What that proves, and what not, is in docs/decisions/0020.
 */
export const signingSchema = z.discriminatedUnion('state', [
  /** The item asks for none. */
  z.object({ state: z.literal('none') }),
  z.object({
    state: z.literal('signed'),
    /** Lower-case hex SHA-256 over `signedStatement`. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** ISO 8601, UTC. */
    at: z.iso.datetime(),
  }),
  /** Staff corrected what the resident had signed: the strokes are gone, and nobody has signed this revision. */
  z.object({ state: z.literal('taken-back') }),
]);
export type Signing = z.infer<typeof signingSchema>;

export interface SignedMatter {
  readonly applicationId: string;
  readonly itemSlug: string;
  readonly itemVersion: string;
  readonly answers: Answers;
  readonly papers: readonly PaperRecord[];
  /** Its papers count; a signature that was drawn as a picture does not sign itself. */
  readonly attachments: readonly Attachment[];
}

/** The text to be hashed. `form` is the version of this text's own form. */
export function signedStatement(matter: SignedMatter): string {
  const { applicationId, itemSlug, itemVersion, papers, attachments } = matter;
  const pages = attachments
    .flatMap(({ subject, sha256 }) =>
      subject.kind === 'paper' ? [{ paperId: subject.paperId, page: subject.page, sha256 }] : [],
    )
    // By what they are, and not by the order in which they travel.
    .sort((a, b) => compare(a.paperId, b.paperId) || a.page - b.page || compare(a.sha256, b.sha256));
  return canonicalJson({
    form: 1,
    applicationId,
    itemSlug,
    itemVersion,
    answers: withoutSignatures(matter.answers),
    papers,
    pages,
  });
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export function isSignature(answer: Answers[string] | LeafAnswer): boolean {
  return typeof answer === 'object' && 'strokes' in answer;
}

/** No signature signs itself, nor another one. */
export function withoutSignatures(answers: Answers): Answers {
  return Object.fromEntries(
    Object.entries(answers).flatMap(([id, answer]) => {
      if (isSignature(answer)) return [];
      return [[id, withoutSignaturesInside(answer)]];
    }),
  );
}

function withoutSignaturesInside(answer: Answers[string]): Answers[string] {
  if (!isGroup(answer)) return answer;
  return answer.map((entry) =>
    Object.fromEntries(Object.entries(entry).filter(([, value]) => !isSignature(value))),
  );
}

function isGroup(
  answer: Answers[string],
): answer is Extract<Answers[string], readonly Record<string, LeafAnswer>[]> {
  return Array.isArray(answer) && answer.some((entry) => typeof entry === 'object');
}

/** Whether anybody has signed, in a group or not. */
export function holdsSignature(answers: Answers): boolean {
  return Object.values(answers).some(
    (answer) =>
      isSignature(answer) ||
      (isGroup(answer) && answer.some((entry) => Object.values(entry).some((value) => isSignature(value)))),
  );
}
