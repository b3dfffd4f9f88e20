import { auditEvents } from '../../audit/events.ts';
import { auditCsv, auditFilterSchema, readAudit, type AuditFilter } from '../../audit/read-audit.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { NO_PROBLEMS, textField } from '../form.ts';
import { html, type Piece } from '../html.ts';
import { table, timeElement } from '../layout.ts';
import { writeDown } from '../write-down.ts';

const PART = '/desk/audit';
const PAGE_SIZE = 100;

function readFilter({ query }: SignedInVisit): AuditFilter {
  return auditFilterSchema.parse({
    official: query.get('official') ?? '',
    caseNo: query.get('caseNo') ?? '',
    from: query.get('from') ?? '',
    until: query.get('until') ?? '',
    ...(query.has('before') ? { before: query.get('before') } : {}),
  });
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
  await writeDown(visit, 'audit.read', { detail: sought(filter) });
  const entries = await readAudit(parts.pool, filter, PAGE_SIZE + 1);
  const shown = entries.slice(0, PAGE_SIZE);
  const rows = shown.map((entry): Piece[] => [
    entry.seq,
    timeElement(entry.atMs),
    entry.officialId ?? '',
    eventName(entry.event, texts.language),
    html`<span class="number">${entry.caseNo ?? ''}</span>`,
    entry.disposition,
    Object.entries(entry.detail)
      .map(([name, value]) => `${name}: ${String(value)}`)
      .join('; '),
  ]);
  const address = (path: string, more: Readonly<Record<string, string>>) => {
    const { official, caseNo, from, until } = filter;
    return `${path}?${new URLSearchParams({ official, caseNo, from, until, ...more }).toString()}`;
  };
  const last = shown.at(-1);
  return page({
    title: t('audit.title'),
    part: PART,
    body: html`<p>${t('audit.about')}</p>
      <form method="get" action="${PART}" class="filters" role="search">
        ${field('text', 'official', t('audit.official'), filter.official)}${field('text', 'caseNo', t('audit.case'), filter.caseNo)}${field('date', 'from', t('audit.from'), filter.from)}${field('date', 'until', t('audit.until'), filter.until)}
        <div class="field"><button class="main">${t('search')}</button></div>
      </form>
      <div class="row"><a class="button" href="${address('/desk/audit.csv', {})}">${t('audit.csv')}</a></div>
      ${
        rows.length === 0
          ? html`<p>${t('audit.empty')}</p>`
          : table(
              t('audit.title'),
              [
                { head: t('audit.seq') },
                { head: t('audit.at') },
                { head: t('audit.official') },
                { head: t('audit.event') },
                { head: t('audit.case') },
                { head: t('audit.disposition') },
                { head: t('audit.detail') },
              ],
              rows,
            )
      }${entries.length > PAGE_SIZE && last && html`<div class="row"><a class="button" href="${address(PART, { before: String(last.seq) })}">${t('next')}</a></div>`}`,
  });
}

export async function exportAudit(visit: SignedInVisit): Promise<Answer> {
  const filter = readFilter(visit);
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

function field(type: 'text' | 'date', name: string, label: string, value: string): Piece {
  return textField({ type, name, label, value, most: 50, problems: NO_PROBLEMS });
}
