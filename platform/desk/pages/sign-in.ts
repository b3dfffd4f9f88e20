import { mustChangePassword } from '../../officials/accounts.ts';
import { findSession, formTokenOf, endSession } from '../../officials/sessions.ts';
import { signIn } from '../../officials/sign-in.ts';
import { randomBytes } from 'node:crypto';
import { page, type Answer, type SignedInVisit, type Visit } from '../answer.ts';
import { NO_PROBLEMS, problemSummary, textField, type Problem } from '../form.ts';
import { html, type Piece } from '../html.ts';
import { homeOf } from '../layout.ts';
import type { TextKey } from '../texts/texts.ts';
import {
  heldFields,
  heldIn,
  heldPage,
  holdOn,
  isOthers,
  nextSchema,
  NOTHING_HELD,
  type Held,
} from './held.ts';

export function signInPage(
  visit: Visit,
  {
    problems = NO_PROBLEMS,
    status = 200,
    officialId = '',
    held = NOTHING_HELD,
    note = null,
  }: {
    readonly problems?: readonly Problem[];
    readonly status?: number;
    readonly officialId?: string;
    readonly held?: Held;
    readonly note?: Piece;
  } = {},
): Answer & { readonly kind: 'page' } {
  const { texts, browser } = visit;
  const { t } = texts;
  return page(
    {
      title: t('signIn.title'),
      hasProblems: problems.length > 0,
      body: html`${problemSummary(problems, texts)}${note}
        <form method="post" action="/desk/sign-in" class="narrow">
          <input type="hidden" name="formToken" value="${formTokenOf(browser, null)}" /><input
            type="hidden"
            name="lang"
            value="${texts.language}"
          />${heldFields(held)}${textField({ type: 'text', name: 'id', label: t('signIn.id'), value: officialId, most: 60, problems, autocomplete: 'username' })}${textField(
            {
              type: 'password',
              name: 'password',
              label: t('signIn.password'),
              value: '',
              most: 300,
              problems,
              autocomplete: 'current-password',
            },
          )}<button class="main">${t('signIn.do')}</button>
        </form>
        <p class="hint">${t('signIn.hint')}</p>
        ${held.held !== '' && html`<p class="hint"><a href="/desk/sign-in">${t('held.giveUp')}</a></p>`}`,
    },
    status,
  );
}

/** The sign-in form once more, with the words that were on their way. */
export function signInAgain(visit: Visit, status: number, says: TextKey): Answer & { readonly kind: 'page' } {
  const problems = [{ field: 'id', says: visit.texts.t(says) }];
  return signInPage(visit, { problems, status, held: heldIn(visit.values) });
}

/** In the place of a form that somebody else had filled in: it goes on when its writer signs in. */
export function signInAsWriter(visit: Visit, writer: string): Answer {
  const problems = [{ field: 'id', says: visit.texts.t('held.others') }];
  return signInPage(visit, { problems, status: 403, held: holdOn(visit, writer) });
}

/**
 * Who comes to a page without a session goes on there afterwards; what was typed is kept meanwhile for its writer. Null: there is nothing
 * to keep.
 */
export function signInFirst(visit: Visit, writer: string | null): Answer {
  const { t } = visit.texts;
  const held =
    writer !== null
      ? holdOn(visit, writer)
      : { next: visit.method === 'GET' ? nextSchema.parse(visit.path) : '', held: '' };
  const isBack = visit.path === '/desk';
  return signInPage(visit, {
    status: isBack ? 200 : 401,
    held,
    note: isBack
      ? null
      : html`<p class="warn" role="status">
          ${t('signIn.over')}${held.held !== '' && ` ${t('signIn.held')}`}
        </p>`,
  });
}

export function showSignIn(visit: Visit): Promise<Answer> {
  const note =
    visit.query.get('over') === '1'
      ? html`<p class="said" role="status">${visit.texts.t('signIn.over')}</p>`
      : null;
  return Promise.resolve(signInPage(visit, { note }));
}

export async function doSignIn(visit: Visit): Promise<Answer> {
  const { values, texts, parts, nowMs, browser } = visit;
  const { t } = texts;
  const [officialId, password] = [
    (values.get('id') ?? '').trim().toLowerCase(),
    values.get('password') ?? '',
  ];
  const held = heldIn(values);
  const again = (says: string, status: number, field = 'id') =>
    signInPage(visit, { problems: [{ field, says }], status, officialId, held });
  if (officialId === '') return again(t('signIn.empty', { label: t('signIn.id') }), 422);
  if (password === '') return again(t('signIn.empty', { label: t('signIn.password') }), 422, 'password');
  // Before anybody is signed in: what was written is neither given to somebody else nor lost by his coming.
  if (isOthers(visit, officialId, held)) return again(t('held.others'), 409);
  const outcome = await signIn(
    { pool: parts.pool, nowMs, randomBytes },
    { officialId, password, browser, language: texts.language },
  );
  switch (outcome.kind) {
    case 'wrong':
      return again(t('signIn.wrong'), 401);
    case 'locked':
      return again(t('signIn.locked'), 429);
    case 'busy':
      return again(t('signIn.busy'), 503);
    case 'in': {
      const session = await findSession(parts.pool, outcome.token, nowMs);
      if (session === null) return again(t('signIn.over'), 401);
      // Whoever was signed in here before is not any more.
      if (visit.session !== null) await endOwn({ ...visit, session: visit.session });
      const { token, official } = outcome;
      const goOn = heldPage(visit, session, held);
      if (goOn !== null) return { kind: 'signed-in', token, session, to: goOn };
      const to = mustChangePassword(official, nowMs)
        ? '/desk/password'
        : held.next === '' || held.next === '/desk'
          ? homeOf(official.roles)
          : held.next;
      return { kind: 'signed-in', token, session, to };
    }
    default: {
      const never: never = outcome;
      return never;
    }
  }
}

export async function signOut(visit: SignedInVisit): Promise<Answer> {
  await endOwn(visit);
  return { kind: 'signed-out', to: '/desk/sign-in?over=1' };
}

function endOwn({ parts, session, nowMs }: SignedInVisit): Promise<void> {
  const { hash, official } = session;
  return endSession(parts.pool, { hash, officialId: official.officialId }, 'signed-out', nowMs);
}
