import { reply } from '../interactions/interactions.ts';
import { replyChanges } from '../interactions/reply-changes.ts';
import { forOffices } from './base.ts';

/** Judged before it is stored: what does not answer is sent back with what to change. */
export const giveReply = forOffices.interactions.reply.handler(async ({ context, input, errors }) => {
  const { caseNo, ...given } = input;
  const { pool, catalogue, officeDays, clock, caller } = context;
  // A department answers in its own name, whatever it calls itself.
  const request = caller.kind === 'department' ? { ...given, unit: caller.name.zh } : given;
  const outcome = await reply({ pool, catalogue, officeDays, nowMs: clock.now() }, caseNo, request);
  switch (outcome.kind) {
    case 'replied':
      return outcome.state;
    case 'no-interaction':
      throw errors.NOT_FOUND();
    case 'already-replied':
      throw errors.ALREADY_REPLIED();
    case 'ended':
      throw errors.TRANSITION_REFUSED({ data: { status: outcome.status } });
    case 'id-of-another-case':
      throw errors.ID_OF_ANOTHER_CASE();
    case 'does-not-answer': {
      const findings = outcome.findings.map((finding) => ({
        ...finding,
        change: replyChanges[finding.rule],
      }));
      throw errors.REPLY_DOES_NOT_ANSWER({ data: { findings, mayInsist: outcome.mayInsist } });
    }
    default: {
      const never: never = outcome;
      return never;
    }
  }
});
