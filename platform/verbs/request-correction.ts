import { act } from '../cases/act.ts';
import { namedEntries } from '../cases/correction-entries.ts';
import { caseByNumber } from '../cases/read-cases.ts';
import { addWorkdays, chinaDate } from '../cases/working-days.ts';
import { forOffices } from './base.ts';
import { byOffice, standingAfter } from './office-act.ts';

/** 补齐补正: everything in one notice, each with its reason, and a day until when. */
export const requestCorrection = forOffices.cases.requestCorrection.handler(
  async ({ context, input, errors }) => {
    const { caseNo, workdays } = input;
    const stored = await caseByNumber(context.pool, caseNo);
    if (!stored) throw errors.NOT_FOUND();
    const item = context.catalogue.items.get(stored.itemSlug)?.item;
    const entries = item ? namedEntries(item, input.entries) : null;
    if (entries === null) {
      throw errors.BAD_REQUEST({ data: { reason: 'entries: the item has no such page or paper' } });
    }
    const by = byOffice(context);
    const dueOn = addWorkdays(chinaDate(by.atMs), workdays, context.officeDays);
    const acted = await act(context, { caseNo, verb: 'request-correction', by }, () => ({
      notice: { kind: 'correction', dueOn, entries },
    }));
    return standingAfter(acted, caseNo, errors);
  },
);
