import { z } from 'zod';

/** How every error of the platform's API is told: a problem document (RFC 9457). Its reasons: docs/decisions/0039. */
export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

/** Where the platform says what its problems mean; each has a page below it. */
export const PROBLEMS_PATH = '/norm/problems';

/** The reference of a code, relative to the platform: `NOT_FOUND` is told at `/norm/problems/not-found`. */
export function problemType(code: string): string {
  return `${PROBLEMS_PATH}/${code.toLowerCase().replaceAll('_', '-')}`;
}

export const problemSchema = z.object({
  type: z.string().regex(/^\/norm\/problems\/[a-z0-9-]{1,40}$/),
  /** The fixed sentence of the code. */
  title: z.string().min(1).max(200),
  /** That of the answer. */
  status: z.int().min(400).max(599),
  /** What is wrong with this request; absent where there is nothing to add. For people, and of nobody. */
  detail: z.string().min(1).max(300).optional(),
  /** By which programs tell problems apart. */
  code: z.string().regex(/^[A-Z][A-Z0-9_]{0,39}$/),
  /** For programs; its form depends on the code. */
  data: z.record(z.string(), z.unknown()).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

/** What any address may answer before it is known which call was meant, or because the platform itself failed. */
export const transportProblems = {
  REQUEST_TIMEOUT: { status: 408, message: 'The request took longer to arrive than the platform waits' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'The address does not take this method' },
  UNSUPPORTED_MEDIA_TYPE: { status: 415, message: 'The body is of another kind than the call takes' },
  EXPECTATION_FAILED: { status: 417, message: 'The platform does not do what the request expects of it' },
  HEADERS_TOO_LARGE: { status: 431, message: 'The headers are larger than the limit' },
  PLATFORM_BUSY: { status: 429, message: 'The platform has too much in hand now' },
  INTERNAL_SERVER_ERROR: { status: 500, message: 'The platform failed' },
} as const;
