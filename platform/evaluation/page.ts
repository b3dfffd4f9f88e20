import {
  FEWEST_COMPARED,
  OFFLINE_AFTER_MINUTES,
  type Evaluation,
  type EvaluationGroup,
  type EvaluationRow,
  type FixFirst,
} from '#contract/evaluation.ts';
import type { LocalizedText, TextLanguage } from '#contract/localized.ts';
import { escapeHtml, pagePolicy } from '../desk/html.ts';
import { barChart, partsChart } from './charts.ts';
import { columns, type Column } from './columns.ts';
import { pageStyle } from './page-style.ts';
import { periodsUntil } from './periods.ts';
import { evaluationTexts, levelTexts, reasonTexts } from './texts.ts';

export const EVALUATION_CSP = pagePolicy(pageStyle);

/** More rows make no picture, and more of a table no page. */
const MOST_BARS = 12;
const MOST_ROWS = 50;

/** The words of one language, with what is filled in. */
type Say = (text: LocalizedText, values?: Readonly<Record<string, string | number>>) => string;

function sayIn(language: TextLanguage): Say {
  return (text, values = {}) =>
    Object.entries(values).reduce(
      (words, [name, value]) => words.replaceAll(`{${name}}`, String(value)),
      text[language],
    );
}

/** The whole page, in one language; nothing of it is of a resident or an officer. */
export function evaluationPage(evaluation: Evaluation, language: TextLanguage): string {
  const say = sayIn(language);
  const t = evaluationTexts;
  const all = evaluation.rows.find(({ by }) => by === 'all');
  const body =
    // The row of all is there, whatever it is of.
    all === undefined || evaluation.rows.length === 1
      ? `<p>${say(t.nothing)}</p>`
      : [
          tiles(all, say),
          fixFirstSection(evaluation, say),
          `<div class="charts">${charts(evaluation, all, language, say)}</div>`,
          ...(['item', 'department', 'station', 'terminal'] as const).map((group) =>
            groupTable(evaluation, all, group, language, say),
          ),
          reasonsTable(evaluation, language, say),
          `<section><h2>${say(t.howCounted)}</h2><p>${say(t.fewMeans, { fewest: FEWEST_COMPARED })}</p><p>${say(t.counted)}</p></section>`,
        ].join('');
  return document(
    language,
    say(t.title),
    `<header><h1>${say(t.title)}</h1><p>${say(t.period, { from: evaluation.from, until: evaluation.until, today: evaluation.today })}</p>${links(evaluation, language, say)}</header>${body}`,
  );
}

/** For an address whose period is none. */
export function badPeriodPage(language: TextLanguage): string {
  const say = sayIn(language);
  return document(
    language,
    say(evaluationTexts.title),
    `<h1>${say(evaluationTexts.badPeriod)}</h1><p><a href="/evaluation">${say(evaluationTexts.title)}</a></p>`,
  );
}

function document(language: TextLanguage, title: string, main: string): string {
  const lang = language === 'zh' ? 'zh-CN' : 'en';
  return `<!doctype html><html lang="${lang}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${escapeHtml(title)}</title><style>${pageStyle}</style></head><body><main>${main}</main></body></html>`;
}

function links({ from, until, today }: Evaluation, language: TextLanguage, say: Say): string {
  const t = evaluationTexts;
  const address = (path: string, period: { from: string; until: string }, lang: TextLanguage): string =>
    `${path}?from=${period.from}&#38;until=${period.until}${lang === 'en' ? '&#38;lang=en' : ''}`;
  const periods = periodsUntil(today).map(({ text, ...period }) =>
    period.from === from && period.until === until
      ? `<li><a href="${address('/evaluation', period, language)}" aria-current="page">${say(text)}</a></li>`
      : `<li><a href="${address('/evaluation', period, language)}">${say(text)}</a></li>`,
  );
  const other = language === 'zh' ? 'en' : 'zh';
  return `<nav aria-label="${say(t.periods)}"><ul>${periods.join('')}<li><a href="${address('/evaluation.csv', { from, until }, language)}">${say(t.save)}</a></li><li><a href="${address('/evaluation', { from, until }, other)}" lang="${other === 'zh' ? 'zh-CN' : 'en'}">${say(t.otherLanguage)}</a></li><li><a href="/">${say(t.desk)}</a></li></ul></nav>`;
}

function tiles({ figures }: EvaluationRow, say: Say): string {
  const t = evaluationTexts;
  const tile = (name: LocalizedText, value: string, isBad = false): string =>
    `<div${isBad ? ' class="bad"' : ''}><dt>${say(name)}</dt><dd>${value}</dd></div>`;
  const overdue = (name: LocalizedText, count: number): string => tile(name, String(count), count > 0);
  return `<dl class="tiles">${[
    tile(t.received, String(figures.received)),
    tile(t.closed, String(figures.closed)),
    tile(t.onPromise, figures.onPromise === null ? say(t.few) : percent(figures.onPromise)),
    tile(t.badShare, figures.ratings === null ? say(t.few) : percent(figures.ratings.badShare)),
    overdue(t.overdueNow, figures.overdueNow),
    overdue(t.ledgerOverdue, figures.ledger.overdue),
    overdue(t.callBacksOverdue, figures.ledger.callBacksOverdue),
    tile(t.rejected, String(figures.replies.rejected)),
    tile(t.insisted, String(figures.replies.insisted)),
  ].join('')}</dl>`;
}

function fixFirstSection({ fixFirst }: Evaluation, say: Say): string {
  const t = evaluationTexts;
  const fewest = { fewest: FEWEST_COMPARED };
  const rows = fixFirst.map(
    (one) =>
      `<tr><th scope="row">${escapeHtml(say(one.name))}</th><td class="number">${Math.round(one.days)}</td><td>${escapeHtml(whatItIs(one, say))}</td></tr>`,
  );
  const table =
    rows.length === 0
      ? `<p>${say(t.fixNothing, fewest)}</p>`
      : `<table aria-labelledby="fix-first"><thead><tr><th scope="col">${say(t.where)}</th><th scope="col" class="number">${say(t.lostDays)}</th><th scope="col">${say(t.whatItIs)}</th></tr></thead><tbody>${rows.join('')}</tbody></table><p class="rule">${say(t.howTo)}</p>`;
  return `<section><h2 id="fix-first">${say(t.fixFirst)}</h2><p class="rule">${say(t.fixFirstRule, fewest)}</p>${table}</section>`;
}

function whatItIs({ why, cases, commonest }: FixFirst, say: Say): string {
  const t = evaluationTexts;
  const what = commonest === null ? '' : say(t.commonestIs, { what: say(commonest) });
  return say(t[why], { cases, commonest: what, minutes: OFFLINE_AFTER_MINUTES });
}

function charts(evaluation: Evaluation, all: EvaluationRow, language: TextLanguage, say: Say): string {
  const t = evaluationTexts;
  const of = (group: EvaluationGroup): EvaluationRow[] =>
    evaluation.rows.filter(({ by }) => by === group).slice(0, MOST_BARS);
  const promise = new Map(evaluation.items.map(({ slug, promisedWorkdays }) => [slug, promisedWorkdays]));
  const days = of('item').flatMap(({ key, name, figures: { workdays } }) => {
    const mark = promise.get(key) ?? null;
    return workdays === null
      ? []
      : [
          {
            label: name[language],
            value: workdays.ninetieth,
            text: say(t.daysOf, { median: workdays.median, ninetieth: workdays.ninetieth }),
            ...(mark === null ? {} : { mark }),
          },
        ];
  });
  const share = (rows: readonly EvaluationRow[], read: (row: EvaluationRow) => number | null) =>
    rows.flatMap((row) => {
      const value = read(row);
      return value === null ? [] : [{ label: row.name[language], value, text: percent(value) }];
    });
  const { ratings } = all.figures;
  const levels = (ratings?.levels ?? []).map((value, index) => ({
    label: levelTexts[index]?.[language] ?? '',
    value,
    text: `${value} (${percent(value / Math.max(1, ratings?.count ?? 0))})`,
  }));
  const minutes = { minutes: OFFLINE_AFTER_MINUTES };
  return [
    days.length === 0 ? '' : barChart('days', say(t.byDays), [say(t.item), say(t.ninetieth)], days),
    barChartOf(
      'on-time',
      say(t.byDepartment),
      say(t.department),
      share(of('department'), ({ figures }) => figures.onPromise),
      1,
    ),
    levels.length === 0 ? '' : partsChart('levels', say(t.byLevel), [say(t.byLevel), say(t.ratings)], levels),
    barChartOf(
      'offline',
      say(t.byStation, minutes),
      say(t.station),
      share(of('station'), ({ figures }) => figures.offlineShare),
    ),
  ].join('');
}

function barChartOf(
  id: string,
  title: string,
  head: string,
  bars: readonly { readonly label: string; readonly value: number; readonly text: string }[],
  whole?: number,
): string {
  return bars.length === 0 ? '' : barChart(id, title, [head, '%'], bars, whole);
}

function groupTable(
  evaluation: Evaluation,
  all: EvaluationRow,
  group: Exclude<EvaluationGroup, 'all'>,
  language: TextLanguage,
  say: Say,
): string {
  const t = evaluationTexts;
  const own = evaluation.rows.filter(({ by }) => by === group);
  const shown = columns.filter(({ savedOnly }) => savedOnly !== true);
  const heads = shown.map(({ head }) => `<th scope="col" class="number">${say(head)}</th>`);
  const line = (row: EvaluationRow, name: string): string =>
    `<tr><th scope="row">${escapeHtml(name)}</th>${shown
      .map((column) => `<td class="number">${told(column.value(row, evaluation), column, say)}</td>`)
      .join('')}</tr>`;
  const rows = own.slice(0, MOST_ROWS).map((row) => line(row, row.name[language]));
  const more =
    own.length > MOST_ROWS ? `<p>${say(t.firstOf, { shown: MOST_ROWS, all: own.length })}</p>` : '';
  const id = `by-${group}`;
  return `<section><h2 id="${id}">${say(t.byGroup, { group: say(t[group]) })}</h2>${more}<div class="frame" role="region" aria-labelledby="${id}" tabindex="0"><table aria-labelledby="${id}"><thead><tr><th scope="col">${say(t[group])}</th>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody><tfoot>${line(all, say(t.all))}</tfoot></table></div></section>`;
}

function told(value: number | 'few' | null, { isShare, digits }: Column, say: Say): string {
  if (value === null) return '—';
  if (value === 'few') return say(evaluationTexts.few);
  return isShare ? percent(value) : value.toFixed(digits ?? 0);
}

function reasonsTable(evaluation: Evaluation, language: TextLanguage, say: Say): string {
  const t = evaluationTexts;
  const times = (what: string, n: number): string => say(t.times, { what, n });
  const rows = evaluation.rows.flatMap(({ by, name, commonest }) => {
    if (by !== 'item' || commonest === null) return [];
    const { corrections, refusals, ratings } = commonest;
    const cells = [
      corrections.map(({ what, count }) => times(what[language], count)),
      [
        ...refusals.same.map(({ what, count }) => times(what[language], count)),
        ...(refusals.others > 0 ? [say(t.others, { n: refusals.others })] : []),
      ],
      ratings.map(({ what, count }) => times(reasonTexts[what][language], count)),
    ];
    if (cells.every((cell) => cell.length === 0)) return [];
    return `<tr><th scope="row">${escapeHtml(name[language])}</th>${cells
      .map((cell) => `<td>${cell.length === 0 ? '—' : cell.map(escapeHtml).join('<br>')}</td>`)
      .join('')}</tr>`;
  });
  if (rows.length === 0) return '';
  const heads = [t.item, t.mostCorrected, t.mostRefused, t.mostBlamed].map(
    (head) => `<th scope="col">${say(head)}</th>`,
  );
  return `<section><h2 id="why">${say(t.why)}</h2><div class="frame" role="region" aria-labelledby="why" tabindex="0"><table aria-labelledby="why"><thead><tr>${heads.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.1 ? 1 : 0)} %`;
}
