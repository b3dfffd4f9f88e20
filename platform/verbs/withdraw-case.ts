import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 撤回: the applicant wants it no more, and has told the office. */
export const withdrawCase = forOffices.cases.withdraw.handler(async ({ context, input, errors }) => {
  const { caseNo } = input;
  const acted = await act(context, { caseNo, verb: 'withdraw', by: byOffice(context) }, () => ({}));
  return standingAfter(acted, caseNo, errors);
});
