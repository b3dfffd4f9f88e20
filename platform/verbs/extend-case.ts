import { act } from '../cases/act.ts';
import { noticeOfExtension } from '../cases/notice-days.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 延长审批: once, and while there is still something to extend. */
export const extendCase = forOffices.cases.extend.handler(async ({ context, input, errors }) => {
  const { caseNo, days, text } = input;
  const by = byOffice(context);
  const acted = await act(context, { caseNo, verb: 'extend', by }, (found) => ({
    notice: noticeOfExtension(found, by, { days, text }),
  }));
  if (acted.kind === 'refused' && (acted.why === 'extended-already' || acted.why === 'limit-over')) {
    throw errors.EXTENSION_REFUSED({ data: { why: acted.why } });
  }
  return standingAfter(acted, caseNo, errors);
});
