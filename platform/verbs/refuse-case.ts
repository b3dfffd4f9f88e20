import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';

/** 不予受理: never without its reason. */
export const refuseCase = forOffices.cases.refuse.handler(async ({ context, input, errors }) => {
  const { caseNo, reason } = input;
  const acted = await act(context.pool, { caseNo, to: '07', atMs: context.clock.now() }, () => ({
    kind: 'refusal',
    reason,
  }));
  if (acted.kind === 'unknown') throw errors.NOT_FOUND();
  if (acted.kind === 'refused') throw errors.TRANSITION_REFUSED({ data: { status: acted.status } });
  return { caseNo, status: acted.status };
});
