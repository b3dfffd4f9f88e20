import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Clock } from '#contract/ports.ts';
import type { OfficeCalendar } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import type { CodeResolver } from '../codes/code-resolver.ts';
import type { Log } from '../log.ts';
import type { Session } from '../officials/sessions.ts';
import type { VerbContext } from '../verbs/base.ts';
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
  readonly log: Log;
}

/** As a machine with the desk's token calls the verbs: who an official is, and what is whose, was asked before. */
export function verbContext({ pool, catalogue, officeDays, codes, clock }: DeskParts): VerbContext {
  return { pool, catalogue, officeDays, codes, clock, caller: { kind: 'desk' } };
}

/** A request to the desk, as its pages see it. */
export interface Visit {
  readonly parts: DeskParts;
  readonly nowMs: number;
  readonly texts: Texts;
  /** The browser's own cookie: known, or given with this answer. */
  readonly browser: string;
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
  | { readonly kind: 'signed-out'; readonly to: string }
  | {
      readonly kind: 'file';
      readonly type: string;
      readonly name?: string;
      readonly bytes: AsyncIterable<Uint8Array | string>;
    };

export function page(body: Page, status = 200): Answer {
  return { kind: 'page', status, page: body };
}

const SESSION = 'yizhan_official';
const BROWSER = 'yizhan_desk_browser';
const YEAR_S = 31_536_000;

export function cookiesOf(request: IncomingMessage): { readonly session: string; readonly browser: string } {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  const find = (name: string) =>
    pairs.find((pair) => pair.startsWith(`${name}=`) || pair.startsWith(`__Host-${name}=`))?.split('=')[1] ??
    '';
  return { session: find(SESSION), browser: find(BROWSER) };
}

/** Over TLS no other host of the domain can set or read it (`__Host-`); in the demo there is none. */
function cookie(visit: Pick<Visit, 'parts'>, name: string, value: string, maxAgeS: number | null): string {
  const isSecure = visit.parts.publicUrl?.startsWith('https:') ?? false;
  const age = maxAgeS === null ? '' : `; Max-Age=${String(maxAgeS)}`;
  return `${isSecure ? '__Host-' : ''}${name}=${value}; Path=/; HttpOnly; SameSite=Strict${isSecure ? '; Secure' : ''}${age}`;
}

/** Writes an answer. A file is sent piece by piece, as fast as it is taken. */
export async function send(response: ServerResponse, visit: Visit, answer: Answer): Promise<void> {
  const cookies = [cookie(visit, BROWSER, visit.browser, YEAR_S)];
  if (answer.kind === 'signed-in') cookies.push(cookie(visit, SESSION, answer.token, null));
  if (answer.kind === 'signed-out') cookies.push(cookie(visit, SESSION, '', 0));
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
    case 'go':
    case 'signed-out':
      sendOn(response, answer.to);
      return;
    case 'file':
      await sendFile(response, answer);
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

async function sendFile(response: ServerResponse, file: Answer & { readonly kind: 'file' }): Promise<void> {
  response.writeHead(200, {
    'content-type': file.type,
    ...(file.name === undefined ? {} : { 'content-disposition': `attachment; filename="${file.name}"` }),
  });
  for await (const bytes of file.bytes) {
    if (response.destroyed) return;
    if (!response.write(bytes)) {
      await new Promise<void>((resolve) => {
        response.once('drain', resolve);
        response.once('close', resolve);
      });
    }
  }
  response.end();
}
