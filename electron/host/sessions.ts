import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RandomBytes } from '#contract/ports.ts';
import { makeFolder, replaceFile } from '#terminal/store/durable-file.ts';

/**
 * Who may reach the terminal over http: whoever opened the address with the token once. A session is a
 * random name and its HMAC under the token, so that it outlives a crash of the terminal: the kiosk's
 * browser finds its way back by itself, with nobody there to open the address again.
 */
export interface Sessions {
  /** The Set-Cookie value of a new session, or null when the token is not ours. */
  enter(token: string | null): string | null;
  isOpen(cookieHeader: string | undefined): boolean;
  /** Of whoever has the token itself and is no browser. */
  isToken(given: string): boolean;
}

const SESSION_BYTES = 18;
const TOKEN_BYTES = 24;
/** Longer than any cookie header of our own page. */
const MAX_COOKIE_CHARS = 1000;

/** The token of this terminal's screen, made at the first start and kept for its user only. */
export function screenToken(dataDir: string, randomBytes: RandomBytes): string {
  const file = join(dataDir, 'screen.token');
  const known = existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
  // Empty is what a power cut left of an earlier version's first start; it would let everybody in.
  if (known !== '') return known;
  const token = Buffer.from(randomBytes(TOKEN_BYTES)).toString('base64url');
  makeFolder(dataDir);
  replaceFile(file, Buffer.from(token));
  return token;
}

/** Of the board, so that whoever has it can open nothing else. As stable as the screen's, from which it is made. */
export function boardToken(screen: string): string {
  return createHmac('sha256', screen).update('yizhan board').digest('base64url');
}

/** `cookie`: its name; a browser sends cookies to every port of a host, so each server has its own. */
export function createSessions(cookie: string, token: string, randomBytes: RandomBytes): Sessions {
  const sign = (name: string): string => createHmac('sha256', token).update(name).digest('base64url');
  return {
    isToken: (given) => sameText(given, token),
    enter: (given) => {
      if (given === null || !sameText(given, token)) return null;
      const name = Buffer.from(randomBytes(SESSION_BYTES)).toString('base64url');
      return `${cookie}=${name}.${sign(name)}; HttpOnly; SameSite=Strict; Path=/`;
    },
    isOpen: (cookieHeader) => {
      const [name, signature] = (cookieOf(cookie, cookieHeader ?? '') ?? '').split('.');
      return name !== undefined && signature !== undefined && sameText(signature, sign(name));
    },
  };
}

function cookieOf(cookie: string, header: string): string | null {
  if (header.length > MAX_COOKIE_CHARS) return null;
  for (const part of header.split(';')) {
    const [name, value] = part.trim().split('=', 2);
    if (name === cookie && value !== undefined) return value;
  }
  return null;
}

/** Hashed first, so that neither length nor content shows in the time it takes. */
function sameText(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
