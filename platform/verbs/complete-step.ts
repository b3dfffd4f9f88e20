import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** A step of the item is done. It is named, so that of two officers who say it at once one completes it, and nobody the next one. */
export const completeStep = forOffices.cases.completeStep.handler(async ({ context, input, errors }) => {
  const { caseNo, step } = input;
  const acted = await act(context, { caseNo, verb: 'complete-step', by: byOffice(context) }, () => ({
    facts: { step },
  }));
  if (acted.kind === 'refused' && acted.why === 'other-step') throw errors.NOT_THE_PRESENT_STEP();
  return standingAfter(acted, caseNo, errors);
});
