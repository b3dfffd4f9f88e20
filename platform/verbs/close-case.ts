import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 办结, with the result that the resident reads. */
export const closeCase = forOffices.cases.close.handler(async ({ context, input, errors }) => {
  const { caseNo, outcome, text, documentNo } = input;
  const acted = await act(context, { caseNo, verb: 'close', by: byOffice(context) }, () => ({
    notice: { kind: 'result', outcome, text, documentNo },
  }));
  return standingAfter(acted, caseNo, errors);
});
