import { ORPCError } from '@orpc/server';
import { fault } from '#contract/fault.ts';
import type { Log } from '../log.ts';

/**
 * Gives every refused call its named fault. What the validator saw stays here: it may be somebody's name.
 * Middleware that throws anything but an ORPCError would reach the client as a bare 500.
 */
export function nameFaults(log: Log) {
  return async <T>(call: { next: () => Promise<T> }): Promise<T> => {
    try {
      return await call.next();
    } catch (error) {
      if (error instanceof DOMException && error.name === 'AbortError') throw error;
      const code = error instanceof ORPCError ? String(error.code) : 'INTERNAL_SERVER_ERROR';
      const named = fault(faultCodeOf(code));
      log({
        level: code === 'INTERNAL_SERVER_ERROR' ? 'error' : 'warn',
        event: 'api.refused',
        code: named.code,
      });
      throw new ORPCError(code, { message: named.code, data: { fault: named } });
    }
  };
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
    case 'FORBIDDEN':
      return 'api.forbidden';
    default:
      return 'api.failed';
  }
}
