import { act } from '../cases/act.ts';
import { addWorkdays, chinaDate } from '../cases/working-days.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 特别程序: its days are not counted, and the applicant is told why and for about how long. */
export const beginSpecial = forOffices.cases.beginSpecial.handler(async ({ context, input, errors }) => {
  const { caseNo, reason, text, workdays } = input;
  const by = byOffice(context);
  const expectedBy = workdays === null ? null : addWorkdays(chinaDate(by.atMs), workdays, context.officeDays);
  const acted = await act(context, { caseNo, verb: 'begin-special', by }, () => ({
    notice: { kind: 'special', reason, text, expectedBy },
  }));
  return standingAfter(acted, caseNo, errors);
});
