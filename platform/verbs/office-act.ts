import type { CaseStatus } from '#contract/application.ts';
import type { Acted, By } from '../cases/act.ts';
import type { VerbContext } from './base.ts';

/** What the verbs of an office have in common. */

export function byOffice({ clock, caller }: Pick<VerbContext, 'clock' | 'caller'>): By {
  return { actor: 'desk', unit: caller.kind === 'department' ? caller.name.zh : null, atMs: clock.now() };
}

interface ActErrors {
  NOT_FOUND: () => Error;
  TRANSITION_REFUSED: (given: { data: { status: CaseStatus } }) => Error;
}

/** Where the act has brought the case; throws what the contract says when it did not. */
export function standingAfter(
  acted: Acted,
  caseNo: string,
  errors: ActErrors,
): { caseNo: string; status: CaseStatus } {
  if (acted.kind === 'unknown') throw errors.NOT_FOUND();
  if (acted.kind === 'refused') throw errors.TRANSITION_REFUSED({ data: { status: acted.status } });
  return { caseNo, status: acted.status };
}
