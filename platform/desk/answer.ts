import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Clock } from '#contract/ports.ts';
import type { OfficeCalendar } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import type { CodeResolver } from '../codes/code-resolver.ts';
import type { Log } from '../log.ts';
import type { Session } from '../officials/sessions.ts';
import type { NodeLooks, VerbContext } from '../verbs/base.ts';
import type { Values } from './form.ts';
import { layout, PAGES_CSP, type Page } from './layout.ts';
import type { Texts } from './texts/texts.ts';

export interface DeskParts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
  readonly codes: CodeResolver;
  readonly publicUrl: string | null;
  readonly clock: Clock;
  readonly node: NodeLooks;
  readonly log: Log;
}

/** As a machine with the desk's token calls the verbs: who an official is, and what is whose, was asked before. */
export function verbContext(parts: DeskParts): VerbContext {
  const { pool, catalogue, officeDays, codes, clock, node } = parts;
  return { pool, catalogue, officeDays, codes, clock, node, caller: { kind: 'desk' } };
}

/** A request to the desk, as its pages see it. */
export interface Visit {
  readonly parts: DeskParts;
  readonly nowMs: number;
  readonly texts: Texts;
  /** The browser's own cookie: known, or given with this answer. */
  readonly browser: string;
  /** It brought no token of its own, and is given one. */
  readonly isNewBrowser: boolean;
  /** In the forms that this browser's session has shown to whom this form names, whether or not it still stands; null: it is no such form. */
  readonly shownFormToken: string | null;
  readonly session: Session | null;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Of a POST. */
  readonly values: Values;
  /** What stands in the place of `:caseNo` and the like. */
  readonly named: Readonly<Record<string, string>>;
}

/** One of somebody who is signed in. */
export interface SignedInVisit extends Visit {
  readonly session: Session;
}

export type Answer =
  | { readonly kind: 'page'; readonly status: number; readonly page: Page }
  | { readonly kind: 'go'; readonly to: string }
  /** Signed in: the cookie, and where to, or what was typed before. */
  | {
      readonly kind: 'signed-in';
      readonly token: string;
      readonly to: string | Page;
      readonly session: Session;
    }
  /** Or the sign-in page, with what was typed before: the cookie stays, since only who shows one may send as much again. */
  | { readonly kind: 'signed-out'; readonly to: string | Page }
  | {
      readonly kind: 'file';
      readonly type: string;
      readonly name?: string;
      readonly bytes: AsyncIterable<Uint8Array | string>;
    };

export function page(body: Page, status = 200): Answer & { readonly kind: 'page' } {
  return { kind: 'page', status, page: body };
}

const SESSION = 'yizhan_official';
const BROWSER = 'yizhan_desk_browser';
const YEAR_S = 31_536_000;
/** Without a byte taken. */
const UNREAD_MS = 60_000;

interface Cookies {
  readonly session: string;
  /** Empty: this browser has none. */
  readonly browser: string;
}

/** By the one name that is given, and no other: another host of the domain can plant what has no `__Host-` before it. */
export function cookiesOf(request: IncomingMessage, parts: DeskParts): Cookies {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const find = (name: string) =>
    pairs.find((pair) => pair.startsWith(`${cookieName(parts, name)}=`))?.split('=')[1] ?? '';
  return { session: find(SESSION), browser: find(BROWSER) };
}

/** Over TLS no other host of the domain can set or read it; in the demo there is none. */
function cookieName(parts: DeskParts, name: string): string {
  return isOverTls(parts) ? `__Host-${name}` : name;
}

function isOverTls({ publicUrl }: DeskParts): boolean {
  return publicUrl?.startsWith('https:') ?? false;
}

interface CookieRules {
  readonly maxAgeS: number | null;
  readonly sameSite: 'Strict' | 'Lax';
}

function cookie({ parts }: Visit, name: string, value: string, { maxAgeS, sameSite }: CookieRules): string {
  const age = maxAgeS === null ? '' : `; Max-Age=${String(maxAgeS)}`;
  const secure = isOverTls(parts) ? '; Secure' : '';
  return `${cookieName(parts, name)}=${value}; Path=/; HttpOnly; SameSite=${sameSite}${secure}${age}`;
}

/** Writes an answer. A file is sent piece by piece, as fast as it is taken, and given up when for `unreadMs` milliseconds nothing is. */
export async function send(
  response: ServerResponse,
  visit: Visit,
  answer: Answer,
  unreadMs = UNREAD_MS,
): Promise<void> {
  const cookies: string[] = [];
  // Lax, and once: a link from another site must not take away by which an official's own browser is known.
  if (visit.isNewBrowser) {
    cookies.push(cookie(visit, BROWSER, visit.browser, { maxAgeS: YEAR_S, sameSite: 'Lax' }));
  }
  if (answer.kind === 'signed-in')
    cookies.push(cookie(visit, SESSION, answer.token, { maxAgeS: null, sameSite: 'Strict' }));
  if (answer.kind === 'signed-out' && typeof answer.to === 'string')
    cookies.push(cookie(visit, SESSION, '', { maxAgeS: 0, sameSite: 'Strict' }));
  response.setHeader('set-cookie', cookies);
  response.setHeader('content-security-policy', PAGES_CSP);
  switch (answer.kind) {
    case 'page':
      sendPage(response, visit, answer.page, answer.status);
      return;
    case 'signed-in':
      if (typeof answer.to === 'string') sendOn(response, answer.to);
      else sendPage(response, { ...visit, session: answer.session }, answer.to, 200);
      return;
    case 'signed-out':
      if (typeof answer.to === 'string') sendOn(response, answer.to);
      else sendPage(response, { ...visit, session: null }, answer.to, 401);
      return;
    case 'go':
      sendOn(response, answer.to);
      return;
    case 'file':
      await sendFile(response, answer, unreadMs);
      return;
    default: {
      const never: never = answer;
      return never;
    }
  }
}

function sendPage(response: ServerResponse, visit: Visit, body: Page, status: number): void {
  const { texts, session, path, nowMs, method } = visit;
  // What a form has brought here would not come again with the address alone.
  const at = method === 'GET' ? path : null;
  const text = layout(body, texts, { session, at, nowMs }).text;
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...(status === 503 ? { 'retry-after': '5' } : {}),
  });
  response.end(text);
}

function sendOn(response: ServerResponse, to: string): void {
  response.writeHead(303, { location: to, 'content-length': 0 });
  response.end();
}

async function sendFile(
  response: ServerResponse,
  file: Answer & { readonly kind: 'file' },
  unreadMs: number,
): Promise<void> {
  response.writeHead(200, {
    'content-type': file.type,
    ...(file.name === undefined ? {} : { 'content-disposition': `attachment; filename="${file.name}"` }),
  });
  // Who takes nothing for so long keeps his place in the line no longer.
  response.setTimeout(unreadMs, () => response.destroy());
  for await (const bytes of file.bytes) {
    if (response.destroyed) return;
    if (!response.write(bytes)) await drained(response);
  }
  response.end();
}

/** Until more can be written, or nothing can any more. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const goOn = () => {
      response.off('drain', goOn);
      response.off('close', goOn);
      resolve();
    };
    response.on('drain', goOn);
    response.on('close', goOn);
  });
}
