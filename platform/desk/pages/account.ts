import { randomBytes } from 'node:crypto';
import { mustChangePassword, setPassword } from '../../officials/accounts.ts';
import { MAX_PASSWORD, passwordProblem } from '../../officials/passwords.ts';
import { deskLanguageSchema, endAllSessions, setLanguage } from '../../officials/sessions.ts';
import { isOwnPassword } from '../../officials/sign-in.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { NO_PROBLEMS, problemSummary, textField, type Problem } from '../form.ts';
import { html } from '../html.ts';
import { facts, formToken } from '../layout.ts';
import { heldFields, heldIn, heldPage, holdOn, isOthers, NOTHING_HELD, type Held } from './held.ts';
import { signInAgain } from './sign-in.ts';

export function showAccount({ texts, session, query }: SignedInVisit): Promise<Answer> {
  const { t } = texts;
  const { official } = session;
  return Promise.resolve(
    page({
      title: t('account.title'),
      part: '/desk/account',
      body: html`${query.get('done') === 'password' && html`<p class="said" role="status">${t('password.done')}</p>`}${facts(
          [
            [t('account.id'), official.officialId],
            [t('account.name'), official.shownName],
            [t('account.unit'), official.unitName],
            [t('account.unitCode'), official.unitCode],
            ...(official.department === null
              ? []
              : [[t('account.department'), official.department.name] as const]),
            [t('account.roles'), texts.list(official.roles.map((role) => texts.member('role', role)))],
          ],
        )}
        <div class="row"><a class="button" href="/desk/password">${t('password.do')}</a></div>
        <h2>${t('account.everywhere')}</h2>
        <p>${t('account.everywhere.hint')}</p>
        <form method="post" action="/desk/account/everywhere">
          ${formToken(session)}<button>${t('account.everywhere')}</button>
        </form>`,
    }),
  );
}

export async function signOutEverywhere({ parts, session, nowMs }: SignedInVisit): Promise<Answer> {
  await endAllSessions(parts.pool, session.official.officialId, nowMs);
  return { kind: 'signed-out', to: '/desk/sign-in?over=1' };
}

/** The page on which it was asked for comes again, in the other language. */
export async function switchLanguage({ parts, session, values }: SignedInVisit): Promise<Answer> {
  const language = deskLanguageSchema.safeParse(values.get('language'));
  if (language.success) await setLanguage(parts.pool, session, language.data);
  const back = values.get('back') ?? '';
  return { kind: 'go', to: /^\/desk(?:[/?][\w\-./?=&%]*)?$/.test(back) ? back : '/desk' };
}

const fields = ['old', 'new', 'again'] as const;

function passwordPage(
  { texts, session, nowMs }: SignedInVisit,
  problems: readonly Problem[],
  status: number,
  held: Held = NOTHING_HELD,
): Answer {
  const { t } = texts;
  const isMust = mustChangePassword(session.official, nowMs);
  return page(
    {
      title: t('password.title'),
      part: '/desk/account',
      hasProblems: problems.length > 0,
      body: html`${problemSummary(problems, texts)}${isMust && html`<p class="warn">${t('password.must')}${held.held !== '' && ` ${t('password.held')}`}</p>`}
        <form method="post" action="/desk/password" class="narrow">
          ${formToken(session)}${heldFields(held)}<input
            type="hidden"
            name="username"
            autocomplete="username"
            value="${session.official.officialId}"
          />${fields.map((name) =>
            textField({
              type: 'password',
              name,
              label: t(`password.${name}`),
              ...(name === 'new' ? { hint: t('password.rules') } : {}),
              value: '',
              most: MAX_PASSWORD * 2,
              problems,
              autocomplete: name === 'old' ? 'current-password' : 'new-password',
            }),
          )}<button class="main">${t('password.do')}</button>
        </form>`,
    },
    status,
  );
}

export function showPassword(visit: SignedInVisit): Promise<Answer> {
  return Promise.resolve(passwordPage(visit, NO_PROBLEMS, 200));
}

/** In the place of the page that was wanted: what was typed there is taken along. */
export function passwordFirst(visit: SignedInVisit): Answer {
  return passwordPage(visit, NO_PROBLEMS, 403, holdOn(visit, visit.session.official.officialId));
}

/** With a form that cannot be taken, but whose words are its writer's own: changed, or asked for anew. */
export function goOnWithWords(visit: SignedInVisit): Answer {
  const { session, nowMs, texts, values } = visit;
  const held = heldIn(values);
  if (isOthers(visit, session.official.officialId, held)) return signInAgain(visit, 403, 'held.others');
  const goOn = mustChangePassword(session.official, nowMs) ? null : heldPage(visit, session, held);
  return goOn === null
    ? passwordPage(visit, [{ field: 'old', says: texts.t('error.form') }], 403, held)
    : page(goOn);
}

export async function changePassword(visit: SignedInVisit): Promise<Answer> {
  const { values, texts, session, parts, nowMs } = visit;
  const { t } = texts;
  const held = heldIn(values);
  const { officialId, shownName, unitName } = session.official;
  const [old, wanted, again] = [values.get('old') ?? '', values.get('new') ?? '', values.get('again') ?? ''];
  const problem = passwordProblem(wanted, [officialId, shownName, unitName]);
  const problems: Problem[] = [
    ...(old === '' ? [{ field: 'old', says: t('signIn.empty', { label: t('password.old') }) }] : []),
    ...(problem === null ? [] : [{ field: 'new', says: t(`password.${problem}`) }]),
    ...(problem === null && wanted === old ? [{ field: 'new', says: t('password.same') }] : []),
    ...(wanted === again ? [] : [{ field: 'again', says: t('password.differ') }]),
  ];
  if (problems.length > 0) return passwordPage(visit, problems, 422, held);
  const accounts = { pool: parts.pool, nowMs, randomBytes };
  const own = await isOwnPassword(accounts, session, old);
  if (own === 'ended') {
    const to = held.held === '' ? '/desk/sign-in?over=1' : signInAgain(visit, 401, 'signIn.over').page;
    return { kind: 'signed-out', to };
  }
  if (own !== 'right') {
    const wrong = [{ field: 'old', says: t(`password.${own}`) }];
    return passwordPage(visit, wrong, own === 'wrong' ? 422 : 503, held);
  }
  await setPassword(accounts, officialId, wanted, session.hash);
  const goOn = heldPage(visit, session, held);
  return goOn === null ? { kind: 'go', to: '/desk/account?done=password' } : page(goOn);
}
