import type { Acknowledgement, Submission } from '#contract/application.ts';
import { submissionSchema } from '#contract/application.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Forwarding } from '#contract/visit.ts';
import type { Audit } from '../audit/audit.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';

/**
 * The durable queue of what the platform has not acknowledged yet:
 * pending → sending (lease) → acknowledged | waiting | rejected | conflict.
 * Nothing unacknowledged is ever deleted.
 */
export interface Outbox {
  /** Inside the transaction that receives the application. */
  add(row: { applicationId: string; revision: number; submission: Submission }): void;
  /** Leases the row that is due longest, or gives null. */
  claim(leaseMs: number): Result<Claimed | null, Fault>;
  acknowledge(row: Claimed, acknowledgement: Acknowledgement): Result<null, Fault>;
  /** The failure may pass: tried again at `notBeforeMs`, without any limit to the number of tries. */
  postpone(row: Claimed, code: FaultCode, notBeforeMs: number): Result<null, Fault>;
  /** The failure will not pass by itself: it belongs to staff now. */
  park(row: Claimed, state: 'rejected' | 'conflict', code: FaultCode): Result<null, Fault>;
  /** Rows that a dead process was sending: in doubt, and so due at once. The key makes a resend harmless. */
  recover(): Result<number, Fault>;
  /** The line is back: what waited for it is due within `spreadMs`. */
  wake(notBeforeMs: (index: number) => number): Result<number, Fault>;
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

export function createOutbox(ports: OutboxPorts): Outbox {
  const { store, sealer, audit, clock } = ports;

  function open(row: Record<string, unknown>): Result<Claimed, Fault> {
    const applicationId = String(row['application_id']);
    const revision = Number(row['revision']);
    const sealed = row['sealed_submission'];
    if (!(sealed instanceof Uint8Array)) return err(fault('store.failed', 'an open row has no payload'));
    const plain = sealer.unseal(sealed, String(row['key_id']), bindings.outbox(applicationId, revision));
    if (!plain.ok) return plain;
    const submission = submissionSchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
    if (!submission.success) return err(fault('store.failed', 'a stored submission does not parse'));
    return ok({ applicationId, revision, attempts: Number(row['attempts']), submission: submission.data });
  }

  function claim(leaseMs: number): Result<Claimed | null, Fault> {
    const now = clock.now();
    const taken = store.transaction(() =>
      store
        .sql(
          `UPDATE outbox SET state = 'sending', lease_until_ms = :lease, attempts = attempts + 1
           WHERE rowid = (
             SELECT rowid FROM outbox
             WHERE state IN ('pending', 'sending', 'waiting')
               AND (state <> 'sending' OR lease_until_ms <= :now OR lease_until_ms > :lease)
               AND (not_before_ms <= :now OR not_before_ms > :horizon)
             ORDER BY not_before_ms LIMIT 1)
           RETURNING application_id, revision, attempts, sealed_submission, key_id`,
        )
        .get({ now, lease: now + leaseMs, horizon: now + ports.longestWaitMs }),
    );
    if (!taken.ok) return taken;
    if (!taken.value) return ok(null);
    const opened = open(taken.value);
    if (opened.ok) return opened;
    // One row that does not open must not block the others: it is parked for staff with its reason.
    const bad = {
      applicationId: String(taken.value['application_id']),
      revision: Number(taken.value['revision']),
    };
    const parked = park(bad, 'rejected', opened.fault.code);
    return parked.ok ? err(opened.fault) : parked;
  }

  function park(
    row: Pick<Claimed, 'applicationId' | 'revision'>,
    state: 'rejected' | 'conflict',
    code: FaultCode,
  ): Result<null, Fault> {
    return store.transaction(() => {
      store
        .sql(
          `UPDATE outbox SET state = ?, lease_until_ms = NULL, last_fault = ?
           WHERE application_id = ? AND revision = ? AND state = 'sending'`,
        )
        .run(state, code, row.applicationId, row.revision);
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
            `UPDATE outbox SET state = 'acknowledged', lease_until_ms = NULL, last_fault = NULL, case_no = ?,
               acknowledged_at_ms = ?, erase_after_ms = ?
             WHERE application_id = ? AND revision = ? AND state <> 'acknowledged'`,
          )
          .run(acknowledgement.caseNo, now, now + ports.payloadRetentionMs, row.applicationId, row.revision);
        audit.write({
          event: 'application.acknowledged',
          actor: 'platform',
          subject: row.applicationId,
          disposition: 'success',
          detail: acknowledgement.caseNo,
        });
        return null;
      }),
    postpone: (row, code, notBeforeMs) =>
      store.transaction(() => {
        store
          .sql(
            `UPDATE outbox SET state = 'waiting', lease_until_ms = NULL, last_fault = ?, not_before_ms = ?
             WHERE application_id = ? AND revision = ? AND state = 'sending'`,
          )
          .run(code, notBeforeMs, row.applicationId, row.revision);
        return null;
      }),
    park,
    recover: () =>
      store.transaction(() =>
        Number(
          store
            .sql(
              `UPDATE outbox SET state = 'waiting', lease_until_ms = NULL, not_before_ms = ? WHERE state = 'sending'`,
            )
            .run(clock.now()).changes,
        ),
      ),
    wake: (notBeforeMs) =>
      store.transaction(() => {
        const rows = store
          .sql(`SELECT rowid AS id FROM outbox WHERE state = 'waiting' ORDER BY not_before_ms`)
          .all();
        rows.forEach((row, index) => {
          store
            .sql('UPDATE outbox SET not_before_ms = min(not_before_ms, ?) WHERE rowid = ?')
            .run(notBeforeMs(index), Number(row['id']));
        });
        return rows.length;
      }),
    nextDueMs: () => {
      const row = store
        .sql(
          `SELECT min(CASE WHEN state = 'sending' THEN lease_until_ms ELSE not_before_ms END) AS due
           FROM outbox WHERE state IN ('pending', 'sending', 'waiting')`,
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
          return { state: 'parked' };
        default:
          return { state: 'waiting' };
      }
    },
    counts: () => {
      const row = store
        .sql(
          `SELECT (SELECT count(*) FROM outbox WHERE state IN ('pending', 'sending', 'waiting')) AS waiting,
                  (SELECT count(*) FROM outbox WHERE state IN ('rejected', 'conflict')) AS parked`,
        )
        .get();
      return { waiting: Number(row?.['waiting']), parked: Number(row?.['parked']) };
    },
    erase: () =>
      store.transaction(() => {
        const due = store
          .sql(
            `UPDATE outbox SET sealed_submission = NULL
             WHERE sealed_submission IS NOT NULL AND state = 'acknowledged' AND erase_after_ms <= ?
             RETURNING application_id`,
          )
          .all(clock.now());
        for (const row of due) {
          const applicationId = String(row['application_id']);
          store
            .sql('UPDATE print_job SET sealed_document = NULL WHERE application_id = ?')
            .run(applicationId);
          audit.write({
            event: 'application.erased',
            actor: 'terminal',
            subject: applicationId,
            disposition: 'success',
            detail: null,
          });
        }
        return due.length;
      }),
  };
}
