import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** The special procedure is over: what remained of the days is counted again. */
export const endSpecial = forOffices.cases.endSpecial.handler(async ({ context, input, errors }) => {
  const { caseNo } = input;
  const acted = await act(context, { caseNo, verb: 'end-special', by: byOffice(context) }, () => ({}));
  return standingAfter(acted, caseNo, errors);
});
