import type { PrintOutcome } from '#contract/device-host.ts';
import { fault, type Fault, faultCodeSchema, type FaultCode } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { receiptDocumentSchema, type ReceiptDocument } from '#contract/receipt.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { PrintState } from '#contract/visit.ts';
import type { Audit } from '../audit/audit.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';

/**
 * Print jobs as rows: queued → printing → printed | failed | unknown. A job that may be on paper is never
 * printed again by itself; a reprint is a new job whose slip is marked.
 */
export interface PrintJobs {
  /** Inside the transaction that receives the application. */
  add(job: { applicationId: string; document: ReceiptDocument }): void;
  /** A slip that belongs to no application: how a case goes. Its content is erased with its end. */
  addLoose(document: ReceiptDocument): Result<string, Fault>;
  /** The same inside a transaction that is under way: a slip of the queue is there with its number. */
  insertLoose(document: ReceiptDocument): string;
  stateOf(jobId: string): PrintState | null;
  /** A marked copy. Fault: `print.no-job` when the slip's content has been erased or never was. */
  addCopy(applicationId: string, by: CopyAsker): Result<null, Fault>;
  /**
   * Takes the oldest queued job and marks it `printing` before a byte is sent. What waits longer than `freshForMs`
   * is `failed` instead: nobody stands there any more to take it.
   */
  takeNext(): Result<OpenJob | null, Fault>;
  end(jobId: string, outcome: PrintOutcome): Result<null, Fault>;
  /** Somebody looked: `cameOut` goes into the audit, the state stays honest. */
  settle(applicationId: string, cameOut: boolean): Result<null, Fault>;
  /** After a restart: what was printing is `unknown`; what waits longer than `freshForMs` is `failed`. */
  recover(): Result<Recovered, Fault>;
  /** The newest job of an application. */
  latest(applicationId: string): { state: PrintState; isCopy: boolean } | null;
}

export interface Recovered {
  /** The process ended in the middle of a slip. */
  readonly wasPrinting: boolean;
}

/** Who asked for a copy; the audit says it. */
export type CopyAsker =
  { readonly actor: 'resident' } | { readonly actor: 'staff'; readonly account: string };

export interface OpenJob {
  readonly jobId: string;
  readonly document: ReceiptDocument;
}

export interface PrintJobsPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly asCopy: (document: ReceiptDocument) => ReceiptDocument;
  /** How long a slip that waits is still for the person who stands there (docs/decisions/0007). */
  readonly freshForMs: number;
}

const resident: CopyAsker = { actor: 'resident' };

/** The condition of the index print_job_open, word for word: without it each slip would look at all there were. */
const OPEN = `state IN ('queued', 'printing')`;

export function createPrintJobs(ports: PrintJobsPorts): PrintJobs {
  const { store, sealer, audit, clock } = ports;

  function insert(
    applicationId: string | null,
    document: ReceiptDocument,
    isCopy: boolean,
    by: CopyAsker,
  ): string {
    const jobId = ports.newId();
    const plain = Buffer.from(JSON.stringify(document), 'utf8');
    store
      .sql(
        `INSERT INTO print_job (job_id, application_id, is_copy, state, sealed_document, key_id, created_at_ms)
         VALUES (?, ?, ?, 'queued', ?, ?, ?)`,
      )
      .run(
        jobId,
        applicationId,
        isCopy ? 1 : 0,
        sealer.seal(plain, bindings.printJob(jobId)),
        sealer.keyId,
        clock.now(),
      );
    audit.write({
      event: 'print.queued',
      actor: by.actor,
      subject: applicationId,
      disposition: isCopy ? 'copy' : 'first',
      detail: by.actor === 'staff' ? `${jobId}, ${by.account}` : jobId,
    });
    return jobId;
  }

  function unseal(row: Record<string, unknown>): Result<ReceiptDocument, Fault> {
    const sealed = row['sealed_document'];
    if (!(sealed instanceof Uint8Array)) return err(fault('print.no-job', 'the slip has been erased'));
    const plain = sealer.unseal(sealed, String(row['key_id']), bindings.printJob(String(row['job_id'])));
    if (!plain.ok) return plain;
    const document = receiptDocumentSchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
    return document.success ? ok(document.data) : err(fault('store.failed', 'a stored slip does not parse'));
  }

  function writeEnd(
    jobId: string,
    state: 'printed' | 'failed' | 'unknown',
    code: FaultCode | null,
    proof: string | null,
  ): void {
    const row = store
      .sql(
        `UPDATE print_job SET state = ?, fault_code = ?, proof = ?, ended_at_ms = ?,
           sealed_document = CASE WHEN application_id IS NULL THEN NULL ELSE sealed_document END
         WHERE job_id = ? AND state IN ('queued', 'printing') RETURNING application_id`,
      )
      .get(state, code, proof, clock.now(), jobId);
    if (!row) return;
    audit.write({
      event: 'print.ended',
      actor: 'terminal',
      subject: row['application_id'] === null ? null : String(row['application_id']),
      disposition: state,
      detail: code ?? proof,
    });
  }

  /** Inside a transaction. A clock that was set back says of an old job that it is still to come: it is old as well. */
  function endStale(): void {
    const now = clock.now();
    const stale = store
      .sql(
        `SELECT job_id FROM print_job
         WHERE ${OPEN} AND state = 'queued' AND created_at_ms NOT BETWEEN ? AND ?`,
      )
      .all(now - ports.freshForMs, now + ports.freshForMs);
    for (const row of stale) writeEnd(String(row['job_id']), 'failed', 'device.not-ready', null);
  }

  return {
    add: ({ applicationId, document }) => {
      insert(applicationId, document, false, resident);
    },
    addLoose: (document) => store.transaction(() => insert(null, document, false, resident)),
    insertLoose: (document) => insert(null, document, false, resident),
    stateOf: (jobId) => {
      const row = store.sql('SELECT state, fault_code FROM print_job WHERE job_id = ?').get(jobId);
      return row ? printState(row) : null;
    },
    addCopy: (applicationId, by) => {
      const first = store
        .sql(
          // Of a correction, the newest.
          `SELECT job_id, sealed_document, key_id FROM print_job WHERE application_id = ? AND is_copy = 0
           ORDER BY created_at_ms DESC, job_id DESC LIMIT 1`,
        )
        .get(applicationId);
      if (!first) return err(fault('print.no-job'));
      const document = unseal(first);
      if (!document.ok) return document;
      return store.transaction(() => {
        insert(applicationId, ports.asCopy(document.value), true, by);
        return null;
      });
    },
    takeNext: () => {
      const taken = store.transaction(() => {
        endStale();
        return store
          .sql(
            `UPDATE print_job SET state = 'printing'
             WHERE job_id = (SELECT job_id FROM print_job WHERE ${OPEN} AND state = 'queued'
               ORDER BY created_at_ms, job_id LIMIT 1)
             RETURNING job_id, sealed_document, key_id`,
          )
          .get();
      });
      if (!taken.ok) return taken;
      if (!taken.value) return ok(null);
      const jobId = String(taken.value['job_id']);
      const document = unseal(taken.value);
      if (document.ok) return ok({ jobId, document: document.value });
      const ended = store.transaction(() => {
        writeEnd(jobId, 'failed', document.fault.code, null);
        return null;
      });
      return ended.ok ? document : ended;
    },
    end: (jobId, outcome) =>
      store.transaction(() => {
        if (outcome.end === 'printed') writeEnd(jobId, 'printed', null, outcome.proof);
        else writeEnd(jobId, outcome.end, outcome.fault.code, null);
        return null;
      }),
    settle: (applicationId, cameOut) =>
      store.transaction(() => {
        audit.write({
          event: 'print.settled',
          actor: 'resident',
          subject: applicationId,
          disposition: cameOut ? 'came-out' : 'did-not-come-out',
          detail: null,
        });
        return null;
      }),
    recover: () =>
      store.transaction(() => {
        const printing = store.sql(`SELECT job_id FROM print_job WHERE ${OPEN} AND state = 'printing'`).all();
        for (const row of printing) writeEnd(String(row['job_id']), 'unknown', 'printer.unconfirmed', null);
        endStale();
        return { wasPrinting: printing.length > 0 };
      }),
    latest: (applicationId) => {
      const row = store
        .sql(
          `SELECT state, fault_code, is_copy FROM print_job WHERE application_id = ?
           ORDER BY created_at_ms DESC, job_id DESC LIMIT 1`,
        )
        .get(applicationId);
      return row ? { state: printState(row), isCopy: row['is_copy'] === 1 } : null;
    },
  };
}

function printState(row: Record<string, unknown>): PrintState {
  const state = String(row['state']);
  switch (state) {
    case 'queued':
    case 'printing':
    case 'printed':
      return { state };
    default: {
      const code = faultCodeSchema.safeParse(row['fault_code']);
      const problem = fault(code.success ? code.data : 'printer.unconfirmed');
      return state === 'failed' ? { state: 'failed', fault: problem } : { state: 'unknown', fault: problem };
    }
  }
}
