import type { IncomingMessage, ServerResponse } from 'node:http';
import type pg from 'pg';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { latestCases } from '../cases/read-cases.ts';
import type { Tokens } from '../http/tokens.ts';
import { DESK_CSP, closedPage, deskPage } from './page.ts';

const SHOWN_CASES = 100;
const COOKIE = 'yizhan_desk';

/** `GET /`: the token comes once in the address, afterwards in a cookie that no script can read. */
export async function serveDesk(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  parts: { readonly pool: pg.Pool; readonly catalogue: Catalogue; readonly tokens: Tokens },
): Promise<void> {
  const { pool, catalogue, tokens } = parts;
  if (!isLetIn(request, response, query, tokens)) return;
  const cases = await latestCases(pool, SHOWN_CASES);
  send(
    response,
    200,
    deskPage(cases, (slug) => catalogue.items.get(slug)?.item.name),
  );
}

/** Who has no token is answered here, with a page that says so; who brings it gets the cookie. */
export function isLetIn(
  request: IncomingMessage,
  response: ServerResponse,
  query: URLSearchParams,
  tokens: Tokens,
): boolean {
  const token = query.get('token');
  const byToken = token !== null && tokens.isDeskToken(token);
  if (!byToken && !tokens.isDeskCookie(cookie(request))) {
    send(response, 401, closedPage());
    return false;
  }
  if (byToken) {
    response.setHeader('set-cookie', `${COOKIE}=${tokens.deskCookie}; Path=/; HttpOnly; SameSite=Strict`);
  }
  return true;
}

function cookie(request: IncomingMessage): string {
  const pairs = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
}

function send(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': DESK_CSP,
    'content-length': Buffer.byteLength(html),
  });
  response.end(html);
}
