import { randomBytes } from 'node:crypto';
import type { AuditDetail } from '../../audit/audit.ts';
import {
  addOfficial,
  closeOfficial,
  giveFirstPassword,
  listOfficials,
  newOfficialSchema,
  unitsWithinReach,
  type Official,
  type OfficialUnit,
} from '../../officials/accounts.ts';
import { givableRoles } from '../../officials/reach.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import {
  choiceField,
  NO_PROBLEMS,
  problemSummary,
  selectField,
  textField,
  type Problem,
  type Values,
} from '../form.ts';
import { html, type Html, type Piece } from '../html.ts';
import { formToken, table } from '../layout.ts';
import { writeDown } from '../write-down.ts';

const PART = '/desk/officials';
const namesFields = ['officialId', 'shownName'] as const;
const unitFields = ['unitName', 'unitCode'] as const;

const labels = {
  officialId: 'account.id',
  shownName: 'account.name',
  unitName: 'account.unit',
  unitCode: 'account.unitCode',
} as const;

/** The fields of the form, in their order: a unit is typed by whoever has all of them, and chosen by others. */
function fieldsOf({ administersAll }: Official) {
  const unit = administersAll ? unitFields : (['unit'] as const);
  return [...namesFields, ...unit, 'roles'] as const;
}

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
  const { official: own } = session;
  const officials = await listOfficials(parts.pool, own);
  const units = own.administersAll ? null : await unitsWithinReach(parts.pool, own);
  // What was added stands in the list: the form is empty again.
  const typed = problems.length > 0 ? values : new URLSearchParams();
  const typedField = (name: keyof typeof labels) =>
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
    });
  return page(
    {
      title: t('officials.title'),
      part: PART,
      hasProblems: problems.length > 0,
      body: html`${problemSummary(problems, texts)}${said}
        <p>
          ${own.administersAll ? t('officials.reach.all') : t('officials.reach.unit', { unit: own.unitName, code: own.unitCode })}
        </p>
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
          ${formToken(session)}${namesFields.map(typedField)}${
            units === null ? unitFields.map(typedField) : unitField(visit, { units, typed, problems })
          }${choiceField({
            type: 'checkbox',
            name: 'roles',
            label: t('account.roles'),
            values: typed.getAll('roles'),
            options: givableRoles(own).map((role) => ({ value: role, label: texts.member('role', role) })),
            problems,
          })}<button class="main">${t('officials.add.do')}</button>
        </form>`,
    },
    status,
  );
}

function unitField(
  { texts, session }: SignedInVisit,
  {
    units,
    typed,
    problems,
  }: {
    readonly units: readonly OfficialUnit[];
    readonly typed: Values;
    readonly problems: readonly Problem[];
  },
): Html {
  return selectField({
    name: 'unit',
    label: texts.t('account.unit'),
    value: typed.get('unit') ?? unitValue(session.official),
    options: units.map((unit) => ({ value: unitValue(unit), label: `${unit.unitName} ${unit.unitCode}` })),
    problems,
  });
}

const unitValue = ({ unitCode, unitName }: OfficialUnit): string => `${unitCode} ${unitName}`;

/** As it is typed, or as `unitValue` has put it together. */
function unitIn(values: Values, { administersAll }: Official): { unitCode: string; unitName: string } {
  if (administersAll)
    return {
      unitCode: (values.get('unitCode') ?? '').trim(),
      unitName: (values.get('unitName') ?? '').trim(),
    };
  const [, unitCode = '', unitName = ''] = /^(\S+) (.+)$/.exec(values.get('unit') ?? '') ?? [];
  return { unitCode, unitName };
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
    html`${texts.list(official.roles.map((role) => texts.member('role', role)))}${official.administersAll && html`<div>${t('officials.allUnits')}</div>`}`,
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
  const { official: own } = session;
  const wanted = newOfficialSchema.safeParse({
    ...Object.fromEntries(namesFields.map((name) => [name, (values.get(name) ?? '').trim()])),
    ...unitIn(values, own),
    roles: values.getAll('roles'),
  });
  if (!wanted.success) {
    const wrong = new Set(wanted.error.issues.map(({ path }) => path[0]));
    const isWrong = (field: string) =>
      wrong.has(field) || (field === 'unit' && unitFields.some((name) => wrong.has(name)));
    const problems = fieldsOf(own)
      .filter(isWrong)
      .map((field) => ({ field, says: t(`officials.wrong.${field}`) }));
    return officialsPage(visit, { problems, status: 422 });
  }
  const { officialId: id, roles } = wanted.data;
  const added = await addOfficial({ pool: parts.pool, nowMs, randomBytes }, wanted.data, own);
  switch (added.kind) {
    case 'added':
      return officialsPage(visit, { said: secret(t('officials.added', { id }), added.password) });
    case 'taken':
      return officialsPage(visit, {
        problems: [{ field: 'officialId', says: t('officials.taken', { id }) }],
        status: 409,
      });
    case 'beyond-reach':
      return refuseReach(visit, { field: 'unit', says: t('officials.beyond.add') }, { subject: id, roles });
    default: {
      const never: never = added;
      return never;
    }
  }
}

/** That somebody tried is in the audit. */
async function refuseReach(
  visit: SignedInVisit,
  problem: Problem,
  detail: AuditDetail & { readonly subject: string },
): Promise<Answer> {
  await writeDown(visit, 'desk.refused', { disposition: 'reach', detail: { page: PART, ...detail } });
  return officialsPage(visit, { problems: [problem], status: 403 });
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

/** Whoever looks after one unit is not told whether another one has such an account. */
function unknown(visit: SignedInVisit, id: string): Promise<Answer> {
  const { texts, session } = visit;
  const subject = id.slice(0, 30);
  if (!session.official.administersAll) {
    const says = texts.t('officials.beyond', { id: subject });
    return refuseReach(visit, { field: 'officialId', says }, { subject });
  }
  const says = texts.t('officials.unknown', { id: subject });
  return officialsPage(visit, { problems: [{ field: 'officialId', says }], status: 404 });
}

function secret(says: string, given: string): Html {
  return html`<div class="said" role="status">
    <p>${says}</p>
    <p class="secret">${given}</p>
  </div>`;
}
