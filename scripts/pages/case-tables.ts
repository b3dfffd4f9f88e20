import { caseStatusSchema, type CaseStatus } from '#contract/application.ts';
import { alertRules, caseVerbs, type CaseVerb } from '#contract/case-choices.ts';
import { levelOf } from '#platform/cases/alerts.ts';
import { meaningOfStatus, table as caseTable, type ClockEffects } from '#platform/cases/table.ts';
import { code, table, withMadePart } from './made-part.ts';

const BEGIN = '<!-- Made from platform/cases/table.ts by `node scripts/cases-page.ts`. -->';

/** The part of docs/cases.md that is made from the table of cases. */
export function withCaseTables(page: string): string {
  return withMadePart(page, BEGIN, tables());
}

function tables(): string {
  return [
    '### The way of a case',
    diagram(),
    '### States of a case',
    table(
      ['state', 'is', 'means', 'what can happen there'],
      statuses.map((status) => [
        code(status),
        meaningOfStatus[status].zh,
        meaningOfStatus[status].en,
        verbsFrom(status).map(code).join(', ') || 'nothing',
      ]),
    ),
    '### Verbs of a case',
    table(
      ['verb', 'from → to', 'who', 'clocks', 'notice'],
      caseVerbs.map((verb) => {
        const { moves, who, clocks, notices } = caseTable[verb];
        return [
          code(verb),
          moves.map(({ from, to }) => `${from} → ${to}`).join('; '),
          who.join(', '),
          clocksSay(clocks),
          notices.map(code).join(', '),
        ];
      }),
    ),
    '### What the verbs mean',
    table(
      ['verb', 'means', 'only when'],
      caseVerbs.map((verb) => [code(verb), caseTable[verb].means, caseTable[verb].only ?? '']),
    ),
    '### Alerts and their levels',
    table(
      ['rule', 'level'],
      alertRules.map((rule) => [code(rule), levelOf[rule]]),
    ),
  ].join('\n\n');
}

/** Codes of two digits; an object would put those without a leading zero first. */
const statuses = caseStatusSchema.options.toSorted();

function verbsFrom(status: CaseStatus): readonly CaseVerb[] {
  return caseVerbs.filter((verb) => caseTable[verb].moves.some(({ from }) => from === status));
}

function clocksSay({ tell, correct, decide, step }: ClockEffects): string {
  return [
    tell && `tell ${tell}`,
    correct && `correct ${correct}`,
    decide && `decide ${decide}`,
    step && `step ${step}`,
  ]
    .filter((part) => part !== undefined)
    .join('; ');
}

/** An arrow for each pair of states, with all that leads along it; what leads nowhere else is not drawn. */
function diagram(): string {
  const arrows = new Map<string, CaseVerb[]>();
  for (const verb of caseVerbs) {
    for (const { from, to } of caseTable[verb].moves) {
      if (from === to) continue;
      const arrow = `${from === 'nowhere' ? '[*]' : `s${from}`} --> s${to}`;
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), verb]);
    }
  }
  const drawn = [...arrows];
  const shown = new Set(
    drawn.flatMap(([arrow]) => [...arrow.matchAll(/s(\d\d)/g)].map(([, status]) => status)),
  );
  return [
    '```mermaid',
    'stateDiagram-v2',
    ...statuses
      .filter((status) => shown.has(status))
      .map((status) => `  s${status}: ${status} ${meaningOfStatus[status].zh}`),
    ...drawn.map(([arrow, verbs]) => `  ${arrow}: ${verbs.join(', ')}`),
    '```',
  ].join('\n');
}
