import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 确认补齐: what was missing was handed in at a window. */
export const confirmCorrection = forOffices.cases.confirmCorrection.handler(
  async ({ context, input, errors }) => {
    const { caseNo } = input;
    const acted = await act(context, { caseNo, verb: 'confirm-correction', by: byOffice(context) }, () => ({
      notice: { kind: 'corrected' },
    }));
    return standingAfter(acted, caseNo, errors);
  },
);
