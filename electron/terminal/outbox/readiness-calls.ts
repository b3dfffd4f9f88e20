import { fault } from '#contract/fault.ts';
import {
  readinessKeptSchema,
  readinessReportSchema,
  type ReadinessKept,
  type ReadinessReport,
} from '#contract/readiness.ts';
import type { Result } from '#contract/result.ts';
import { err } from '#contract/result.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { CallLimits, PlatformFault } from './platform-client.ts';

export interface ReadinessCalls {
  /** The same report again changes nothing. What the platform would refuse is refused here, as `platform.rejected`. */
  reportReadiness(report: ReadinessReport): Promise<Result<ReadinessKept, PlatformFault>>;
}

const small: CallLimits = { maxAnswerBytes: 4096, givenUpBy: [] };

export function createReadinessCalls(call: Call, understand: Understand): ReadinessCalls {
  return {
    reportReadiness: async (report) => {
      const checked = readinessReportSchema.safeParse(report);
      if (!checked.success)
        return err(
          fault('platform.rejected', `not a report: ${checked.error.issues[0]?.path.join('.') ?? ''}`),
        );
      const answer = await call('PUT', '/v1/terminals/readiness', JSON.stringify(report), small);
      return understand(answer, readinessKeptSchema);
    },
  };
}
