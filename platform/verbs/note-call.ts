import { noteCall } from '../ratings/call-backs.ts';
import { forDesk } from './base.ts';

/** 回访: one call, with what was said. */
export const noteACall = forDesk.callBacks.call.handler(async ({ context, input, errors }) => {
  const { pool, clock, callOrdinal } = context;
  const outcome = await noteCall(pool, input.callBackNo, input.call, clock.now(), callOrdinal);
  if (outcome.kind === 'unknown') throw errors.NOT_FOUND();
  if (outcome.kind === 'too-early') throw errors.LEDGER_STEP_REFUSED({ data: { state: outcome.state } });
  if (outcome.kind === 'over') throw errors.CALL_BACK_OVER();
  return outcome.callBack;
});
