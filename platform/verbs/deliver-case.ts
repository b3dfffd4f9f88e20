import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 送达: the result has reached the applicant. */
export const deliverCase = forOffices.cases.deliver.handler(async ({ context, input, errors }) => {
  const { caseNo, how } = input;
  const acted = await act(context, { caseNo, verb: 'deliver', by: byOffice(context) }, () => ({
    notice: { kind: 'delivery', how },
  }));
  return standingAfter(acted, caseNo, errors);
});
