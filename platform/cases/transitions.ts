import type { CaseStatus } from '#contract/application.ts';

/**
 * Where a case can go from each state (GB/T 39046 status codes as deployed): 01 submitted, 02 received, 05 accepted,
 * 06 to be corrected, 07 not accepted, 10 closed, 11 suspended, 12 in progress, 13 returned, 14 withdrawn,
 * 15 delivered. A step that is not here is never taken. From 10 back to 12 leads only a reply that was refused
 * (interactions/interactions.ts): no officer opens what is closed.
 */
export const transitions: Readonly<Record<CaseStatus, readonly CaseStatus[]>> = {
  '01': ['02'],
  '02': ['05', '06', '07', '13', '14'],
  '05': ['12', '10', '11', '06', '13', '14'],
  '06': ['02', '13', '14'],
  '07': [],
  '10': ['15', '12'],
  '11': ['12'],
  '12': ['11', '10', '06', '13', '14'],
  '13': [],
  '14': [],
  '15': [],
};

export function canGo(from: CaseStatus, to: CaseStatus): boolean {
  return transitions[from].includes(to);
}
