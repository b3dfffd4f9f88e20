import type { Acknowledgement, Submission } from '#contract/application.ts';
import type { Fault, FaultCode } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Forwarding } from '#contract/visit.ts';
import type { Audit } from '../audit/audit.ts';
import type { UploadStatus } from '#contract/platform-api.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import { createOutboxAttachments, type OutboxAttachments } from './attachments.ts';
import { createNotes, type Refusal } from './notes.ts';
import type { Key } from './platform-client.ts';
import { openSubmission } from './stored-submission.ts';

/**
 * The durable queue of what the platform has not acknowledged yet:
 * pending → sending (lease) → acknowledged | waiting | rejected | conflict.
 * A rejected or conflicting row belongs to staff (parked.ts), who send it again, correct it (superseded) or
 * deal with it elsewhere (handed-over). Nothing unacknowledged is ever deleted.
 */
export interface Outbox {
  readonly attachments: OutboxAttachments;
  /** Inside the transaction that receives the application. */
  add(row: { applicationId: string; revision: number; submission: Submission }): void;
  /** Leases the row that is due longest, or gives null. */
  claim(leaseMs: number): Result<Claimed | null, Fault>;
  /**
   * So much of an attachment is at the platform, and its sender lives: the lease is `leaseMs` longer. False: the
   * lease ended before, and the row is another sender's.
   */
  attachmentArrived(
    row: Claimed,
    sha256: string,
    status: UploadStatus,
    leaseMs: number,
  ): Result<boolean, Fault>;
  /** Whether the claim still stands. False: the lease ended, and the row is another sender's, or nobody's yet. */
  holds(row: Claimed): Result<boolean, Fault>;
  /** Counts whoever brings it: the platform has the application. */
  acknowledge(row: Claimed, acknowledgement: Acknowledgement): Result<null, Fault>;
  /**
   * The failure may pass: tried again at `notBeforeMs`, without any limit to the number of tries. `doubtful`: the
   * platform may hold it all the same, and is asked before it is sent again. Nothing happens when the lease ended
   * and the row is another sender's: what this one knows says nothing about that one's try.
   */
  postpone(row: Claimed, code: FaultCode, notBeforeMs: number, doubtful: boolean): Result<null, Fault>;
  /**
   * The failure will not pass by itself: it belongs to staff now, with what the platform said, if it did. Nothing
   * happens when the row is another sender's.
   */
  park(
    row: Claimed,
    state: 'rejected' | 'conflict',
    code: FaultCode,
    refusal: Refusal | null,
  ): Result<null, Fault>;
  /**
   * After a start: what a dead process was sending is in doubt, and what waits got its time from a clock that
   * nobody can vouch for. All of it is due at once: the key makes a resend harmless.
   */
  recover(): Result<number, Fault>;
  /** What waits for a time that the wall clock had already passed once is due at once. */
  clockWasSetBack(): Result<number, Fault>;
  /** The line is back: up to `limit` rows, those that wait longest, are due at the given time. Those named (`rowName`) are left alone. */
  wake(limit: number, leftAlone: readonly string[], notBeforeMs: () => number): Result<number, Fault>;
  /** When the next row falls due, or null when none waits. */
  nextDueMs(): number | null;
  forwardingOf(applicationId: string): Forwarding;
  counts(): { waiting: number; parked: number };
  /** Erases payloads whose retention is over. */
  erase(): Result<number, Fault>;
}

export interface Claimed {
  readonly applicationId: string;
  readonly revision: number;
  readonly attempts: number;
  /** Nobody knows whether the last try reached the platform. */
  readonly doubtful: boolean;
  readonly submission: Submission;
}

export interface OutboxPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly payloadRetentionMs: number;
  /** No wait is longer than this; a later `not_before` means that the clock was set back. */
  readonly longestWaitMs: number;
}

/** By which a row is told apart outside the database. */
export function rowName({ applicationId, revision }: Key): string {
  return `${applicationId}/${String(revision)}`;
}

/** A claim counts a try: with another count, another sender has the row, and settles it. */
const HELD = `application_id = ? AND revision = ? AND state = 'sending' AND attempts = ?`;
type Held = Pick<Claimed, 'applicationId' | 'revision' | 'attempts'>;

function claimOf({ applicationId, revision, attempts }: Held): [string, number, number] {
  return [applicationId, revision, attempts];
}

export function createOutbox(ports: OutboxPorts): Outbox {
  const { store, sealer, audit, clock } = ports;
  const attachments = createOutboxAttachments(store, sealer);
  const notes = createNotes(ports);

  function open(row: Record<string, unknown>): Result<Claimed, Fault> {
    const applicationId = String(row['application_id']);
    const revision = Number(row['revision']);
    const submission = openSubmission(sealer, { applicationId, revision }, row);
    if (!submission.ok) return submission;
    return ok({
      applicationId,
      revision,
      attempts: Number(row['attempts']),
      doubtful: row['doubtful'] === 1,
      submission: submission.value,
    });
  }

  function claim(leaseMs: number): Result<Claimed | null, Fault> {
    const now = clock.now();
    const horizon = now + ports.longestWaitMs;
    const taken = store.transaction(() => {
      const id = dueRow(now, horizon) ?? expiredLease(now, now + leaseMs);
      if (id === null) return undefined;
      return store
        .sql(
          `UPDATE outbox SET doubtful = CASE state WHEN 'sending' THEN 1 ELSE doubtful END,
             state = 'sending', lease_until_ms = ?, attempts = attempts + 1 WHERE rowid = ?
           RETURNING application_id, revision, attempts, doubtful, sealed_submission, key_id`,
        )
        .get(now + leaseMs, id);
    });
    if (!taken.ok) return taken;
    if (!taken.value) return ok(null);
    const opened = open(taken.value);
    if (opened.ok) return opened;
    // One row that does not open must not block the others: it is parked for staff with its reason.
    const bad = {
      applicationId: String(taken.value['application_id']),
      revision: Number(taken.value['revision']),
      attempts: Number(taken.value['attempts']),
    };
    const parked = park(bad, 'rejected', opened.fault.code, null);
    return parked.ok ? err(opened.fault) : parked;
  }

  /**
   * The row that waits longest, if it is due. A `not_before` beyond the horizon means that the clock was set
   * back. A revision goes only when no earlier one of its application is still on its way.
   */
  function dueRow(now: number, horizon: number): number | null {
    return firstDue('not_before_ms <= ?', now) ?? firstDue('not_before_ms > ?', horizon);
  }

  /** Two questions instead of one with OR: each begins at its place in the index, however long that is. */
  function firstDue(when: 'not_before_ms <= ?' | 'not_before_ms > ?', atMs: number): number | null {
    const row = store
      .sql(
        `SELECT rowid AS id FROM outbox AS due
         WHERE state IN ('pending', 'waiting') AND ${when}
           AND NOT EXISTS (
             SELECT 1 FROM outbox AS earlier
             WHERE earlier.application_id = due.application_id AND earlier.revision < due.revision
               AND earlier.state IN ('pending', 'sending', 'waiting'))
         ORDER BY not_before_ms LIMIT 1`,
      )
      .get(atMs);
    return row ? Number(row['id']) : null;
  }

  /** A sender that died, or whose clock was ahead. */
  function expiredLease(now: number, furthestLease: number): number | null {
    const row = store
      .sql(
        `SELECT rowid AS id FROM outbox
         WHERE state = 'sending' AND (lease_until_ms <= :now OR lease_until_ms > :furthest)
         ORDER BY lease_until_ms LIMIT 1`,
      )
      .get({ now, furthest: furthestLease });
    return row ? Number(row['id']) : null;
  }

  function makeDue(now: number): number {
    const late = store
      .sql(
        `UPDATE outbox SET not_before_ms = :now WHERE state IN ('pending', 'waiting') AND not_before_ms > :now`,
      )
      .run({ now });
    return Number(late.changes);
  }

  function park(
    row: Held,
    state: 'rejected' | 'conflict',
    code: FaultCode,
    refusal: Refusal | null,
  ): Result<null, Fault> {
    return store.transaction(() => {
      const parked = store
        .sql(
          `UPDATE outbox SET state = ?, lease_until_ms = NULL, last_fault = ?, parked_at_ms = ?
           WHERE ${HELD}`,
        )
        .run(state, code, clock.now(), ...claimOf(row));
      if (parked.changes === 0) return null;
      notes.put(row, 'platform', refusal === null ? null : JSON.stringify(refusal));
      audit.write({
        event: 'application.parked',
        actor: 'platform',
        subject: row.applicationId,
        disposition: state,
        detail: code,
      });
      return null;
    });
  }

  return {
    attachments,
    attachmentArrived: (row, sha256, status, leaseMs) =>
      store.transaction(() => {
        const held = store
          .sql(`UPDATE outbox SET lease_until_ms = ? WHERE ${HELD}`)
          .run(clock.now() + leaseMs, ...claimOf(row));
        if (held.changes === 0) return false;
        attachments.arrived(row.applicationId, sha256, status.receivedBytes, status.isComplete);
        return true;
      }),
    holds: (row) =>
      store.transaction(() => {
        const held = store.sql(`SELECT 1 FROM outbox WHERE ${HELD}`).get(...claimOf(row));
        return held !== undefined;
      }),
    add: ({ applicationId, revision, submission }) => {
      const plain = Buffer.from(JSON.stringify(submission), 'utf8');
      store
        .sql(
          `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
           VALUES (?, ?, 'pending', ?, ?, ?, ?)`,
        )
        .run(
          applicationId,
          revision,
          sealer.seal(plain, bindings.outbox(applicationId, revision)),
          sealer.keyId,
          submission.payloadSha256,
          clock.now(),
        );
    },
    claim,
    acknowledge: (row, acknowledgement) =>
      store.transaction(() => {
        const now = clock.now();
        store
          .sql(
            `UPDATE outbox SET state = 'acknowledged', lease_until_ms = NULL, last_fault = NULL, doubtful = 0, case_no = ?,
               acknowledged_at_ms = ?, erase_after_ms = ?
             WHERE application_id = ? AND revision = ? AND state <> 'acknowledged'`,
          )
          .run(acknowledgement.caseNo, now, now + ports.payloadRetentionMs, row.applicationId, row.revision);
        eraseSuperseded(store, row, now + ports.payloadRetentionMs);
        audit.write({
          event: 'application.acknowledged',
          actor: 'platform',
          subject: row.applicationId,
          disposition: 'success',
          detail: acknowledgement.caseNo,
        });
        return null;
      }),
    postpone: (row, code, notBeforeMs, doubtful) =>
      store.transaction(() => {
        store
          .sql(
            `UPDATE outbox SET state = 'waiting', lease_until_ms = NULL, last_fault = ?, not_before_ms = ?, doubtful = ?
             WHERE ${HELD}`,
          )
          .run(code, notBeforeMs, doubtful ? 1 : 0, ...claimOf(row));
        return null;
      }),
    park,
    recover: () =>
      store.transaction(() => {
        const now = clock.now();
        const doubtful = store
          .sql(
            `UPDATE outbox SET state = 'waiting', lease_until_ms = NULL, not_before_ms = ?, doubtful = 1
             WHERE state = 'sending'`,
          )
          .run(now);
        return Number(doubtful.changes) + makeDue(now);
      }),
    clockWasSetBack: () => store.transaction(() => makeDue(clock.now())),
    wake: (limit, leftAlone, notBeforeMs) =>
      store.transaction(() => {
        // What is due already needs no waking, and there may be a million of it.
        const rows = store
          .sql(
            `SELECT rowid AS id FROM outbox
             WHERE state IN ('pending', 'waiting') AND not_before_ms > ?
               AND application_id || '/' || revision NOT IN (SELECT value FROM json_each(?))
             ORDER BY not_before_ms LIMIT ?`,
          )
          .all(clock.now(), JSON.stringify(leftAlone), limit);
        for (const row of rows) {
          store
            .sql('UPDATE outbox SET not_before_ms = min(not_before_ms, ?) WHERE rowid = ?')
            .run(notBeforeMs(), Number(row['id']));
        }
        return rows.length;
      }),
    nextDueMs: () => {
      const row = store
        .sql(
          `SELECT min(due) AS due FROM (
             SELECT min(not_before_ms) AS due FROM outbox WHERE state IN ('pending', 'waiting')
             UNION ALL SELECT min(lease_until_ms) FROM outbox WHERE state = 'sending')`,
        )
        .get();
      const due = row?.['due'];
      return due === null || due === undefined ? null : Number(due);
    },
    forwardingOf: (applicationId) => {
      const row = store
        .sql('SELECT state, case_no FROM outbox WHERE application_id = ? ORDER BY revision DESC LIMIT 1')
        .get(applicationId);
      switch (row?.['state']) {
        case 'acknowledged':
          return { state: 'acknowledged', caseNo: String(row['case_no']) };
        case 'sending':
          return { state: 'sending' };
        case 'rejected':
        case 'conflict':
        case 'handed-over':
          return { state: 'parked' };
        default:
          return { state: 'waiting' };
      }
    },
    counts: () => {
      const row = store
        .sql(
          `SELECT coalesce(sum(n) FILTER (WHERE state IN ('pending', 'sending', 'waiting')), 0) AS waiting,
                  coalesce(sum(n) FILTER (WHERE state IN ('rejected', 'conflict')), 0) AS parked
           FROM outbox_count`,
        )
        .get();
      return { waiting: Number(row?.['waiting']), parked: Number(row?.['parked']) };
    },
    erase: () => {
      const files: string[] = [];
      const erased = store.transaction(() => {
        const due = store
          .sql(
            `UPDATE outbox SET sealed_submission = NULL
             WHERE sealed_submission IS NOT NULL AND state IN ('acknowledged', 'superseded', 'handed-over')
               AND erase_after_ms <= ?
             RETURNING application_id, revision`,
          )
          .all(clock.now());
        for (const row of due) {
          const applicationId = String(row['application_id']);
          store
            .sql(
              `UPDATE print_job SET sealed_document = NULL WHERE application_id = :id
               AND NOT EXISTS (SELECT 1 FROM outbox WHERE application_id = :id AND sealed_submission IS NOT NULL)`,
            )
            .run({ id: applicationId });
          files.push(...attachments.forget(applicationId));
          notes.erase({ applicationId, revision: Number(row['revision']) });
          audit.write({
            event: 'application.erased',
            actor: 'terminal',
            subject: applicationId,
            disposition: 'success',
            detail: null,
          });
        }
        return due.length;
      });
      // Behind the commit: a row never names a file that is gone. What a kill leaves here is swept.
      if (erased.ok) attachments.removeFiles(files);
      return erased;
    },
  };
}

/** What a newer revision replaced is kept as long as that one's payload, and no longer. Inside a transaction. */
export function eraseSuperseded(store: Store, by: Key, eraseAfterMs: number | null): void {
  store
    .sql(
      `UPDATE outbox SET erase_after_ms = ? WHERE application_id = ? AND revision < ? AND state = 'superseded'`,
    )
    .run(eraseAfterMs, by.applicationId, by.revision);
}
