import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Answers } from '#contract/answers.ts';
import { papersOf, type ApplicationPayload, type Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault, faultCodeSchema, type Fault, type FaultCode } from '#contract/fault.ts';
import { isFromCard, leafFields } from '#contract/form/autofill.ts';
import { judgeForm, type FormState } from '#contract/form/complete.ts';
import { localMinute } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import {
  parkedRowSchema,
  type Correction,
  type HandedOverTo,
  type NextStep,
  type OpenedParked,
  type ParkedCursor,
  type ParkedKey,
  type ParkedRow,
} from '#contract/parked.ts';
import type { Clock } from '#contract/ports.ts';
import { signedStatement, withoutSignatures } from '#contract/signed-statement.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import { createNotes, readRefusal } from './notes.ts';
import { eraseSuperseded, type Outbox } from './outbox.ts';
import { openSubmission } from './stored-submission.ts';

/** Who acts: a role, never a name. */
export type ParkedActor = 'staff' | 'technician';

/**
 * What the platform refused, or holds another payload for, belongs to people. Each act is one transaction with
 * its audit row; of two people who act on the same row, or one who touches twice, the second gets
 * `parked.settled`. The forwarder never touches a parked row.
 */
export interface Parked {
  /** Those that wait longest first; nothing personal. */
  list(page: {
    which: 'parked' | 'handed-over';
    after: ParkedCursor | null;
    limit: number;
  }): Result<ParkedRow[], Fault>;
  /** The whole application. Faults: `parked.unknown`, `parked.settled`, `store.failed` when it does not open. */
  open(key: ParkedKey, actor: ParkedActor): Result<OpenedParked, Fault>;
  /**
   * Sends it again as it is; also what was handed over, as long as its payload is there.
   * Faults: `parked.unknown`, `parked.settled`.
   */
  retry(key: ParkedKey, actor: ParkedActor): Result<null, Fault>;
  /**
   * Sends a new revision with these answers under the same receipt number. What a card or code said stays as it
   * was read. Judged by the version of the form it was filled in by, on the day it was received.
   * Faults: those of `open`, `parked.item-gone`.
   */
  correct(key: ParkedKey, answers: Answers, actor: ParkedActor): Result<Correction, Fault>;
  /** Somebody deals with it outside. Faults: `parked.unknown`, `parked.settled`. */
  handOver(key: ParkedKey, to: HandedOverTo, note: string, actor: ParkedActor): Result<null, Fault>;
}

export interface ParkedPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly outbox: Pick<Outbox, 'add'>;
  readonly catalogue: Pick<Catalogue, 'item'>;
  readonly timeZone: string;
  readonly payloadRetentionMs: number;
  /** Something may be due, and what screens show has changed. */
  readonly onChange: () => void;
}

interface Act {
  readonly key: ParkedKey;
  readonly actor: ParkedActor;
  readonly event: AuditEvent;
  /** The states that it may begin in. */
  readonly from: readonly string[];
  /** For the audit log: nothing personal. */
  readonly detail: string;
}

const PARKED = ['rejected', 'conflict'];
const PARKED_OR_HANDED_OVER = [...PARKED, 'handed-over'];

const COLUMNS = `o.application_id, o.revision, o.state, o.attempts, o.last_fault, o.parked_at_ms,
  o.handed_over_to, a.receipt_no, a.item_slug, a.item_version, a.received_at_ms`;

export function createParked(ports: ParkedPorts): Parked {
  const { store, sealer, audit, clock } = ports;
  const notes = createNotes(ports);

  /** One act: what is done to the row, and who did it, or nothing of both. */
  function act<T>(
    { key, actor, event, from, detail }: Act,
    work: (row: Record<string, unknown>) => Result<T, Fault>,
    dispositionOf: (value: T) => string = () => 'success',
  ): Result<T, Fault> {
    const done = store.transaction((): Result<T, Fault> => {
      const row = store
        .sql(
          `SELECT ${COLUMNS}, o.sealed_submission, o.key_id FROM outbox o JOIN application a USING (application_id)
           WHERE o.application_id = ? AND o.revision = ?`,
        )
        .get(key.applicationId, key.revision);
      if (row === undefined) return err(fault('parked.unknown'));
      if (!from.includes(String(row['state'])) || row['sealed_submission'] === null)
        return err(fault('parked.settled', String(row['state'])));
      const result = work(row);
      audit.write({
        event,
        actor,
        subject: key.applicationId,
        disposition: result.ok ? dispositionOf(result.value) : result.fault.code,
        detail,
      });
      return result;
    });
    return done.ok ? done.value : done;
  }

  function changed<T>(result: Result<T, Fault>): Result<T, Fault> {
    if (result.ok) ports.onChange();
    return result;
  }

  /** Of the version that the form was filled in by; a newer one asks other questions. */
  function itemOf(row: { itemSlug: string; itemVersion: string }): ServiceItem | null {
    const item = ports.catalogue.item(row.itemSlug);
    return item.ok && item.value.version === row.itemVersion ? item.value : null;
  }

  function supersede(key: ParkedKey, stored: Submission, payload: ApplicationPayload): number {
    const revision = key.revision + 1;
    store
      .sql(
        `UPDATE outbox SET state = 'superseded', superseded_by = ? WHERE application_id = ? AND revision = ?`,
      )
      .run(revision, key.applicationId, key.revision);
    ports.outbox.add({
      applicationId: key.applicationId,
      revision,
      submission: { ...stored, payload, payloadSha256: hashOf(payload) },
    });
    return revision;
  }

  return {
    list: ({ which, after, limit }) => {
      const states = which === 'parked' ? `('rejected', 'conflict')` : `('handed-over')`;
      const rows = store
        .sql(
          `SELECT ${COLUMNS} FROM outbox o JOIN application a USING (application_id)
           WHERE o.state IN ${states}
             AND (o.parked_at_ms, o.application_id, o.revision) > (?, ?, ?)
           ORDER BY o.parked_at_ms, o.application_id, o.revision LIMIT ?`,
        )
        .all(after?.parkedAtMs ?? 0, after?.applicationId ?? '', after?.revision ?? 0, limit);
      return ok(rows.map(rowOf));
    },
    open: (key, actor) =>
      act(
        { key, actor, event: 'application.opened', from: PARKED_OR_HANDED_OVER, detail: revisionOf(key) },
        (row) => {
          const submission = openSubmission(sealer, key, row);
          if (!submission.ok) return submission;
          const { language, itemSlug, payload } = submission.value;
          const { identitySource, answers } = payload;
          return ok({
            ...rowOf(row),
            language,
            itemSlug,
            identitySource,
            answers,
            papers: [...papersOf(payload)],
            signing: payload.formVersion === 3 ? payload.signing : null,
            refusal: readRefusal(notes, key),
            note: notes.read(key, 'staff'),
            canBeCorrected: row['state'] !== 'handed-over' && itemOf(submission.value) !== null,
          });
        },
      ),
    retry: (key, actor) =>
      changed(
        act(
          { key, actor, event: 'application.retried', from: PARKED_OR_HANDED_OVER, detail: revisionOf(key) },
          () => {
            // Whoever took over what was handed over may have sent it: the platform is asked first.
            store
              .sql(
                `UPDATE outbox SET doubtful = CASE state WHEN 'rejected' THEN doubtful ELSE 1 END, state = 'waiting',
                 not_before_ms = ?, handed_over_to = NULL, erase_after_ms = NULL
               WHERE application_id = ? AND revision = ?`,
              )
              .run(clock.now(), key.applicationId, key.revision);
            eraseSuperseded(store, key, null);
            return ok(null);
          },
        ),
      ),
    correct: (key, answers, actor) =>
      changed(
        act<Correction>(
          { key, actor, event: 'application.corrected', from: PARKED, detail: revisionOf(key) },
          (row) => {
            const stored = openSubmission(sealer, key, row);
            if (!stored.ok) return stored;
            const item = itemOf(stored.value);
            if (item === null) return err(fault('parked.item-gone', stored.value.itemVersion));
            const { payload } = stored.value;
            const receivedAt = localMinute(Date.parse(stored.value.receivedAt), ports.timeZone);
            const given = withCardAnswers(item, answers, payload);
            const judged = judgeForm(item, given, receivedAt);
            const problems = withoutSignaturePages(item, payload, judged.problems);
            if (problems.length > 0)
              return ok({
                kind: 'problems',
                pages: problems.map(({ pageId, problems }) => ({ pageId, problems: [...problems] })),
              });
            const revision = supersede(
              key,
              stored.value,
              withSignatureOfItsOwn(key.applicationId, stored.value, judged.answers),
            );
            return ok({ kind: 'resubmitted', revision });
          },
          ({ kind }) => kind,
        ),
      ),
    handOver: (key, to, note, actor) =>
      changed(
        act({ key, actor, event: 'application.handed-over', from: PARKED, detail: to }, () => {
          const eraseAfterMs = clock.now() + ports.payloadRetentionMs;
          store
            .sql(
              `UPDATE outbox SET state = 'handed-over', handed_over_to = ?, parked_at_ms = ?, erase_after_ms = ?
               WHERE application_id = ? AND revision = ?`,
            )
            .run(to, clock.now(), eraseAfterMs, key.applicationId, key.revision);
          notes.put(key, 'staff', note);
          eraseSuperseded(store, key, eraseAfterMs);
          return ok(null);
        }),
      ),
  };
}

const revisionOf = ({ revision }: ParkedKey): string => `revision ${revision}`;

const rowReadSchema = z.object({
  state: parkedRowSchema.shape.state,
  handed_over_to: parkedRowSchema.shape.handedOverTo,
});

function rowOf(row: Record<string, unknown>): ParkedRow {
  const { state, handed_over_to: handedOverTo } = rowReadSchema.parse(row);
  const code = faultCodeSchema.safeParse(row['last_fault']);
  // Handed over without ever having been refused: there is no fault to name but the line's.
  const faultCode = code.success ? code.data : 'platform.unreachable';
  return {
    applicationId: String(row['application_id']),
    revision: Number(row['revision']),
    receiptNo: String(row['receipt_no']),
    itemSlug: String(row['item_slug']),
    itemVersion: String(row['item_version']),
    state,
    receivedAtMs: Number(row['received_at_ms']),
    parkedAtMs: Number(row['parked_at_ms']),
    attempts: Number(row['attempts']),
    fault: faultCode,
    nextStep: nextStepOf(faultCode),
    handedOverTo,
  };
}

/** What most likely helps, by what parked the row. */
export function nextStepOf(code: FaultCode): NextStep {
  switch (code) {
    case 'platform.rejected':
      return 'correct';
    case 'platform.conflict':
      return 'compare';
    // A new revision would have the same id.
    case 'platform.too-old':
    case 'store.failed':
    case 'store.attachment-gone':
      return 'receive-again';
    default:
      return 'retry';
  }
}

/** What a card or code said is not for staff to change: the original would be another person's. */
function withCardAnswers(item: ServiceItem, given: Answers, stored: ApplicationPayload): Answers {
  if (stored.identitySource === 'typed') return given;
  const kept: Answers = { ...given };
  for (const field of leafFields(item)) {
    // Of a form for two, nobody knows here whose card it was: the other person's data was typed.
    if (!isFromCard(field) || ('gender' in field && field.gender !== undefined)) continue;
    const read = stored.answers[field.id];
    if (read !== undefined) kept[field.id] = read;
  }
  return kept;
}

function hashOf(payload: ApplicationPayload): string {
  return createHash('sha256').update(canonicalJson(payload), 'utf8').digest('hex');
}

/** A corrected revision keeps the resident's signature only when nothing changed that it was put under. */
function withSignatureOfItsOwn(
  applicationId: string,
  stored: Submission,
  answers: Answers,
): ApplicationPayload {
  const { payload, itemSlug, itemVersion } = stored;
  if (payload.formVersion !== 3 || payload.signing.state !== 'signed') return { ...payload, answers };
  const { papers, attachments, signing } = payload;
  const statement = signedStatement({
    applicationId,
    itemSlug,
    itemVersion,
    answers,
    papers,
    attachments,
  });
  const sha256 = createHash('sha256').update(statement, 'utf8').digest('hex');
  return sha256 === signing.sha256
    ? { ...payload, answers }
    : { ...payload, answers: withoutSignatures(answers), signing: { state: 'taken-back' } };
}

/** What nobody has signed since it was corrected cannot be signed by staff, and goes on without. */
function withoutSignaturePages(
  item: ServiceItem,
  payload: ApplicationPayload,
  problems: FormState['problems'],
): FormState['problems'] {
  if (payload.formVersion !== 3 || payload.signing.state !== 'taken-back') return problems;
  const signatures = new Set(leafFields(item).flatMap(({ id, type }) => (type === 'signature' ? [id] : [])));
  return problems.filter(({ pageId }) => !signatures.has(pageId));
}
