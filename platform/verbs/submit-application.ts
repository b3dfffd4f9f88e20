import { personNumbers } from '../cases/persons.ts';
import { storeApplication, submissionProblem } from '../cases/store-application.ts';
import { forTerminals } from './base.ts';

/**
 * A terminal brings what any terminal of its station took: after a breakdown, another one has the file.
 * `terminalId` stays the one that took it. Whether the terminal may offer the item is not asked: the resident holds a
 * receipt from before it was taken away, or from a terminal that did not know yet.
 */
export const submitApplication = forTerminals.applications.submit.handler(
  async ({ context, input, errors }) => {
    const { applicationId, revision, ...submission } = input;
    const problem =
      submission.stationId === context.stationId
        ? submissionProblem(applicationId, submission)
        : 'stationId is not the one of this terminal';
    if (problem !== null) throw errors.BAD_REQUEST({ data: { reason: problem } });
    const storing = context.span?.begin('store');
    const outcome = await storeApplication(context.pool, { applicationId, revision }, submission, {
      forwardedBy: context.terminalId,
      storedAtMs: context.clock.now(),
      persons: personNumbers(context.catalogue, submission),
      engine: context,
    });
    storing?.end({
      'db.system.name': 'postgresql',
      'db.operation.name': 'INSERT',
      'db.collection.name': 'application',
    });
    if (outcome.kind === 'attachments-missing') {
      throw errors.ATTACHMENTS_MISSING({ data: { missing: [...outcome.missing] } });
    }
    if (outcome.kind === 'not-asked-for') {
      throw errors.BAD_REQUEST({ data: { reason: 'a revision of another station that nobody asked for' } });
    }
    if (outcome.kind === 'too-old') throw errors.APPLICATION_TOO_OLD();
    if (outcome.kind === 'conflict') {
      throw errors.CONFLICT({ data: { storedSha256: outcome.storedSha256 } });
    }
    return outcome.acknowledgement;
  },
);
