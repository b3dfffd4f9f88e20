import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 退件: never without its reason. */
export const returnCase = forOffices.cases.return.handler(async ({ context, input, errors }) => {
  const { caseNo, reason } = input;
  const acted = await act(context, { caseNo, verb: 'return', by: byOffice(context) }, () => ({
    notice: { kind: 'return', reason, isOverdue: false },
  }));
  return standingAfter(acted, caseNo, errors);
});
