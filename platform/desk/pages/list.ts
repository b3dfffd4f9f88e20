import { caseStatusSchema } from '#contract/application.ts';
import { scopeOf } from '../../cases/scope.ts';
import { chinaDate } from '../../cases/working-days.ts';
import { groupReceiptNumber } from '#contract/receipt-number.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import {
  casePage,
  findByNumber,
  listViews,
  MOST_OPEN,
  type CasePage,
  type ListFilter,
  type ListedCase,
} from '../cases/case-list.ts';
import { NO_PROBLEMS, selectField, textField } from '../form.ts';
import { html, type Html, type Piece } from '../html.ts';
import { table } from '../layout.ts';
import { statusTexts } from '../texts.ts';
import type { Texts } from '../texts/texts.ts';
import { dueWords } from './due-words.ts';

/** A morning's work fits on one page. */
const PAGE_SIZE = 50;

export const showCases = (visit: SignedInVisit) => showList(visit, false);
export const showQuestions = (visit: SignedInVisit) => showList(visit, true);

async function showList(visit: SignedInVisit, isInteraction: boolean): Promise<Answer> {
  const { parts, session, nowMs, query, texts } = visit;
  const { t } = texts;
  const scope = scopeOf(parts.catalogue, session.official);
  const listParts = { ...parts, nowMs };
  const filter = readFilter(query, isInteraction);
  const number = (query.get('number') ?? '').replace(/\s/g, '').toUpperCase().slice(0, 50);
  const found = number === '' ? null : await findByNumber(listParts, scope, number);
  const [only] = found ?? [];
  if (only && found?.length === 1)
    return { kind: 'go', to: `/desk/cases/${encodeURIComponent(only.caseNo)}` };
  const after = query.get('after');
  const shown =
    found === null
      ? await casePage(listParts, scope, filter, { after, size: PAGE_SIZE, mostOpen: MOST_OPEN })
      : { cases: found, next: null, count: null };
  const part = isInteraction ? '/desk/questions' : '/desk';
  return page({
    title: t(isInteraction ? 'list.questions' : 'list.cases'),
    part,
    body: html`${shown.count && counted(shown.count, texts)}${filterForm(
      visit,
      part,
      filter,
      number,
    )}${found?.length === 0 && html`<p class="warn" role="status">${t('list.notFound', { text: number })}</p>`}${list(visit, filter, shown)}${pager(query, part, shown, texts)}`,
  });
}

/** What was not read is neither overdue nor due today for certain: that there is more is said, and no total is made up. */
function counted({ all, overdue, today, isMore }: NonNullable<CasePage['count']>, { t }: Texts): Html {
  const put = { n: isMore ? `${String(all)}+` : all, overdue, today };
  return html`<p>
    <strong>${t('list.count', put)}</strong>${isMore && html` ${t('list.count.more', { n: all })}`}
  </p>`;
}

function readFilter(query: URLSearchParams, isInteraction: boolean): ListFilter {
  const status = caseStatusSchema.safeParse(query.get('status'));
  const item = query.get('item') ?? '';
  const station = query.get('station') ?? '';
  return {
    view: listViews.find((view) => view === query.get('view')) ?? 'todo',
    isInteraction,
    itemSlug: /^[a-z][a-z0-9-]{1,60}$/.test(item) ? item : null,
    status: status.success ? status.data : null,
    station: /^\d{1,9}$/.test(station) ? station : '',
  };
}

function filterForm(
  { parts, session, texts }: SignedInVisit,
  part: string,
  filter: ListFilter,
  number: string,
): Html {
  const { t } = texts;
  const scope = scopeOf(parts.catalogue, session.official);
  const items = [...parts.catalogue.items.values()].filter(
    ({ item }) =>
      (item.interaction !== undefined) === filter.isInteraction &&
      (scope.kind !== 'department' || scope.slugs.includes(item.slug)),
  );
  const any = { value: '', label: t('any') };
  const problems = NO_PROBLEMS;
  return html`<form method="get" action="${part}" class="filters" role="search">
    ${textField({
      type: 'search',
      name: 'number',
      label: t('list.search'),
      value: number,
      most: 50,
      problems,
    })}${selectField({
      name: 'view',
      label: t('list.view'),
      value: filter.view,
      options: listViews.map((value) => ({ value, label: texts.member('view', value) })),
      problems,
    })}${selectField({
      name: 'item',
      label: t('list.item'),
      value: filter.itemSlug ?? '',
      options: [any, ...items.map(({ item }) => ({ value: item.slug, label: texts.of(item.name) }))],
      problems,
    })}${selectField({
      name: 'status',
      label: t('list.state'),
      value: filter.status ?? '',
      options: [
        any,
        ...caseStatusSchema.options.map((value) => ({ value, label: statusName(value, texts) })),
      ],
      problems,
    })}${textField({ type: 'text', name: 'station', label: t('list.station'), value: filter.station, most: 9, problems })}
    <div class="field"><button class="main">${t('search')}</button></div>
  </form>`;
}

export function statusName(status: string, texts: Texts): string {
  const name = statusTexts[status];
  return name ? texts.of(name) : status;
}

function list({ parts, texts }: SignedInVisit, filter: ListFilter, { cases, count }: CasePage): Piece {
  const { t } = texts;
  if (cases.length === 0) {
    return html`<p>
      ${t(count !== null && count.all === 0 && filter.itemSlug === null ? 'list.empty.todo' : 'list.empty')}
    </p>`;
  }
  const row = (one: ListedCase): Piece[] => {
    const item = parts.catalogue.items.get(one.itemSlug)?.item;
    return [
      html`<a class="number" href="/desk/cases/${one.caseNo}">${one.caseNo}</a>`,
      dueWords(one.due, texts),
      item ? texts.of(item.name) : one.itemSlug,
      statusName(one.status, texts),
      // The hour is in the case: a row of the list is one line.
      html`<time datetime="${new Date(one.receivedAtMs).toISOString()}"
        >${chinaDate(one.receivedAtMs)}</time
      >`,
      html`<span class="number">${groupReceiptNumber(one.receiptNo)}</span>`,
      html`<span class="number">${one.stationId}</span>`,
    ];
  };
  const caption = t(filter.view === 'all' ? 'list.caption.all' : 'list.caption');
  return html`<p class="hint">${caption}</p>
    ${table(
      caption,
      [
        { head: t('list.caseNo') },
        { head: t('list.due') },
        { head: t('list.item') },
        { head: t('list.state') },
        { head: t('list.received') },
        { head: t('list.receiptNo') },
        { head: t('list.station') },
      ],
      cases.map(row),
    )}`;
}

function pager(query: URLSearchParams, part: string, { next }: CasePage, { t }: Texts): Piece {
  const isFurther = query.has('after');
  if (next === null && !isFurther) return null;
  const to = (after: string | null) => {
    const address = new URLSearchParams(query);
    address.delete('after');
    if (after !== null) address.set('after', after);
    return `${part}?${address.toString()}`;
  };
  return html`<div class="row">
    ${isFurther && html`<a class="button" href="${to(null)}">${t('first')}</a>`}${next !== null && html`<a class="button" href="${to(next)}">${t('next')}</a>`}
  </div>`;
}
