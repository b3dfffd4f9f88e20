import type { AlertLevel } from '#contract/case-choices.ts';
import type { Alert } from '#contract/case-history.ts';
import { standingAlerts } from '../../cases/alert-rows.ts';
import { scopeOf } from '../../cases/scope.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { casesNumbered, type ListedCase } from '../cases/case-list.ts';
import { html, type Piece } from '../html.ts';
import { tableOr } from '../layout.ts';
import { writeDown } from '../write-down.ts';
import { dueWords } from './due-words.ts';
import { choose, filterForm } from './filter.ts';

const PART = '/desk/alerts';
const MOST_ALERTS = 500;

const levels = ['red', 'yellow'] as const;
const views = ['both', ...levels] as const;

/** What electronic supervision (电子监察) signals over the cases of the unit: one row a case, by its day. */
export async function showAlerts(visit: SignedInVisit): Promise<Answer> {
  const { parts, nowMs, session, texts, query } = visit;
  const { t } = texts;
  const scope = scopeOf(parts.catalogue, session.official);
  const view = choose(views, query.get('level'));
  await writeDown(visit, 'alerts.opened');
  const wanted: readonly AlertLevel[] = view === 'both' ? levels : [view];
  const standing = await standingAlerts(parts.pool, parts.officeDays, {
    limit: MOST_ALERTS,
    scope,
    levels: wanted,
  });
  const byCase = Map.groupBy(standing.alerts, ({ caseNo }) => caseNo);
  const cases = await casesNumbered({ ...parts, nowMs }, scope, [...byCase.keys()]);
  const rows = cases
    .map((one) => ({ one, alerts: byCase.get(one.caseNo) ?? [] }))
    .sort((left, right) => keyOf(left.one).localeCompare(keyOf(right.one)));
  const { counts } = standing;
  const all = wanted.reduce<number>((sum, level) => sum + counts[level], 0);
  return page({
    title: t('alerts.title'),
    part: PART,
    body: html`<p><strong>${t('alerts.count', { red: counts.red, yellow: counts.yellow })}</strong></p>
      <p class="hint">${t('alerts.about')}</p>
      ${filterForm(texts, { action: PART, name: 'level', label: t('alerts.level'), family: 'alertsView', values: views, value: view })}
      ${all > standing.alerts.length && html`<p class="warn">${t('alerts.more', { n: standing.alerts.length })}</p>`}
      ${tableOr(
        t('alerts.empty'),
        t('alerts.title'),
        [t('list.caseNo'), t('list.due'), t('alerts.what'), t('list.item'), t('list.station')],
        rows.map(({ one, alerts }): Piece[] => [
          html`<a class="number" href="/desk/cases/${one.caseNo}">${one.caseNo}</a>`,
          dueWords(one.due, texts),
          alerts.map((alert) => html`<div>${alertWords(alert, visit)}</div>`),
          itemName(one, visit),
          html`<span class="number">${one.stationId}</span>`,
        ]),
      )}`,
  });
}

/** The day first; what has none comes last. */
function keyOf({ due, caseNo }: ListedCase): string {
  return `${due.kind === 'day' ? due.day : '9999'} ${caseNo}`;
}

function alertWords({ level, rule, since }: Alert, { texts }: SignedInVisit): Piece {
  const name = texts.member('alert', level);
  return html`<span class="${level === 'red' ? 'overdue' : 'today'}">${name}</span>
    ${texts.t('alerts.since', { rule: texts.member('alertRule', rule), day: since })}`;
}

function itemName({ itemSlug }: ListedCase, { parts, texts }: SignedInVisit): string {
  const item = parts.catalogue.items.get(itemSlug)?.item;
  return item ? texts.of(item.name) : itemSlug;
}
