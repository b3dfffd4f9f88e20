import { fault, type Fault } from '#contract/fault.ts';
import type { ProgressEntry, ProgressQuery } from '#contract/progress.ts';
import type { PlatformLine } from '../../health/platform-line.ts';
import type { CaseCalls } from '../../outbox/case-calls.ts';
import type { KnownHere } from '../../outbox/known-here.ts';
import type { PlatformFault } from '../../outbox/platform-client.ts';
import { isLineFault } from '../../outbox/platform-transport.ts';
import type { AskedBy, Found } from './progress-types.ts';

export interface AskPorts {
  readonly client: CaseCalls;
  readonly line: Pick<PlatformLine, 'state' | 'saw'>;
  readonly knownHere: KnownHere;
}

/** How cases go, by the platform, and by what this station knows itself: that much is said without a line, too. */
export async function askHowCasesGo(ports: AskPorts, askedBy: AskedBy, signal: AbortSignal): Promise<Found> {
  const here = knownHere(ports.knownHere, askedBy);
  const answer = await askPlatform(ports, queryOf(askedBy), signal);
  if ('fault' in answer) return { askedBy, entries: here, platformFault: answer.fault };
  const told = new Set(answer.cases.map((entry) => entry.known === 'platform' && entry.case.receiptNo));
  // What waits here and is there all the same (an answer that was lost) is shown as the platform has it.
  const unknownThere = here.filter(
    (entry) => entry.known === 'station' && !told.has(entry.application.receiptNo),
  );
  return { askedBy, entries: [...unknownThere, ...answer.cases], platformFault: null };
}

function queryOf(askedBy: AskedBy): ProgressQuery {
  return askedBy.by === 'card'
    ? { by: 'card', personNumber: askedBy.document.number }
    : { by: 'number', receiptNo: askedBy.receiptNo, queryCode: askedBy.queryCode };
}

function knownHere(here: KnownHere, askedBy: AskedBy): ProgressEntry[] {
  if (askedBy.by === 'card') {
    return here.waitingOf(askedBy.document.number).map((application) => ({ known: 'station', application }));
  }
  return here
    .bySlip(askedBy.receiptNo, askedBy.queryCode)
    .map((application) => ({ known: 'station', application }));
}

async function askPlatform(
  { client, line }: AskPorts,
  query: ProgressQuery,
  signal: AbortSignal,
): Promise<{ readonly cases: ProgressEntry[] } | { readonly fault: Fault }> {
  if (line.state() === 'offline') return { fault: fault('progress.needs-line') };
  const answer = await client.progress(query, signal);
  if (!answer.ok) return { fault: whyNot(answer.fault, signal.aborted ? null : line) };
  line.saw('online');
  return { cases: answer.value.map((shown) => ({ known: 'platform', case: shown })) };
}

/** What the platform says of wrong numbers is true of this machine alone; all else of "busy" passes in a moment. */
export function whyBusy({ triesTooMuch }: PlatformFault): 'progress.too-many' | 'progress.busy' {
  return triesTooMuch === true ? 'progress.too-many' : 'progress.busy';
}

/** The platform's faults speak of applications that are sent; here somebody stands and asks. */
export function whyNot(reason: PlatformFault, line: Pick<PlatformLine, 'saw'> | null): Fault {
  if (isLineFault(reason.code)) {
    line?.saw('offline');
    return fault('progress.needs-line', reason.code);
  }
  if (reason.code === 'platform.busy') return fault(whyBusy(reason), reason.detail);
  return fault('progress.no-answer', reason.code);
}
