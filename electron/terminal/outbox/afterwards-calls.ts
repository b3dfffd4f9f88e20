import type { ReplyRefusal } from '#contract/interaction.ts';
import { replyRefusalSchema } from '#contract/interaction.ts';
import type { SubmittedRating } from '#contract/rating.ts';
import { submittedRatingSchema } from '#contract/rating.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { CallLimits, PlatformFault } from './platform-client.ts';

/** What a resident says about a case when it is over (contract/platform-api.ts, `ratings` and `interactions`). */
export interface AfterwardsCalls {
  /** The same one again changes nothing. */
  submitRating(rating: SubmittedRating): Promise<Result<null, PlatformFault>>;
  refuseReply(refusal: ReplyRefusal): Promise<Result<null, PlatformFault>>;
}

const limits: CallLimits = { maxAnswerBytes: 16_384, givenUpBy: [] };

export function createAfterwardsCalls(call: Call, understand: Understand): AfterwardsCalls {
  return {
    submitRating: async (rating) => {
      const answer = await call('POST', '/v1/ratings', JSON.stringify(rating), limits);
      const understood = understand(answer, submittedRatingSchema.pick({ ratingId: true }));
      return understood.ok ? ok(null) : understood;
    },
    refuseReply: async (refusal) => {
      const answer = await call('POST', '/v1/reply-refusals', JSON.stringify(refusal), limits);
      const understood = understand(answer, replyRefusalSchema.pick({ refusalId: true }));
      return understood.ok ? ok(null) : understood;
    },
  };
}
