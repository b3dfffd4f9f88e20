import {
  auditFindings,
  auditStates,
  isSilent,
  readTerminalAudit,
  terminalAuditFilterSchema,
  tooWide,
  type TerminalAuditEntry,
  type TerminalAuditFinding,
  type TerminalAuditState,
} from '../../terminal-audit/read-terminal-audit.ts';
import { page, type Answer, type SignedInVisit } from '../answer.ts';
import { NO_PROBLEMS, problemSummary, textField, type Problem } from '../form.ts';
import { html, type Html, type Piece } from '../html.ts';
import { tableOr, timeElement } from '../layout.ts';
import type { TextKey, Texts } from '../texts/texts.ts';
import { writeDown } from '../write-down.ts';

const PART = '/desk/terminal-audit';
const MOST_ROWS = 200;
const MOST_STATES = 200;
const MOST_FINDINGS = 100;

const fields = ['terminal', 'event', 'subject', 'from', 'until'] as const;
type Field = (typeof fields)[number];
const labels = {
  terminal: 'terminalAudit.terminal',
  event: 'audit.event',
  subject: 'terminalAudit.subject',
  from: 'audit.from',
  until: 'audit.until',
} as const satisfies Record<string, TextKey>;
const rules = {
  terminal: 'terminalAudit.rule.terminal',
  event: 'terminalAudit.rule.event',
  subject: 'terminalAudit.rule.subject',
  from: 'audit.rule.from',
  until: 'audit.rule.until',
} as const satisfies Record<string, TextKey>;

export async function showTerminalAudit(visit: SignedInVisit): Promise<Answer> {
  const { parts, texts, query, nowMs } = visit;
  const { t } = texts;
  const typed = Object.fromEntries(fields.map((name) => [name, query.get(name) ?? '']));
  const wanted = terminalAuditFilterSchema.safeParse(typed);
  const title = t('terminalAudit.title');
  const says = (field: Field, rule: TextKey): Problem => ({
    field,
    says: t('audit.wrong', { label: t(labels[field]), rule: t(rule) }),
  });
  const refused = (problems: readonly Problem[]): Answer => {
    const body = html`${problemSummary(problems, texts)}${filterForm(visit, typed, problems)}`;
    return page({ title, part: PART, hasProblems: true, body }, 422);
  };
  if (!wanted.success) {
    const wrong = new Set(wanted.error.issues.map(({ path }) => path[0]));
    return refused(fields.filter((name) => wrong.has(name)).map((name) => says(name, rules[name])));
  }
  const filter = wanted.data;
  const wide = tooWide(filter);
  if (wide.length > 0) return refused(wide.map((name) => says(name, 'terminalAudit.rule.fewer')));
  const sought = Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  await writeDown(visit, 'terminal-audit.read', { detail: sought });
  const states = await auditStates(parts.pool, filter.terminal, MOST_STATES + 1);
  const findings = await auditFindings(parts.pool, filter.terminal, MOST_FINDINGS);
  const rows = await readTerminalAudit(parts.pool, filter, MOST_ROWS + 1);
  const shown = rows.slice(0, MOST_ROWS);
  return page({
    title,
    part: PART,
    body: html`<p>${t('terminalAudit.about')}</p>
      ${findingsTable(findings, texts)}
      ${(states.length > 0 || filter.terminal === '') && statesTable(states.slice(0, MOST_STATES), texts, nowMs)}
      ${states.length > MOST_STATES && html`<p>${t('terminalAudit.onlyStates', { n: MOST_STATES })}</p>`}
      ${filterForm(visit, typed, NO_PROBLEMS)}
      ${rowsTable(shown, texts)}${rows.length > MOST_ROWS && html`<p>${t('terminalAudit.only', { n: MOST_ROWS })}</p>`}`,
  });
}

function findingsTable(findings: readonly TerminalAuditFinding[], { t }: Texts): Html {
  return tableOr(
    t('terminalAudit.nothingFound'),
    t('terminalAudit.findings'),
    [
      t('terminalAudit.terminal'),
      t('terminalAudit.place'),
      t('terminalAudit.what'),
      t('terminalAudit.foundAt'),
    ],
    findings.map(({ terminalId, sequence, until, kind, foundAtMs }): Piece[] => [
      terminalId,
      until === null || until === sequence ? sequence : `${String(sequence)}–${String(until)}`,
      html`<strong class="overdue">${t(`finding.${kind}`)}</strong>`,
      timeElement(foundAtMs),
    ]),
  );
}

function statesTable(states: readonly TerminalAuditState[], { t }: Texts, nowMs: number): Html {
  const stateOf = (state: TerminalAuditState): Piece => {
    const wrong = [
      ...(state.findings > 0 ? [t('terminalAudit.found', { n: state.findings })] : []),
      ...(isSilent(state, nowMs) ? [t('terminalAudit.silent')] : []),
    ];
    return wrong.length === 0
      ? t('terminalAudit.well')
      : html`<strong class="overdue">${wrong.join(' · ')}</strong>`;
  };
  return tableOr(
    t('terminalAudit.noTerminals'),
    t('terminalAudit.states'),
    [
      t('terminalAudit.terminal'),
      t('terminalAudit.station'),
      t('terminalAudit.heard'),
      t('terminalAudit.rows'),
      t('terminalAudit.state'),
    ],
    states.map((state): Piece[] => [
      html`<a href="${PART}?terminal=${state.terminalId}">${state.terminalId}</a>`,
      state.stationId,
      state.hasTold ? timeElement(state.heardAtMs) : t('terminalAudit.never'),
      state.rows,
      stateOf(state),
    ]),
  );
}

function rowsTable(rows: readonly TerminalAuditEntry[], { t }: Texts): Html {
  return tableOr(
    t('audit.empty'),
    t('terminalAudit.recorded'),
    [
      t('terminalAudit.terminal'),
      t('audit.seq'),
      t('audit.at'),
      t('terminalAudit.actor'),
      t('audit.event'),
      t('terminalAudit.subject'),
      t('audit.disposition'),
      t('audit.detail'),
    ],
    rows.map((row): Piece[] => [
      row.terminalId,
      row.sequence,
      timeElement(row.atMs),
      row.actor,
      row.event,
      row.subject ?? '',
      row.disposition,
      row.isWhole
        ? (row.detail ?? '')
        : html`<strong class="overdue">${t('audit.changed')}</strong> ${row.detail ?? ''}`,
    ]),
  );
}

function filterForm(
  { texts: { t } }: SignedInVisit,
  typed: Readonly<Record<string, string>>,
  problems: readonly Problem[],
): Html {
  return html`<form method="get" action="${PART}" class="filters" role="search">
    ${fields.map((name) => textField({ type: name === 'from' || name === 'until' ? 'date' : 'text', name, label: t(labels[name]), value: typed[name] ?? '', most: 80, problems }))}
    <div class="field"><button class="main">${t('search')}</button></div>
  </form>`;
}
