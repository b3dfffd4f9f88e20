import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 不予受理: never without its reason. */
export const refuseCase = forOffices.cases.refuse.handler(async ({ context, input, errors }) => {
  const { caseNo, reason } = input;
  const acted = await act(context, { caseNo, verb: 'refuse', by: byOffice(context) }, () => ({
    notice: { kind: 'refusal', reason },
  }));
  return standingAfter(acted, caseNo, errors);
});
