import { reply } from '../interactions/interactions.ts';
import { forDesk } from './base.ts';

export const giveReply = forDesk.interactions.reply.handler(async ({ context, input, errors }) => {
  const { caseNo, ...request } = input;
  const { pool, catalogue, officeDays, clock } = context;
  const outcome = await reply({ pool, catalogue, officeDays, nowMs: clock.now() }, caseNo, request);
  switch (outcome.kind) {
    case 'replied':
      return outcome.state;
    case 'no-interaction':
      throw errors.NOT_FOUND();
    case 'already-replied':
      throw errors.ALREADY_REPLIED();
    default: {
      const never: never = outcome;
      return never;
    }
  }
});
