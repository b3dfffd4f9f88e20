import { act } from '../cases/act.ts';
import { forOffices } from './base.ts';

/** 办结, with the result that the resident reads. */
export const closeCase = forOffices.cases.close.handler(async ({ context, input, errors }) => {
  const { caseNo, outcome, text, documentNo } = input;
  const acted = await act(context.pool, { caseNo, to: '10', atMs: context.clock.now() }, () => ({
    kind: 'result',
    outcome,
    text,
    documentNo,
  }));
  if (acted.kind === 'unknown') throw errors.NOT_FOUND();
  if (acted.kind === 'refused') throw errors.TRANSITION_REFUSED({ data: { status: acted.status } });
  return { caseNo, status: acted.status };
});
