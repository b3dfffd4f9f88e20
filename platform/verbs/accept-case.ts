import { act } from '../cases/act.ts';
import { waitsFor } from '../cases/chain-cases.ts';
import { limitsOf } from '../cases/case-life.ts';
import { noticeOfAcceptance } from '../cases/notice-days.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 受理: from here on the promised days count. What others of its chain must come before waits for them. */
export const acceptCase = forOffices.cases.accept.handler(async ({ context, input, errors }) => {
  const { caseNo } = input;
  const by = byOffice(context);
  const acted = await act(context, { caseNo, verb: 'accept', by }, (found) => {
    const facts = found.item ? { limits: limitsOf(found.item) } : {};
    return { facts, notice: noticeOfAcceptance(found, by, facts) };
  });
  if (acted.kind === 'refused' && acted.why === 'waits') {
    const awaited = await waitsFor({ ...context, nowMs: by.atMs }, caseNo);
    throw errors.WAITS_FOR_OTHERS({ data: { waitsFor: [...awaited] } });
  }
  return standingAfter(acted, caseNo, errors);
});
