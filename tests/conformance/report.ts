import type { Judged } from './run.ts';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly notAsked: number;
  readonly leftOut: number;
}

export function countsOf(all: readonly Judged[]): Counts {
  const of = (state: Judged['verdict']['state']) =>
    all.filter(({ verdict }) => verdict.state === state).length;
  return { passed: of('passed'), failed: of('failed'), notAsked: of('not-asked'), leftOut: of('left-out') };
}

const told = { broken: '', unprepared: 'to begin: ', 'not-tried': '' } as const;

/** What stands on the terminal of whoever runs the suite, rule by rule. */
export function lineOf({ rule, clause, verdict }: Judged): string {
  switch (verdict.state) {
    case 'passed':
      return `passed    ${rule}  ${clause}`;
    case 'left-out':
      return `left out  ${rule}  ${clause}`;
    case 'not-asked':
      return `not asked ${rule}  ${clause} (${verdict.needs} is not given)`;
    case 'failed':
      return [
        `FAILED    ${rule}  ${clause}`,
        `          expected  ${told[verdict.because]}${verdict.expected}`,
        `          came      ${verdict.came}`,
      ].join('\n');
    default: {
      const never: never = verdict;
      return never;
    }
  }
}

export function lastLine({ passed, failed, notAsked, leftOut }: Counts): string {
  const ends = [
    `${String(failed)} do not`,
    `${String(notAsked)} were not asked`,
    `${String(leftOut)} were left out`,
  ];
  return `${String(passed)} rules hold, ${ends.join(', ')}`;
}

export function jsonReport(url: string, all: readonly Judged[]): string {
  const rules = all.map(({ rule, clause, verdict }) => ({ rule, clause, ...verdict }));
  return JSON.stringify({ url, ...countsOf(all), rules }, null, 2);
}
