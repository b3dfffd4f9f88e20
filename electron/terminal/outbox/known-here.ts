import type { Submission } from '#contract/application.ts';
import { applicantOf } from '#contract/form/applicant.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { StationKnows } from '#contract/progress.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { queryCodeOf } from '../intake/query-code.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import { openSubmission } from './stored-submission.ts';

/** What this terminal knows by itself of an application: said also while the platform cannot be asked. */
export interface KnownHere {
  /**
   * None for a number that is not from here, or another code than its slip's. Of a chain, whose slip has all the
   * numbers, all that are still held here, in the order of their steps.
   */
  bySlip(receiptNo: string, queryCode: string): StationKnows[];
  /** Of this person, those that have not gone from here yet. */
  waitingOf(personNumber: string): StationKnows[];
  /** A correction of it was received here, and the platform has not acknowledged it. */
  isUnderWay(applicationId: string): boolean;
}

/** Each must be opened to see whose it is. A longer queue means that the line is down for days: staff help then. */
const MOST_OPENED = 500;

/** What was received as one was received in one transaction: its times lie some milliseconds apart. */
const TOGETHER_WITHIN_MS = 60_000;

const UNSENT = `state IN ('pending', 'sending', 'waiting', 'rejected', 'conflict', 'handed-over')`;
const COLUMNS = `a.application_id, a.receipt_no, a.item_slug, a.received_at_ms, a.received_on,
  o.revision, o.state, o.case_no, o.acknowledged_at_ms, o.sealed_submission, o.key_id`;

export function createKnownHere(ports: {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly catalogue: Pick<Catalogue, 'item'>;
  /** Null: no such chain is known here. */
  readonly chainName: (chainId: string) => LocalizedText | null;
}): KnownHere {
  const { store, sealer, catalogue } = ports;

  function submissionOf(row: Record<string, unknown>): Submission | null {
    if (row['sealed_submission'] === null) return null;
    const key = { applicationId: String(row['application_id']), revision: Number(row['revision']) };
    const submission = openSubmission(sealer, key, row);
    return submission.ok ? submission.value : null;
  }

  function inChain(submission: Submission | null): Pick<StationKnows, 'chain'> {
    const place = submission?.payload.chain;
    const name = place && ports.chainName(place.id);
    if (!place || !name) return {};
    const { id, chainApplicationId, order } = place;
    return { chain: { id, name, chainApplicationId, order, waitsFor: [] } };
  }

  function told(row: Record<string, unknown>, submission: Submission | null): StationKnows {
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
      ...inChain(submission),
    };
  }

  function isOf(submission: Submission, personNumber: string): boolean {
    const item = catalogue.item(submission.itemSlug);
    return item.ok && applicantOf(item.value, submission.payload.answers).number === personNumber;
  }

  function receivedWith(row: Record<string, unknown>, chainApplicationId: string): StationKnows[] {
    const receivedAtMs = Number(row['received_at_ms']);
    // Which has an index; the time has none.
    const day = String(row['received_on']);
    const together = store
      .sql(
        `SELECT ${COLUMNS} FROM outbox o JOIN application a USING (application_id)
         WHERE a.received_on BETWEEN date(?, '-1 day') AND date(?, '+1 day')
           AND a.received_at_ms BETWEEN ? AND ? AND o.sealed_submission IS NOT NULL
           AND o.revision = (SELECT max(revision) FROM outbox WHERE application_id = o.application_id)
         ORDER BY o.rowid LIMIT ?`,
      )
      .all(day, day, receivedAtMs - TOGETHER_WITHIN_MS, receivedAtMs + TOGETHER_WITHIN_MS, MOST_OPENED);
    return together
      .flatMap((one) => {
        const submission = submissionOf(one);
        const place = submission?.payload.chain;
        return place?.chainApplicationId === chainApplicationId
          ? [{ one, submission, order: place.order }]
          : [];
      })
      .sort((a, b) => a.order - b.order)
      .map(({ one, submission }) => told(one, submission));
  }

  return {
    bySlip: (receiptNo, queryCode) => {
      const row = store
        .sql(
          `SELECT ${COLUMNS} FROM application a JOIN outbox o USING (application_id)
           WHERE a.receipt_no = ? ORDER BY o.revision DESC LIMIT 1`,
        )
        .get(receiptNo);
      if (!row || queryCodeOf(String(row['application_id'])) !== queryCode) return [];
      const submission = submissionOf(row);
      const place = submission?.payload.chain;
      return place ? receivedWith(row, place.chainApplicationId) : [told(row, submission)];
    },
    waitingOf: (personNumber) =>
      store
        .sql(
          `SELECT ${COLUMNS} FROM outbox o JOIN application a USING (application_id)
           WHERE o.${UNSENT} AND o.sealed_submission IS NOT NULL ORDER BY o.rowid DESC LIMIT ?`,
        )
        .all(MOST_OPENED)
        .flatMap((row) => {
          const submission = submissionOf(row);
          return submission && isOf(submission, personNumber) ? [told(row, submission)] : [];
        }),
    isUnderWay: (applicationId) =>
      store
        .sql(`SELECT 1 FROM outbox WHERE application_id = ? AND revision > 1 AND ${UNSENT} LIMIT 1`)
        .get(applicationId) !== undefined,
  };
}
