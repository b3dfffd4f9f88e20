import {
  countConditions,
  needsVisit,
  type ConditionCount,
  type KnownTerminal,
} from '../../fleet/needs-visit.ts';
import { scopeOf } from '../../cases/scope.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { html, type Piece } from '../html.ts';
import { tableOr, timeElement } from '../layout.ts';
import { writeDown } from '../write-down.ts';
import { choose, filterForm } from './filter.ts';

const PART = '/desk/fleet';
const MOST_SHOWN = 200;
const views = ['trouble', 'all'] as const;
const MINUTE_S = 60;
const HOUR_S = 3600;
const DAY_S = 86_400;

/** Which terminal of the unit's stations needs a visit first, since when it was not heard, and what to do. */
export async function showFleet(visit: SignedInVisit): Promise<Answer> {
  const { parts, nowMs, session, texts, query } = visit;
  const { t } = texts;
  const scope = scopeOf(parts.catalogue, session.official);
  const view = choose(views, query.get('view'));
  await writeDown(visit, 'fleet.opened');
  // Terminals stand in stations: a department has none.
  const known =
    scope.kind === 'street'
      ? await needsVisit(
          parts.pool,
          { stations: scope.stations, withFine: view === 'all', limit: MOST_SHOWN + 1 },
          nowMs,
        )
      : [];
  const counts = scope.kind === 'street' ? await countConditions(parts.pool, scope.stations, nowMs) : [];
  const shown = known.slice(0, MOST_SHOWN);
  return page({
    title: t('fleet.title'),
    part: PART,
    body: html`<p class="hint">${t(scope.kind === 'street' ? 'fleet.about' : 'fleet.noStations')}</p>
      ${counts.length > 0 && html`<p><strong>${countWords(counts, visit)}</strong></p>`}
      ${filterForm(texts, { action: PART, name: 'view', label: t('fleet.view'), family: 'fleetView', values: views, value: view })}
      ${known.length > MOST_SHOWN && html`<p class="warn">${t('fleet.more', { n: MOST_SHOWN })}</p>`}
      ${tableOr(
        t('fleet.empty'),
        t('fleet.title'),
        [t('fleet.terminal'), t('fleet.what'), t('fleet.heard'), t('fleet.do')],
        shown.map((one): Piece[] => [
          html`<strong class="number">${one.terminalId}</strong>
            <div class="number">${one.stationId}</div>`,
          html`<span class="${isGrave(one) ? 'overdue' : 'today'}"
              >${texts.member('condition', one.condition)}</span
            >
            <div>${detail(one, visit)}</div>`,
          one.heardAtMs === null ? t('fleet.never') : timeElement(one.heardAtMs),
          html`${one.condition !== 'fine' && html`<div>${t(`fleetDo.${one.condition}`)}</div>`}
          ${one.toInstall !== null && html`<div>${t('fleet.toInstall', { version: one.toInstall })}</div>`}`,
        ]),
      )}`,
  });
}

/** Of a thousand terminals nobody counts the rows. */
function countWords(counts: readonly ConditionCount[], { texts }: SignedInVisit): string {
  const each = counts.map(({ condition, count }) =>
    texts.t('fleet.count', { what: texts.member('condition', condition), n: count }),
  );
  const n = counts.reduce((sum, { count }) => sum + count, 0);
  return texts.t('fleet.counts', { n, each: texts.list(each) });
}

/** Residents are sent away, or what they submitted waits. */
function isGrave({ condition }: KnownTerminal): boolean {
  return ['unreachable', 'out-of-service', 'paper-out', 'device', 'uploads-full', 'unsent'].includes(
    condition,
  );
}

function detail({ condition, report }: KnownTerminal, { texts }: SignedInVisit): string {
  if (report === null) return '';
  const { t } = texts;
  const unsent =
    report.oldestUnsentSeconds === null
      ? []
      : [t('fleet.unsent', { age: ageWords(report.oldestUnsentSeconds, texts.t) })];
  const troubles = report.troubles.map(({ device, code }) =>
    texts.pair(device, texts.member('trouble', code)),
  );
  switch (condition) {
    case 'paper-out':
    case 'device':
      return texts.list([...troubles, ...unsent]);
    case 'disk':
      return t('fleet.disk', { mib: report.diskFreeMiB ?? 0 });
    case 'clock':
      return t('fleet.clock', { seconds: Math.round(report.clockSkewMs / 1000) });
    case 'crashing':
      return t('fleet.crashes', { n: report.crashes24h });
    case 'certificate':
      return t('fleet.until', { day: report.certificateUntil?.slice(0, 10) ?? '' });
    case 'unreachable':
    case 'out-of-service':
    case 'uploads-full':
    case 'unsent':
      return texts.list(unsent);
    case 'fine':
      return t('fleet.version', { version: report.versions.program });
    default: {
      const never: never = condition;
      return never;
    }
  }
}

function ageWords(seconds: number, t: SignedInVisit['texts']['t']): string {
  if (seconds < HOUR_S) return t('fleet.minutes', { n: Math.floor(seconds / MINUTE_S) });
  return seconds < 2 * DAY_S
    ? t('fleet.hours', { n: Math.floor(seconds / HOUR_S) })
    : t('fleet.days', { n: Math.floor(seconds / DAY_S) });
}
