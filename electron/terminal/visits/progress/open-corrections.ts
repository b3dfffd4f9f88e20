import { fault, type Fault } from '#contract/fault.ts';
import type { ServiceItem } from '#contract/item.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { PlatformLine } from '../../health/platform-line.ts';
import type { CaseCalls, OpenedCorrection } from '../../outbox/case-calls.ts';
import type { KnownHere } from '../../outbox/known-here.ts';
import { whyNot } from './ask-platform.ts';

export interface OpenPorts {
  readonly client: Pick<CaseCalls, 'openCorrection'>;
  readonly line: Pick<PlatformLine, 'saw'>;
  readonly catalogue: Pick<Catalogue, 'item'>;
  readonly knownHere: Pick<KnownHere, 'isUnderWay'>;
  /** Writes the audit row of one. */
  readonly onOpened: (applicationId: string | null, disposition: string) => void;
}

/** An application that came back from the platform, and the form that it was filled in by. */
export interface Reopened {
  readonly item: ServiceItem;
  readonly opened: OpenedCorrection;
}

/**
 * What was submitted, of all these cases or of none: what is corrected in one go is not corrected by halves.
 * Faults: `progress.needs-line`, `progress.no-answer`, `progress.too-many`, `progress.busy`, `progress.moved`, `progress.form-changed`.
 */
export async function openCorrections(
  ports: OpenPorts,
  { caseNos, personNumber }: { readonly caseNos: readonly string[]; readonly personNumber: string },
  signal: AbortSignal,
): Promise<Result<readonly Reopened[], Fault>> {
  const reopened: Reopened[] = [];
  for (const caseNo of caseNos) {
    const one = await openOne(ports, { caseNo, personNumber }, signal);
    if (!one.ok) return one;
    reopened.push(one.value);
  }
  return ok(reopened);
}

async function openOne(
  ports: OpenPorts,
  key: { readonly caseNo: string; readonly personNumber: string },
  signal: AbortSignal,
): Promise<Result<Reopened, Fault>> {
  const answer = await ports.client.openCorrection(key, signal);
  if (!answer.ok) {
    if (signal.aborted) return answer;
    const isGone = answer.fault.status === 404;
    return refused(ports, null, isGone ? fault('progress.moved') : whyNot(answer.fault, ports.line));
  }
  const { applicationId, submission } = answer.value;
  const item = ports.catalogue.item(submission.itemSlug);
  if (!item.ok || item.value.version !== submission.itemVersion) {
    return refused(ports, applicationId, fault('progress.form-changed'));
  }
  // Corrected already, and on its way: it would be the same revision with other answers.
  if (ports.knownHere.isUnderWay(applicationId))
    return refused(ports, applicationId, fault('progress.moved'));
  ports.onOpened(applicationId, 'success');
  return ok({ item: item.value, opened: answer.value });
}

function refused({ onOpened }: OpenPorts, applicationId: string | null, why: Fault): Result<never, Fault> {
  onOpened(applicationId, why.code);
  return err(why);
}
