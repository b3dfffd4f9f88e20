import { act } from '../cases/act.ts';
import { waitsFor } from '../cases/chain-cases.ts';
import { chinaDate, officeDays, promisedDay } from '../cases/working-days.ts';
import { forOffices } from './base.ts';

/** 受理: from here on the promised days count. What others of its chain must come before waits for them. */
export const acceptCase = forOffices.cases.accept.handler(async ({ context, input, errors }) => {
  const atMs = context.clock.now();
  // What is over does not begin again: between this look and the step nothing can come that would hold it back.
  const awaited = await waitsFor(context, input.caseNo);
  if (awaited.length > 0) throw errors.WAITS_FOR_OTHERS({ data: { waitsFor: [...awaited] } });
  const acted = await act(context.pool, { caseNo: input.caseNo, to: '05', atMs }, ({ item_slug: slug }) => ({
    kind: 'acceptance',
    decideBy: promisedDay(context.catalogue.items.get(slug)?.item, chinaDate(atMs), officeDays),
  }));
  if (acted.kind === 'unknown') throw errors.NOT_FOUND();
  if (acted.kind === 'refused') throw errors.TRANSITION_REFUSED({ data: { status: acted.status } });
  return { caseNo: input.caseNo, status: acted.status };
});
