import { storeApplication, submissionProblem } from '../cases/store-application.ts';
import { forTerminals } from './base.ts';

export const submitApplication = forTerminals.applications.submit.handler(
  async ({ context, input, errors }) => {
    const { applicationId, revision, ...submission } = input;
    const problem =
      submission.terminalId === context.terminalId
        ? submissionProblem(submission)
        : 'terminalId is not the one of this token';
    if (problem !== null) throw errors.BAD_REQUEST({ data: { reason: problem } });
    const outcome = await storeApplication(
      context.pool,
      { applicationId, revision },
      submission,
      context.clock.now(),
    );
    if (outcome.kind === 'attachments-missing') {
      throw errors.ATTACHMENTS_MISSING({ data: { missing: [...outcome.missing] } });
    }
    if (outcome.kind === 'conflict') {
      throw errors.CONFLICT({ data: { storedSha256: outcome.storedSha256 } });
    }
    return outcome.acknowledgement;
  },
);
