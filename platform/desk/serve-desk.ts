import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { BodyTerms, Place } from '../http/lanes.ts';
import { problemOf } from '../http/problem.ts';
import { describeError } from '../log.ts';
import { mustChangePassword } from '../officials/accounts.ts';
import { findSession, formTokenOf, isSameText, isToken, newToken, writerOf } from '../officials/sessions.ts';
import { cookiesOf, send, type Answer, type DeskParts, type SignedInVisit, type Visit } from './answer.ts';
import { goOnWithWords, passwordFirst } from './pages/account.ts';
import { errorPage, notFound, onceMore } from './pages/errors.ts';
import { heldForm, heldIn } from './pages/held.ts';
import { signInAgain, signInAsWriter, signInFirst } from './pages/sign-in.ts';
import { refuseRole } from './pages/task.ts';
import { MAX_FORM_BYTES, MAX_STRANGERS_FORM_BYTES, readForm } from './read-form.ts';
import { matchRoute, openRoutes, routes, type Route } from './routes.ts';
import { textsOf } from './texts/texts.ts';

const css = readFileSync(join(import.meta.dirname, 'desk.css'));

export function isDeskPath(pathname: string): boolean {
  return pathname === '/desk' || pathname.startsWith('/desk/');
}

export function isDeskStyle(pathname: string): boolean {
  return pathname === '/desk/desk.css';
}

/** Also for the page of a node that is too busy for any other. */
export function sendDeskStyle(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/css; charset=utf-8',
    'content-length': css.length,
    'cache-control': 'max-age=600',
  });
  response.end(css);
}

/**
 * The desk of officials: pages and forms without script. `false`: there is no room for the form now, and nothing was answered. Rejects
 * only when it cannot even say what is wrong.
 */
export async function serveDeskPages(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { place, ...parts }: DeskParts & { readonly place: Place },
): Promise<boolean> {
  const cookies = cookiesOf(request, parts);
  const isKnown = isToken(cookies.browser);
  const stranger: Visit = {
    parts,
    nowMs: parts.clock.now(),
    texts: textsOf(url.searchParams.get('lang') === 'en' ? 'en' : 'zh'),
    browser: isKnown ? cookies.browser : newToken(randomBytes),
    // With a form that another site sends, a browser that has a cookie does not bring it.
    isNewBrowser:
      !isKnown && !(request.method === 'POST' && request.headers['sec-fetch-site'] === 'cross-site'),
    shownFormToken: null,
    session: null,
    method: request.method ?? '',
    path: url.pathname + url.search,
    query: url.searchParams,
    values: new URLSearchParams(),
    named: {},
  };
  let visit = stranger;
  try {
    // Before the form: how much of it is read, and in whose memory, hangs on who sends it.
    const [looked] = await Promise.allSettled([findSession(parts.pool, cookies.session, stranger.nowMs)]);
    const terms = formTerms(cookies.session, looked.status === 'fulfilled' && looked.value !== null);
    const isForm = request.method === 'POST';
    const form = isForm ? await place.aside(terms, () => readForm(request, terms.mostBytes)) : null;
    if (isForm && form === null) return false;
    if (form !== null && form.kind !== 'form') {
      response.setHeader('connection', 'close');
      const status = form.kind === 'too-large' ? 413 : 400;
      const title = form.kind === 'too-large' ? 'error.tooLarge' : 'error.notFound';
      await send(response, visit, errorPage(visit, status, { title }));
      return true;
    }
    const values = form?.values ?? stranger.values;
    const shownFormToken = isToken(cookies.session) ? shownToken(cookies.session, values) : null;
    visit = { ...stranger, values, shownFormToken };
    if (looked.status === 'rejected') throw looked.reason;
    const session = looked.value;
    const language = session?.language ?? (values.get('lang') === 'en' ? 'en' : stranger.texts.language);
    visit = { ...visit, session, texts: textsOf(language) };
    await send(response, visit, await answerTo(request, url.pathname, visit));
  } catch (error) {
    if (response.headersSent) throw error;
    await send(response, visit, failed(visit, error));
  }
  return true;
}

/** As the session of this cookie has shown it to whom the form names. */
function shownToken(cookie: string, values: URLSearchParams): string | null {
  const writer = writerOf(values.get('formToken') ?? '');
  return writer === null ? null : formTokenOf(cookie, writer);
}

/** Who shows what may be a session's cookie may send the words that were typed in it, and takes strangers' memory unless it is one. */
function formTerms(session: string, isKnown: boolean): BodyTerms {
  return {
    of: isKnown ? 'people' : 'strangers',
    mostBytes: isToken(session) ? MAX_FORM_BYTES : MAX_STRANGERS_FORM_BYTES,
  };
}

async function answerTo(request: IncomingMessage, pathname: string, visit: Visit): Promise<Answer> {
  const method = request.method ?? '';
  const open = matchRoute(openRoutes, method, pathname);
  const own = open === null ? matchRoute(routes, method, pathname) : null;
  if (open === null && own === null) {
    return visit.session === null ? signInFirst(visit, null) : notFound(visit);
  }
  if (open !== null) {
    if (method === 'POST' && !isOwnForm(request, visit, formTokenOf(visit.browser, null))) {
      return carriesOwnWords(request, visit) ? signInAgain(visit, 403, 'error.form') : forged(visit);
    }
    return open.route.answer({ ...visit, named: open.named });
  }
  if (own === null) return notFound(visit);
  if (visit.session === null && carriesOwnWords(request, visit))
    return signInAgain(visit, 401, 'signIn.over');
  const writer = writerOf(visit.values.get('formToken') ?? '');
  if (visit.session === null) {
    const keeps = own.route.keepsWords === true && isOwnForm(request, visit, visit.shownFormToken);
    return signInFirst(visit, keeps ? writer : null);
  }
  const signedIn: SignedInVisit = { ...visit, session: visit.session, named: own.named };
  if (method === 'POST' && !isOwnForm(request, visit, visit.session.formToken)) {
    // Signed in anew meanwhile, in another window.
    if (carriesOwnWords(request, visit)) return goOnWithWords(signedIn);
    if (own.route.keepsWords !== true) return forged(visit);
    if (writer !== null && writer !== visit.session.official.officialId) return signInAsWriter(visit, writer);
    return errorPage(
      visit,
      403,
      { title: 'error.form', text: 'error.form.text' },
      onceMore(signedIn, signedIn.session.formToken, 'error.again'),
    );
  }
  return answerOfficial(own.route, signedIn);
}

async function answerOfficial(route: Route, visit: SignedInVisit): Promise<Answer> {
  const { official } = visit.session;
  if (route.isBeforeAll !== true && mustChangePassword(official, visit.nowMs)) {
    // What is sent just now must not be lost by it.
    return route.keepsWords === true && visit.method === 'POST'
      ? passwordFirst(visit)
      : { kind: 'go', to: '/desk/password' };
  }
  if (route.for !== 'signed-in' && !route.for.some((role) => official.roles.includes(role))) {
    return refuseRole(visit, route.at);
  }
  return route.answer(visit);
}

/**
 * Whether a form is one of our own pages'. The cookie does not come with a request of another site (SameSite); the token
 * in the form is known to our pages alone; and a browser that says that another site sends is believed.
 */
function isOwnForm(request: IncomingMessage, { values }: Visit, token: string | null): boolean {
  const from = request.headers['sec-fetch-site'];
  if (from !== undefined && from !== 'same-origin') return false;
  return token !== null && isSameText(values.get('formToken') ?? '', token);
}

/** Of our own page, though of a token that is over: the words that it carries are sealed, for who wrote them. */
function carriesOwnWords(request: IncomingMessage, visit: Visit): boolean {
  return (
    visit.values.has('held') &&
    (request.headers['sec-fetch-site'] === 'same-origin' || isOwnForm(request, visit, visit.shownFormToken))
  );
}

function forged(visit: Visit): Answer {
  return errorPage(visit, 403, { title: 'error.form' });
}

/** Nothing is quoted; what was typed goes back to who typed it. */
function failed(visit: Visit, error: unknown): Answer {
  const { status } = problemOf(error);
  visit.parts.log({ event: 'desk.failed', status, ...describeError(error) });
  const isAway = status === 503;
  const says = isAway
    ? ({ title: 'error.away', text: 'error.away.text' } as const)
    : ({ title: 'error.failed', text: 'error.failed.text' } as const);
  const { shownFormToken: token, values } = visit;
  if (values.has('held') && isSameText(values.get('formToken') ?? '', formTokenOf(visit.browser, null))) {
    return signInAgain(visit, isAway ? 503 : 500, says.title);
  }
  // Also when it was the look at the session that failed.
  const isOurs = token !== null && isSameText(values.get('formToken') ?? '', token);
  const more = !isOurs
    ? null
    : values.has('version')
      ? onceMore(visit, token, 'error.again')
      : heldForm(visit, { formToken: token }, heldIn(values));
  return errorPage(visit, isAway ? 503 : 500, says, more);
}
