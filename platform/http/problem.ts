import type { ServerResponse } from 'node:http';
import { ORPCError } from '@orpc/server';
import { errorCode } from '../log.ts';
import { isUnavailable } from '../database/connect.ts';

/** The form of every error (oRPC's, which the OpenAPI document describes). */
export interface Problem {
  readonly defined: boolean;
  readonly code: string;
  readonly status: number;
  readonly message: string;
  readonly data?: Readonly<Record<string, string>>;
}

export function problem(code: string, status: number, message: string, reason?: string): Problem {
  return {
    defined: reason !== undefined,
    code,
    status,
    message,
    ...(reason === undefined ? {} : { data: { reason } }),
  };
}

export function sendProblem(response: ServerResponse, body: Problem): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const text = JSON.stringify(body);
  response.writeHead(body.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(body.status === 401 ? { 'www-authenticate': 'Signature, Bearer' } : {}),
    ...(body.status === 503 ? { 'retry-after': '5' } : {}),
  });
  response.end(text);
}

/** What a verb threw, as the contract says it. Nothing unexpected is ever quoted to the caller. */
export function toContractError(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError) {
    const issues: unknown = error.data?.issues;
    if (error.code === 'BAD_REQUEST' && Array.isArray(issues)) {
      return new ORPCError('BAD_REQUEST', { defined: true, data: { reason: issuesSentence(issues) } });
    }
    return error;
  }
  const message = error instanceof Error ? error.message : '';
  return isUnavailable(errorCode(error), message)
    ? new ORPCError('SERVICE_UNAVAILABLE', { status: 503, message: 'The platform cannot store anything now' })
    : new ORPCError('INTERNAL_SERVER_ERROR', { message: 'The platform failed; the failure is in its log' });
}

/** Where the first three problems are, and what was expected there; not what was sent. */
function issuesSentence(issues: readonly unknown[]): string {
  return issues
    .slice(0, 3)
    .map((issue) => {
      const { path, message } = issue as { path?: readonly PropertyKey[]; message?: string }; // zod's issues
      return `${(path ?? []).map(String).join('.').slice(0, 60)}: ${(message ?? 'is wrong').slice(0, 60)}`;
    })
    .join('; ')
    .slice(0, 300);
}
