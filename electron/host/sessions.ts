import { createHash, timingSafeEqual } from 'node:crypto';
import type { RandomBytes } from '#contract/ports.ts';
import { SESSION_COOKIE } from '#contract/transport.ts';

/**
 * Who may reach the terminal over http: whoever opened the address with the token once. The token itself
 * is in no page, no cookie and no log; the session ends with the process.
 */
export interface Sessions {
  /** The Set-Cookie value of a new session, or null when the token is not ours. */
  enter(token: string | null): string | null;
  isOpen(cookieHeader: string | undefined): boolean;
}

const SESSION_BYTES = 24;
/** A kiosk enters once; more than this many sessions are somebody's loop. The oldest goes first. */
const MAX_SESSIONS = 64;

export function createSessions(token: string, randomBytes: RandomBytes): Sessions {
  const open = new Set<string>();
  return {
    enter: (given) => {
      if (given === null || !sameText(given, token)) return null;
      const session = Buffer.from(randomBytes(SESSION_BYTES)).toString('base64url');
      open.add(session);
      const oldest = open.size > MAX_SESSIONS ? open.values().next().value : undefined;
      if (oldest !== undefined) open.delete(oldest);
      return `${SESSION_COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isOpen: (cookieHeader) => {
      const session = cookieOf(cookieHeader ?? '');
      return session !== null && open.has(session);
    },
  };
}

function cookieOf(header: string): string | null {
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === SESSION_COOKIE && value !== undefined) return value;
  }
  return null;
}

/** Hashed first, so that neither length nor content shows in the time it takes. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
