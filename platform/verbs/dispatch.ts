import { dispatch } from '../interactions/dispatch.ts';
import { vagueUnit } from '../interactions/reply-check-rules.ts';
import { plain } from '../interactions/reply-text.ts';
import { forDesk } from './base.ts';

/** 转办: to the unit that answers, by its name. */
export const dispatchMatter = forDesk.interactions.dispatch.handler(async ({ context, input, errors }) => {
  const { caseNo, ...request } = input;
  if (vagueUnit.test(plain(request.unit).trim())) {
    throw errors.BAD_REQUEST({ data: { reason: 'unit: names nobody' } });
  }
  const { pool, catalogue, officeDays, clock } = context;
  const outcome = await dispatch({ pool, catalogue, officeDays, nowMs: clock.now() }, caseNo, request);
  switch (outcome.kind) {
    case 'dispatched':
      return outcome.course;
    case 'no-interaction':
      throw errors.NOT_FOUND();
    case 'not-accepted':
      throw errors.TRANSITION_REFUSED({ data: { status: outcome.status } });
    case 'id-of-another-case':
      throw errors.ID_OF_ANOTHER_CASE();
    case 'too-many':
      throw errors.TOO_MANY_DISPATCHES();
    default: {
      const never: never = outcome;
      return never;
    }
  }
});
