import { act } from '../cases/act.ts';
import { chinaDate, officeDays, promisedDay } from '../cases/working-days.ts';
import { forDesk } from './base.ts';

/** 受理: from here on the promised days count. */
export const acceptCase = forDesk.cases.accept.handler(async ({ context, input, errors }) => {
  const atMs = context.clock.now();
  const acted = await act(context.pool, { caseNo: input.caseNo, to: '05', atMs }, ({ item_slug: slug }) => ({
    kind: 'acceptance',
    decideBy: promisedDay(context.catalogue.items.get(slug)?.item, chinaDate(atMs), officeDays),
  }));
  if (acted.kind === 'unknown') throw errors.NOT_FOUND();
  if (acted.kind === 'refused') throw errors.TRANSITION_REFUSED({ data: { status: acted.status } });
  return { caseNo: input.caseNo, status: acted.status };
});
