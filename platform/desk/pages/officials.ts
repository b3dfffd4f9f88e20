import { randomBytes } from 'node:crypto';
import {
  addOfficial,
  closeOfficial,
  giveFirstPassword,
  listOfficials,
  newOfficialSchema,
  type Official,
} from '../../officials/accounts.ts';
import { roles } from '../../officials/roles.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { choiceField, NO_PROBLEMS, problemSummary, textField, type Problem } from '../form.ts';
import { html, type Html, type Piece } from '../html.ts';
import { formToken, table } from '../layout.ts';

const PART = '/desk/officials';
const typedFields = ['officialId', 'shownName', 'unitName', 'unitCode'] as const;

const labels = {
  officialId: 'account.id',
  shownName: 'account.name',
  unitName: 'account.unit',
  unitCode: 'account.unitCode',
} as const;

export function showOfficials(visit: SignedInVisit): Promise<Answer> {
  return officialsPage(visit, {});
}

async function officialsPage(
  visit: SignedInVisit,
  {
    problems = NO_PROBLEMS,
    status = 200,
    said = null,
  }: { readonly problems?: readonly Problem[]; readonly status?: number; readonly said?: Piece },
): Promise<Answer> {
  const { texts, values, session, parts } = visit;
  const { t } = texts;
  const officials = await listOfficials(parts.pool);
  // What was added stands in the list: the form is empty again.
  const typed = problems.length > 0 ? values : new URLSearchParams();
  return page(
    {
      title: t('officials.title'),
      part: PART,
      hasProblems: problems.length > 0,
      body: html`${problemSummary(problems, texts)}${said}
        <h2>${t('officials.list')}</h2>
        ${table(
          t('officials.list'),
          [
            { head: t('account.id') },
            { head: t('account.name') },
            { head: t('account.unit') },
            { head: t('account.roles') },
            { head: t('officials.state') },
            { head: t('officials.acts') },
          ],
          officials.map((official) => row(official, visit)),
        )}
        <h2>${t('officials.add')}</h2>
        <form method="post" action="${PART}" class="narrow">
          ${formToken(session)}${typedFields.map((name) =>
            textField({
              type: 'text',
              name,
              label: t(labels[name]),
              ...(name === 'officialId' ? { hint: t('officials.id.hint') } : {}),
              ...(name === 'unitCode' ? { hint: t('officials.unitCode.hint') } : {}),
              value: typed.get(name) ?? '',
              most: 120,
              problems,
              autocomplete: 'off',
            }),
          )}${choiceField({
            type: 'checkbox',
            name: 'roles',
            label: t('account.roles'),
            values: typed.getAll('roles'),
            options: roles.map((role) => ({ value: role, label: texts.member('role', role) })),
            problems,
          })}<button class="main">${t('officials.add.do')}</button>
        </form>`,
    },
    status,
  );
}

function row(official: Official, { texts, session }: SignedInVisit): Piece[] {
  const { t } = texts;
  const { officialId, isClosed } = official;
  const act = (path: string, label: string): Html =>
    // Forty buttons of the same name say nothing to who hears them one after the other.
    html`<button class="plain" formaction="${PART}/${officialId}/${path}" aria-label="${label} ${officialId}">
      ${label}
    </button>`;
  return [
    officialId,
    official.shownName,
    `${official.unitName} ${official.unitCode}`,
    texts.list(official.roles.map((role) => texts.member('role', role))),
    t(isClosed ? 'officials.isClosed' : 'officials.open'),
    isClosed
      ? ''
      : html`<form method="post" action="${PART}/${officialId}/password" class="row">
          ${formToken(session)}${act('password', t('officials.password'))}${
            officialId !== session.official.officialId && act('close', t('officials.close'))
          }
        </form>`,
  ];
}

export async function addAccount(visit: SignedInVisit): Promise<Answer> {
  const { values, texts, parts, nowMs, session } = visit;
  const { t } = texts;
  const wanted = newOfficialSchema.safeParse({
    ...Object.fromEntries(typedFields.map((name) => [name, (values.get(name) ?? '').trim()])),
    roles: values.getAll('roles'),
  });
  if (!wanted.success) {
    const wrong = new Set(wanted.error.issues.map(({ path }) => path[0]));
    const problems = ([...typedFields, 'roles'] as const)
      .filter((name) => wrong.has(name))
      .map((field) => ({ field, says: t(`officials.wrong.${field}`) }));
    return officialsPage(visit, { problems, status: 422 });
  }
  const given = await addOfficial({ pool: parts.pool, nowMs, randomBytes }, wanted.data, session.official);
  const { officialId: id } = wanted.data;
  if (given === null) {
    const problems = [{ field: 'officialId', says: t('officials.taken', { id }) }];
    return officialsPage(visit, { problems, status: 409 });
  }
  return officialsPage(visit, { said: secret(t('officials.added', { id }), given) });
}

export async function givePassword(visit: SignedInVisit): Promise<Answer> {
  const { texts, parts, nowMs, session, named } = visit;
  const { t } = texts;
  const id = named['officialId'] ?? '';
  const given = await giveFirstPassword({ pool: parts.pool, nowMs, randomBytes }, id, session.official);
  if (given === null) return unknown(visit, id);
  return officialsPage(visit, { said: secret(t('officials.given', { id }), given) });
}

/** It asks once more: a closed account is never opened again. */
export async function closeAccount(visit: SignedInVisit): Promise<Answer> {
  const { texts, parts, nowMs, session, named, values } = visit;
  const { t } = texts;
  const id = named['officialId'] ?? '';
  // Else the last administrator could shut everybody out.
  if (id === session.official.officialId) {
    return officialsPage(visit, {
      problems: [{ field: 'officialId', says: t('officials.self') }],
      status: 409,
    });
  }
  if (values.get('step') !== 'do') {
    return page({
      title: t('officials.close.title', { id }),
      part: PART,
      body: html`<p class="warn">${t('officials.close.text')}</p>
        <form method="post" action="${PART}/${id}/close" class="row">
          ${formToken(session)}<button class="main" name="step" value="do">${t('officials.close')}</button
          ><a class="button" href="${PART}">${t('back')}</a>
        </form>`,
    });
  }
  const isClosed = await closeOfficial({ pool: parts.pool, nowMs, randomBytes }, id, session.official);
  if (!isClosed) return unknown(visit, id);
  return officialsPage(visit, {
    said: html`<p class="said" role="status">${t('officials.closed', { id })}</p>`,
  });
}

function unknown(visit: SignedInVisit, id: string): Promise<Answer> {
  const says = visit.texts.t('officials.unknown', { id: id.slice(0, 30) });
  return officialsPage(visit, { problems: [{ field: 'officialId', says }], status: 404 });
}

function secret(says: string, given: string): Html {
  return html`<div class="said" role="status">
    <p>${says}</p>
    <p class="secret">${given}</p>
  </div>`;
}
