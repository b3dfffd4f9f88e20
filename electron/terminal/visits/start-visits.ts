import { randomUUID } from 'node:crypto';
import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import type { Audit, AuditRow } from '../audit/audit.ts';
import type { Chains } from '../catalogue/chains.ts';
import type { WhyClosed } from '../health/why-closed.ts';
import type { Log } from '../log.ts';
import { createKnownHere } from '../outbox/known-here.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import {
  createProgressVisit,
  type ProgressVisit,
  type ProgressVisitPorts,
} from './progress/progress-visit.ts';
import { withProgress } from './progress/with-progress.ts';
import { createResidentCodes, type ResidentCodes } from './resident-codes.ts';
import { createVisits } from './visits.ts';
import type { VisitEnd, Visits, VisitsPorts } from './visits-types.ts';

export interface StartVisitsPorts extends Pick<
  VisitsPorts,
  | 'config'
  | 'clock'
  | 'newId'
  | 'catalogue'
  | 'availabilityOf'
  | 'devices'
  | 'intake'
  | 'outbox'
  | 'printJobs'
  | 'line'
  | 'savedDrafts'
  | 'addressOf'
  | 'onReceived'
> {
  readonly client: PlatformClient & ProgressVisitPorts['client'];
  readonly chains: Chains;
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly log: Log;
  readonly whyClosed: WhyClosed;
  /** There is a new slip to print. */
  readonly onPrint: () => void;
  /** The visit is wiped already; before its end is written down. */
  readonly onEnd: () => void;
}

/** The visit of whoever stands at the screen, be it to apply or to ask how a case goes; what of it is audited. */
export interface StartedVisits {
  readonly visits: Visits;
  readonly progress: ProgressVisit;
  readonly codes: ResidentCodes;
}

export function startVisits(ports: StartVisitsPorts): StartedVisits {
  const { store, sealer, audit, client, line, log, catalogue, chains, whyClosed, onPrint } = ports;

  function note(row: AuditRow): Result<null, Fault> {
    return store.transaction(() => {
      audit.write(row);
      return null;
    });
  }

  function ended(reason: VisitEnd, stage: string): Result<null, Fault> {
    ports.onEnd();
    const actor = reason === 'forgotten' ? 'terminal' : 'resident';
    return note({ event: 'visit.ended', actor, subject: null, disposition: reason, detail: stage });
  }

  const codes = createResidentCodes({
    client,
    line,
    log,
    onAsked: (subject, disposition) =>
      note({ event: 'code.asked', actor: 'resident', subject, disposition, detail: null }),
  });
  const applying = createVisits({
    ...ports,
    whyClosed: () => whyClosed.outOfService() ?? whyClosed.notReceived(),
    whyNoDate: whyClosed.noDate,
    newUuid: randomUUID,
    codes,
    onReprint: onPrint,
    onResumed: (detail) => {
      note({ event: 'draft.resumed', actor: 'resident', subject: null, disposition: 'success', detail });
    },
    onEnd: ended,
  });
  const progress = createProgressVisit({
    ...ports,
    whyClosed: whyClosed.outOfService,
    whyNotReceived: whyClosed.notReceived,
    newUuid: randomUUID,
    knownHere: createKnownHere({
      store,
      sealer,
      catalogue,
      chainName: (chainId) => chains.list().find(({ id }) => id === chainId)?.name ?? null,
    }),
    takeUp: (draft) => {
      applying.takeUp(draft);
    },
    onAsked: (by, disposition) => {
      note({ event: 'progress.asked', actor: 'resident', subject: null, disposition, detail: by });
    },
    onOpened: (subject, disposition) => {
      note({ event: 'correction.opened', actor: 'resident', subject, disposition, detail: null });
    },
    onEnd: ended,
  });
  return { visits: withProgress(applying, progress), progress, codes };
}
