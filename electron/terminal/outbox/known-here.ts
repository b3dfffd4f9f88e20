import { applicantOf } from '#contract/form/applicant.ts';
import type { StationKnows } from '#contract/progress.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { queryCodeOf } from '../intake/query-code.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import { openSubmission } from './stored-submission.ts';

/** What this terminal knows by itself of an application: said also while the platform cannot be asked. */
export interface KnownHere {
  /** Null for a number that is not from here, or another code than its slip's. */
  bySlip(receiptNo: string, queryCode: string): StationKnows | null;
  /** Of this person, those that have not gone from here yet. */
  waitingOf(personNumber: string): StationKnows[];
  /** A correction of it was received here, and the platform has not acknowledged it. */
  isUnderWay(applicationId: string): boolean;
}

/** Each must be opened to see whose it is. A longer queue means that the line is down for days: staff help then. */
const MOST_OPENED = 500;

const UNSENT = `state IN ('pending', 'sending', 'waiting', 'rejected', 'conflict', 'handed-over')`;
const COLUMNS = `a.application_id, a.receipt_no, a.item_slug, a.received_at_ms,
  o.revision, o.state, o.case_no, o.acknowledged_at_ms, o.sealed_submission, o.key_id`;

export function createKnownHere(ports: {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly catalogue: Pick<Catalogue, 'item'>;
}): KnownHere {
  const { store, sealer, catalogue } = ports;

  function told(row: Record<string, unknown>): StationKnows {
    const slug = String(row['item_slug']);
    const item = catalogue.item(slug);
    const acknowledgedAtMs = row['acknowledged_at_ms'];
    return {
      receiptNo: String(row['receipt_no']),
      itemName: item.ok ? item.value.name : { zh: slug, en: slug },
      receivedAt: new Date(Number(row['received_at_ms'])).toISOString(),
      sent:
        acknowledgedAtMs === null
          ? null
          : { caseNo: String(row['case_no']), at: new Date(Number(acknowledgedAtMs)).toISOString() },
      isParked: ['rejected', 'conflict', 'handed-over'].includes(String(row['state'])),
    };
  }

  function isOf(row: Record<string, unknown>, personNumber: string): boolean {
    const key = { applicationId: String(row['application_id']), revision: Number(row['revision']) };
    const submission = openSubmission(sealer, key, row);
    if (!submission.ok) return false;
    const item = catalogue.item(submission.value.itemSlug);
    return item.ok && applicantOf(item.value, submission.value.payload.answers).number === personNumber;
  }

  return {
    bySlip: (receiptNo, queryCode) => {
      const row = store
        .sql(
          `SELECT ${COLUMNS} FROM application a JOIN outbox o USING (application_id)
           WHERE a.receipt_no = ? ORDER BY o.revision DESC LIMIT 1`,
        )
        .get(receiptNo);
      return row && queryCodeOf(String(row['application_id'])) === queryCode ? told(row) : null;
    },
    waitingOf: (personNumber) =>
      store
        .sql(
          `SELECT ${COLUMNS} FROM outbox o JOIN application a USING (application_id)
           WHERE o.${UNSENT} AND o.sealed_submission IS NOT NULL ORDER BY o.rowid DESC LIMIT ?`,
        )
        .all(MOST_OPENED)
        .filter((row) => isOf(row, personNumber))
        .map(told),
    isUnderWay: (applicationId) =>
      store
        .sql(`SELECT 1 FROM outbox WHERE application_id = ? AND revision > 1 AND ${UNSENT} LIMIT 1`)
        .get(applicationId) !== undefined,
  };
}
