import type { ServerResponse } from 'node:http';
import { ORPCError } from '@orpc/server';
import { PROBLEM_MEDIA_TYPE, type Problem } from '#contract/problem.ts';
import { errorCode } from '../log.ts';
import { isUnavailable } from '../database/connect.ts';
import { hasBody } from './has-body.ts';
import { problemKinds, type ProblemCode } from './problem-kinds.ts';

const MAX_DETAIL = 300;
const RETRY_AFTER_S = 5;
/** It is made room for by submissions, or by the next day. */
const UPLOADS_RETRY_AFTER_S = 600;

/** What is said beside the fixed sentence: never a value of the request, never a person. */
export interface ProblemWords {
  readonly detail?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

export function problem(code: ProblemCode, { detail, data }: ProblemWords = {}): Problem {
  const kind = problemKinds.get(code);
  if (kind === undefined) throw new Error(`${code} is no problem of the contract`);
  return {
    ...kind,
    ...(detail === undefined ? {} : { detail: detail.slice(0, MAX_DETAIL) }),
    ...(data === undefined ? {} : { data }),
  };
}

export function badRequest(reason: string): Problem {
  return problem('BAD_REQUEST', { detail: reason, data: { reason: reason.slice(0, MAX_DETAIL) } });
}

/** The answer of a node that has too much in hand; nothing of the request was done. */
export const busy = problem('PLATFORM_BUSY');

/** Thrown where only an exception gets through; carries what is to be answered. */
export class ProblemAnswer extends Error {
  readonly problem: Problem;
  constructor(answer: Problem) {
    super(answer.code);
    this.problem = answer;
  }
}

export function sendProblem(
  response: ServerResponse,
  body: Problem,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(body.status, {
    ...headersOf(body, text),
    // What is left of the body is not read.
    ...(hasBody(response.req) && !response.req.complete ? { connection: 'close' } : {}),
    ...headers,
  });
  response.end(text);
}

/** The same as bytes, for a connection on which no request was understood. It is closed. */
export function problemBytes(body: Problem, reasonPhrase: string): string {
  const text = JSON.stringify(body);
  const lines = Object.entries({ ...headersOf(body, text), connection: 'close' });
  return [
    `HTTP/1.1 ${String(body.status)} ${reasonPhrase}`,
    ...lines.map(([name, value]) => `${name}: ${value}`),
    '',
    text,
  ].join('\r\n');
}

function headersOf({ status, code }: Problem, text: string): Record<string, string> {
  return {
    'content-type': PROBLEM_MEDIA_TYPE,
    'content-length': String(Buffer.byteLength(text)),
    // Also where no request was understood, and nothing else has said it.
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(status === 401 ? { 'www-authenticate': 'Signature, Bearer' } : {}),
    ...(status === 503 ? { 'retry-after': String(RETRY_AFTER_S) } : {}),
    ...(code === 'UPLOADS_FULL' ? { 'retry-after': String(UPLOADS_RETRY_AFTER_S) } : {}),
  };
}

/** What a verb, or oRPC before it, threw, as the contract says it. Nothing unexpected is ever quoted to the caller. */
export function problemOf(error: unknown): Problem {
  if (!(error instanceof ORPCError)) return failure(error);
  const data: unknown = error.data;
  if (error.code === 'BAD_REQUEST') return badRequest(reasonOf(data));
  const kind = problemKinds.get(error.code);
  if (kind === undefined || kind.status !== error.status || kind.code === 'INTERNAL_SERVER_ERROR')
    return failure(error.cause ?? error);
  const detail = isRecord(data) && typeof data['reason'] === 'string' ? data['reason'] : error.message;
  return problem(kind.code, {
    ...(detail === kind.title ? {} : { detail }),
    ...(isRecord(data) ? { data } : {}),
  });
}

function failure(error: unknown): Problem {
  const message = error instanceof Error ? error.message : '';
  return problem(isUnavailable(errorCode(error), message) ? 'SERVICE_UNAVAILABLE' : 'INTERNAL_SERVER_ERROR');
}

/** By a verb in its own words, by a schema as a list of issues, by oRPC not at all. */
function reasonOf(data: unknown): string {
  if (!isRecord(data)) return 'it cannot be read';
  if (Array.isArray(data['issues'])) return issuesSentence(data['issues']);
  return typeof data['reason'] === 'string' ? data['reason'] : 'it cannot be read';
}

/** A name of the contract's own; any other may be a text that somebody has put in place of one. */
const FIELD_NAME = /^[A-Za-z0-9_-]{1,60}$/;

/** Where the first three problems are, and what was expected there; not what was sent. */
function issuesSentence(issues: readonly unknown[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => {
      // zod's issues
      const { code, path, message } = issue as {
        code?: string;
        path?: readonly PropertyKey[];
        message?: string;
      };
      const place = (path ?? []).map(String).map((name) => (FIELD_NAME.test(name) ? name : '?'));
      // Of a record, the key that is none is the sender's.
      if (code === 'invalid_key') place.splice(-1, 1, '?');
      // That of zod names the keys.
      const said = code === 'unrecognized_keys' ? 'has a field too many' : (message ?? 'is wrong');
      return `${place.join('.').slice(0, 60)}: ${said.slice(0, 60)}`;
    })
    .join('; ');
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
