import type { CaseStatus } from '#contract/application.ts';
import type { ProgressEntry } from '#contract/progress.ts';

/** The key of the words for where an entry stands. */
export function stateKey(entry: ProgressEntry): string {
  if (entry.known === 'platform') return `progress.status.${entry.case.status}`;
  const { isParked, sent } = entry.application;
  if (isParked) return 'progress.station.parked';
  return sent === null ? 'progress.station.waiting' : 'progress.station.sent';
}

/** How a state is to be seen, beside its words: something to do, over, or on its way. */
export type StateTone = 'act' | 'good' | 'over' | 'way';

export function stateTone(entry: ProgressEntry): StateTone {
  return entry.known === 'station' ? 'way' : statusTone(entry.case.status);
}

function statusTone(status: CaseStatus): StateTone {
  switch (status) {
    case '06':
      return 'act';
    case '10':
    case '15':
      return 'good';
    case '07':
    case '13':
    case '14':
      return 'over';
    case '01':
    case '02':
    case '05':
    case '11':
    case '12':
      return 'way';
    default: {
      const never: never = status;
      return never;
    }
  }
}
