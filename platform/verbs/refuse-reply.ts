import { refuseReply } from '../interactions/interactions.ts';
import { forTerminals } from './base.ts';

/** From whichever terminal: a reply is read where the resident happens to be. */
export const refuseGivenReply = forTerminals.interactions.refuse.handler(
  async ({ context, input, errors }) => {
    const { pool, catalogue, officeDays, clock, terminalId } = context;
    const outcome = await refuseReply({ pool, catalogue, officeDays, nowMs: clock.now() }, terminalId, input);
    if (outcome === 'no-case') throw errors.NOT_FOUND();
    if (outcome === 'no-reply') throw errors.NO_REPLY();
    return { refusalId: input.refusalId };
  },
);
