import { verdictOf, type Figure, type Unit } from './figure.ts';

/** Which machine and when: a figure without them says nothing. */
export interface Machine {
  readonly cores: number;
  readonly cpu: string;
  readonly node: string;
  readonly system: string;
  /** Processes that wanted a core in the minute before: above `cores`, somebody else was working here. */
  readonly load: number;
  /** ISO 8601. */
  readonly at: string;
}

export interface GroupReport {
  readonly group: string;
  readonly about: string;
  readonly figures: readonly Figure[];
}

export function header(machine: Machine): string {
  const { at, cores, cpu, node, system, load } = machine;
  const facts = `${at} · ${cores} cores (${cpu}) · ${system} · Node ${node} · load ${load.toFixed(1)}`;
  return load <= cores
    ? facts
    : `${facts}\nOthers work on this machine: peers still compare, limits in milliseconds are missed by waiting for a core.`;
}

/** name | ours (spread) | beside | ratio | goal | met */
export function lineOf(figure: Figure): string {
  const { spread, beside, goal, unit } = figure;
  const { ratio, met } = verdictOf(figure);
  const range = `${amount(spread.lowest, unit)}…${amount(spread.highest, unit)}, ${spread.samples}×`;
  return [
    figure.name,
    `${amount(figure.ours, unit)} ${unit} (${range})`,
    beside === null ? '–' : `${beside.name}: ${amount(beside.value, unit)} ${unit}`,
    ratio === null ? '–' : `ratio ${ratio.toFixed(3)}`,
    goal === null ? 'no goal' : `goal ${goal.is} ${goal.ratio}`,
    met === null ? '–' : met ? 'met' : 'NOT MET',
  ].join(' | ');
}

/** What `--json` writes: the same numbers, and the same verdicts. */
export function jsonOf(machine: Machine, groups: readonly GroupReport[]): string {
  const judged = groups.map(({ group, about, figures }) => ({
    group,
    about,
    figures: figures.map((figure) => ({ ...figure, ...verdictOf(figure) })),
  }));
  return JSON.stringify({ machine, groups: judged }, null, 2);
}

export function missed(groups: readonly GroupReport[]): number {
  return groups.flatMap((group) => group.figures).filter((figure) => verdictOf(figure).met === false).length;
}

function amount(value: number, unit: Unit): string {
  if (unit === '/s' || unit === 'count') return Math.round(value).toString();
  return value.toFixed(Math.abs(value) < 100 ? 2 : 1);
}
