import { z } from 'zod';
import { applicationIdSchema, submissionSchema } from '#contract/application.ts';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import {
  caseProgressSchema,
  correctionNoticeSchema,
  MAX_CASES_SHOWN,
  type CaseProgress,
  type ProgressQuery,
} from '#contract/progress.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { PlatformFault } from './platform-client.ts';

/** The calls by which a resident learns how cases go, and gets one back for correction. */
export interface CaseCalls {
  /** None, for what is unknown, wrong or another's. Aborting gives the question up. */
  progress(
    query: ProgressQuery,
    signal: AbortSignal,
  ): Promise<Result<readonly CaseProgress[], PlatformFault>>;
  /** `platform.rejected` with status 404: it is not to be corrected, or not this person's. */
  openCorrection(
    key: { readonly caseNo: string; readonly personNumber: string },
    signal: AbortSignal,
  ): Promise<Result<OpenedCorrection, PlatformFault>>;
}

const openedSchema = z.object({
  applicationId: applicationIdSchema,
  revision: z.number().int().positive().max(999),
  submission: submissionSchema,
  notice: correctionNoticeSchema,
});
export type OpenedCorrection = z.infer<typeof openedSchema>;

const progressSchema = z.object({ cases: z.array(caseProgressSchema).max(MAX_CASES_SHOWN) });

/** Twenty cases with notices of the greatest length. */
const MAX_PROGRESS_BYTES = 1_048_576;

export function createCaseCalls(call: Call, understand: Understand): CaseCalls {
  return {
    progress: async (query, signal) => {
      const limits = { maxAnswerBytes: MAX_PROGRESS_BYTES, givenUpBy: [signal] };
      const answer = await call('POST', '/v1/cases/progress', JSON.stringify(query), limits);
      const understood = understand(answer, progressSchema);
      return understood.ok ? ok(understood.value.cases) : understood;
    },
    openCorrection: async (key, signal) => {
      // A submission of the greatest size, and the notice beside it.
      const limits = { maxAnswerBytes: MAX_SUBMISSION_BYTES * 2, givenUpBy: [signal] };
      return understand(
        await call('POST', '/v1/cases/correction', JSON.stringify(key), limits),
        openedSchema,
      );
    },
  };
}
