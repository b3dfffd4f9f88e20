import { ORPCError } from '@orpc/server';
import { fault, type Fault } from '#contract/fault.ts';
import type { Log } from '../log.ts';

interface Call<T> {
  next(): Promise<T>;
}

/**
 * Interceptors that give every refused call its named fault. What the validator saw stays here: it may be
 * somebody's name. Whatever is not an ORPCError would reach the client as a bare 500.
 */
export function nameFaults(log: Log) {
  function named(code: string): ORPCError<string, { fault: Fault }> {
    const problem = fault(faultCodeOf(code));
    log({
      level: problem.code === 'api.failed' ? 'error' : 'warn',
      event: 'api.refused',
      code: problem.code,
    });
    return new ORPCError(code, { message: problem.code, data: { fault: problem } });
  }
  return {
    /** Around the procedure: an unknown error there is our own. */
    clientInterceptors: [
      async <T>(call: Call<T>): Promise<T> => {
        try {
          return await call.next();
        } catch (error) {
          if (isAbort(error)) throw error;
          throw named(error instanceof ORPCError ? String(error.code) : 'INTERNAL_SERVER_ERROR');
        }
      },
    ],
    /** Around decoding: an unknown error there is the caller's. */
    interceptors: [
      async <T>(call: Call<T>): Promise<T> => {
        try {
          return await call.next();
        } catch (error) {
          throw isAbort(error) || error instanceof ORPCError ? error : named('BAD_REQUEST');
        }
      },
    ],
  };
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function faultCodeOf(code: string) {
  switch (code) {
    case 'BAD_REQUEST':
      return 'api.malformed';
    case 'NOT_FOUND':
    case 'METHOD_NOT_SUPPORTED':
      return 'api.unknown-procedure';
    case 'PAYLOAD_TOO_LARGE':
      return 'api.too-large';
    case 'UNAUTHORIZED':
      return 'access.signed-out';
    case 'FORBIDDEN':
      return 'api.forbidden';
    default:
      return 'api.failed';
  }
}
