import { z } from 'zod';
import { PROBLEM_MEDIA_TYPE, problemSchema } from '#contract/problem.ts';
import { jsonOrUndefined } from './json-or-undefined.ts';

/** What the platform says when it refuses (contract/problem.ts), as much of it as the terminal goes by. */
export interface PlatformProblem {
  readonly code: string;
  /** May quote what was sent: sealed, and never logged. */
  readonly detail: string | null;
  /** Parsed by whoever knows the code. */
  readonly data?: unknown;
}

// The rest is for people; a platform that tells it otherwise is understood all the same.
const saidSchema = z.object({
  code: problemSchema.shape.code,
  detail: z.string().nullable().default(null).catch(null),
  data: z.unknown().optional(),
});

/**
 * Null for what is no problem document: what a proxy in front answers, be it JSON, is not the platform's word, and its status
 * alone counts.
 */
export function readProblem(contentType: string | null, body: string): PlatformProblem | null {
  const mediaType = (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase();
  if (mediaType !== PROBLEM_MEDIA_TYPE) return null;
  const parsed = saidSchema.safeParse(jsonOrUndefined(body));
  return parsed.success ? parsed.data : null;
}
