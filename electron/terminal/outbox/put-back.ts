import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import { eraseSuperseded } from './outbox.ts';

export interface PutBackPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly log: Log;
  readonly nowMs: number;
}

const ACKNOWLEDGED = `(SELECT subject FROM audit WHERE sequence > :last AND event = 'application.acknowledged')`;

/**
 * Inside a transaction. The platform was put back from an older copy, which ends with this row of the audit: whatever it
 * acknowledged behind that row may be there no more. It is asked for each of them before anything is sent; the key makes both
 * harmless.
 */
export function doubtAcknowledged({ store, audit, log, nowMs }: PutBackPorts, lastRowThere: number): void {
  const since = { last: lastRowThere };
  const asked = store
    .sql(
      `UPDATE outbox SET state = 'waiting', doubtful = 1, not_before_ms = :now, case_no = NULL, acknowledged_at_ms = NULL,
         erase_after_ms = NULL
       WHERE state = 'acknowledged' AND sealed_submission IS NOT NULL AND application_id IN ${ACKNOWLEDGED}
       RETURNING application_id, revision`,
    )
    .all({ ...since, now: nowMs })
    .map((row) => ({ applicationId: String(row['application_id']), revision: Number(row['revision']) }));
  for (const key of asked) eraseSuperseded(store, key, null);
  const erased = store
    .sql(
      `SELECT count(*) AS n FROM outbox o
       WHERE state = 'acknowledged' AND sealed_submission IS NULL AND application_id IN ${ACKNOWLEDGED}
         AND NOT EXISTS (SELECT 1 FROM outbox later
           WHERE later.application_id = o.application_id AND later.revision > o.revision AND later.state = 'waiting')`,
    )
    .get(since);
  // Of these a slip with a number is left, and nobody can bring them again from here.
  const gone = Number(erased?.['n']);
  const detail = `${asked.length} asked for again, ${gone} erased here`;
  audit.write({
    event: 'outbox.platform-put-back',
    actor: 'platform',
    subject: String(lastRowThere),
    disposition: gone === 0 ? 'success' : 'erased-here',
    detail,
  });
  log({ level: 'error', event: 'outbox.platform-put-back', detail });
}
