import { auditEvents } from '../../audit/events.ts';
import {
  auditCsv,
  auditFilterSchema,
  readAudit,
  type AuditFilter,
  type ReadEntry,
} from '../../audit/read-audit.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { NO_PROBLEMS, problemSummary, textField, type Problem } from '../form.ts';
import { html, type Piece } from '../html.ts';
import { tableOr, timeElement } from '../layout.ts';
import type { TextKey, Texts } from '../texts/texts.ts';
import { writeDown } from '../write-down.ts';

const PART = '/desk/audit';
const PAGE_SIZE = 100;

const fields = ['official', 'caseNo', 'from', 'until'] as const;
const labels = {
  official: 'audit.official',
  caseNo: 'audit.case',
  from: 'audit.from',
  until: 'audit.until',
} as const;

/** As it was typed, whether or not it can be looked for. */
function typedIn({ query }: SignedInVisit): Readonly<Record<(typeof fields)[number], string>> {
  const of = (name: string) => query.get(name) ?? '';
  return { official: of('official'), caseNo: of('caseNo'), from: of('from'), until: of('until') };
}

/** What was asked for, or what stands in its way, said at its field. */
function readFilter(visit: SignedInVisit): AuditFilter | { readonly problems: readonly Problem[] } {
  const { query, texts } = visit;
  const wanted = auditFilterSchema.safeParse({
    ...typedIn(visit),
    ...(query.has('before') ? { before: query.get('before') } : {}),
  });
  if (wanted.success) return wanted.data;
  const wrong = new Set(wanted.error.issues.map(({ path }) => path[0]));
  const { t } = texts;
  const problems = fields
    .filter((name) => wrong.has(name))
    .map((field) => ({
      field,
      says: t('audit.wrong', { label: t(labels[field]), rule: t(`audit.rule.${field}`) }),
    }));
  // No field of the form: an address that was put together by hand.
  return {
    problems: problems.length > 0 ? problems : [{ field: 'official', says: t('refusal.BAD_REQUEST') }],
  };
}

/** What was looked for, as it is written down. */
function sought({ official, caseNo, from, until }: AuditFilter) {
  return Object.fromEntries(
    Object.entries({ official, case: caseNo, from, until }).filter(([, value]) => value !== ''),
  );
}

export async function showAudit(visit: SignedInVisit): Promise<Answer> {
  const { parts, texts } = visit;
  const { t } = texts;
  const filter = readFilter(visit);
  if ('problems' in filter) return refused(visit, filter.problems);
  await writeDown(visit, 'audit.read', { detail: sought(filter) });
  const read = await readAudit(parts.pool, filter, PAGE_SIZE + 1);
  const shown = read.slice(0, PAGE_SIZE);
  const address = (path: string, more: Readonly<Record<string, string>>) => {
    const { official, caseNo, from, until } = filter;
    return `${path}?${new URLSearchParams({ official, caseNo, from, until, ...more }).toString()}`;
  };
  const last = shown.at(-1);
  return page({
    title: t('audit.title'),
    part: PART,
    body: html`<p>${t('audit.about')}</p>
      ${filterForm(visit, NO_PROBLEMS)}
      <div class="row"><a class="button" href="${address('/desk/audit.csv', {})}">${t('audit.csv')}</a></div>
      ${tableOr(
        t('audit.empty'),
        t('audit.title'),
        [
          t('audit.seq'),
          t('audit.at'),
          t('audit.official'),
          t('audit.event'),
          t('audit.case'),
          t('audit.disposition'),
          t('audit.detail'),
        ],
        shown.map((entry) => row(entry, texts)),
      )}${read.length > PAGE_SIZE && last && html`<div class="row"><a class="button" href="${address(PART, { before: String(last.seq) })}">${t('next')}</a></div>`}`,
  });
}

/** A row that somebody has been at is shown as that: it hides no other, and does not pass for a good one. */
function row(read: ReadEntry, texts: Texts): Piece[] {
  const { t } = texts;
  const wrong = (says: TextKey) => html`<strong class="overdue">${t(says)}</strong>`;
  if (read.state === 'unreadable') return [read.seq, wrong('audit.unreadable'), '', '', '', '', ''];
  const { entry } = read;
  const detail = Object.entries(entry.detail)
    .map(([name, value]) => `${name}: ${String(value)}`)
    .join('; ');
  return [
    entry.seq,
    timeElement(entry.atMs),
    entry.officialId ?? '',
    eventName(entry.event, texts.language),
    html`<span class="number">${entry.caseNo ?? ''}</span>`,
    entry.disposition,
    read.state === 'whole' ? detail : html`${wrong('audit.changed')} ${detail}`,
  ];
}

function filterForm(visit: SignedInVisit, problems: readonly Problem[]): Piece {
  const { t } = visit.texts;
  const typed = typedIn(visit);
  return html`<form method="get" action="${PART}" class="filters" role="search">
    ${fields.map((name) => textField({ type: name === 'from' || name === 'until' ? 'date' : 'text', name, label: t(labels[name]), value: typed[name], most: 50, problems }))}
    <div class="field"><button class="main">${t('search')}</button></div>
  </form>`;
}

/** No rows at all: those of everybody would be taken for what was looked for. */
function refused(visit: SignedInVisit, problems: readonly Problem[]): Answer {
  const { texts } = visit;
  return page(
    {
      title: texts.t('audit.title'),
      part: PART,
      hasProblems: true,
      body: html`${problemSummary(problems, texts)}${filterForm(visit, problems)}`,
    },
    422,
  );
}

export async function exportAudit(visit: SignedInVisit): Promise<Answer> {
  const filter = readFilter(visit);
  if ('problems' in filter) return refused(visit, filter.problems);
  await writeDown(visit, 'audit.exported', { detail: sought(filter) });
  return {
    kind: 'file',
    type: 'text/csv; charset=utf-8',
    name: 'desk-audit.csv',
    bytes: auditCsv(visit.parts.pool, filter),
  };
}

function eventName(event: string, language: 'zh' | 'en'): string {
  const known = Object.entries(auditEvents).find(([id]) => id === event);
  return known ? known[1][language] : event;
}
