import { close } from '../ratings/ledger.ts';
import { forDesk } from './base.ts';

/** Answered, and told to the resident where he can be called. */
export const closeEntry = forDesk.ledger.close.handler(async ({ context, input, errors }) => {
  const { pool, catalogue, clock } = context;
  const outcome = await close({ pool, catalogue, nowMs: clock.now() }, input.entryNo);
  switch (outcome.kind) {
    case 'done':
      return outcome.entry;
    case 'unknown':
      throw errors.NOT_FOUND();
    case 'wrong-step':
      throw errors.LEDGER_STEP_REFUSED({ data: { state: outcome.state } });
    case 'call-back-open':
      throw errors.CALL_BACK_OPEN({ data: { callBackNo: outcome.callBackNo } });
    default: {
      const never: never = outcome;
      return never;
    }
  }
});
