import { createHash } from 'node:crypto';
import {
  papersOf,
  type ApplicationContent,
  type ApplicationPayload,
  type Submission,
} from '#contract/application.ts';
import type { Attachment } from '#contract/attachment.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { applicantOf } from '#contract/form/applicant.ts';
import { compactDate, localDate, localTimeOfDay } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import { maskIdNumber, maskName } from '#contract/masks.ts';
import type { PaperRecord } from '#contract/paper.ts';
import type { AtEndOfTurn, Clock } from '#contract/ports.ts';
import { MAX_DAILY_SEQUENCE, receiptNumber } from '#contract/receipt-number.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Signing } from '#contract/signed-statement.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Audit } from '../audit/audit.ts';
import type { GivenAttachment, PreparedAttachments } from '../outbox/attachments.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import { OWED_RECEIPT_NUMBERS } from '../store/recovery.ts';
import type { Store } from '../store/store.ts';
import type { Outcome } from '../store/transactions.ts';
import { queryCodeOf } from './query-code.ts';
import { gather } from './gather.ts';
import { chainReceiptDocument, receiptDocument, type ReceiptContent } from './receipt-document.ts';
import { shortHash } from './short-hash.ts';

export interface CheckedApplication {
  readonly applicationId: string;
  readonly item: ServiceItem;
  readonly language: Language;
  /** In no version yet: what is received now is written in the newest. */
  readonly content: ApplicationContent;
  /** Absent: none. Their bytes are read before `receive` has answered, and not kept. */
  readonly attachments?: readonly GivenAttachment[];
  /** How its papers are handed in. Absent: it has none. */
  readonly papers?: readonly PaperRecord[];
  /** Absent: the item asks for no signature. */
  readonly signing?: Signing;
  /** Absent: it is the first time. Else it answers a notice (补正) and goes under its old number. */
  readonly correction?: Correction;
}

interface Correction {
  readonly revision: number;
  readonly receiptNo: string;
  /** The platform has them from an earlier revision. */
  readonly keptAttachments: readonly Attachment[];
}

export interface ReceivedApplication {
  readonly receiptNo: string;
  readonly receivedAtMs: number;
}

export interface Intake {
  /**
   * Receives a checked application durably: its attachments as sealed files first, then application, receipt
   * number, outbox row, print job and audit rows in one transaction. A second call with the same id (and
   * revision) changes nothing and gives the same number. What comes in the same turn of the event loop shares one commit, and none
   * of these has an answer before it. It rejects only for a programmer's error or a store that broke before.
   * Faults: `intake.attachments-refused`, `store.full`, `store.failed`; then nothing of it is stored.
   */
  receive(application: CheckedApplication): Promise<Result<ReceivedApplication, Fault>>;
  /**
   * The same for the applications of a chain: all of them are received, each under its own number and sent by itself,
   * with one slip for all; or none is. In their order.
   */
  receiveChain(together: ReceivedTogether): Promise<Result<readonly ReceivedApplication[], Fault>>;
}

export interface ReceivedTogether {
  readonly chainName: LocalizedText;
  /** At least one. */
  readonly applications: readonly CheckedApplication[];
}

export interface IntakePorts {
  readonly config: TerminalConfig;
  readonly store: Store;
  readonly outbox: Outbox;
  readonly printJobs: PrintJobs;
  readonly audit: Audit;
  readonly clock: Clock;
  /** Whether so many bytes fit on the disk, and what must be written beside them as well (store/room.ts). */
  readonly hasRoomFor: (byteCount: number) => boolean;
  readonly atEndOfTurn: AtEndOfTurn;
}

/** What is received as one. */
interface Unit {
  /** Null: an application by itself. */
  readonly chainName: LocalizedText | null;
  readonly applications: readonly CheckedApplication[];
}

/** Its attachments are on the disk, and its rows are not yet. */
interface PreparedUnit {
  readonly unit: Unit;
  readonly parts: readonly Prepared[];
}

interface Prepared {
  readonly application: CheckedApplication;
  readonly prepared: PreparedAttachments;
}

export const FIRST_REVISION = 1;

export function createIntake(ports: IntakePorts): Intake {
  const { config, store, outbox, printJobs, audit, clock } = ports;

  function known({ applicationId, correction }: CheckedApplication): ReceivedApplication | null {
    const row = store
      .sql(
        `SELECT receipt_no, received_at_ms FROM application JOIN outbox USING (application_id)
         WHERE application_id = ? AND revision = ?`,
      )
      .get(applicationId, correction?.revision ?? FIRST_REVISION);
    return row ? { receiptNo: String(row['receipt_no']), receivedAtMs: Number(row['received_at_ms']) } : null;
  }

  function nextReceiptNo(nowMs: number): Result<string, Fault> {
    const date = localDate(nowMs, config.timeZone);
    const owed = store
      .sql('DELETE FROM receipt_sequence WHERE local_date = ? RETURNING last')
      .get(OWED_RECEIPT_NUMBERS);
    const row = store
      .sql(
        `INSERT INTO receipt_sequence (local_date, last) VALUES (?, ?)
         ON CONFLICT (local_date) DO UPDATE SET last = last + excluded.last RETURNING last`,
      )
      .get(date, 1 + Number(owed?.['last'] ?? 0));
    const sequence = Number(row?.['last']);
    if (sequence > MAX_DAILY_SEQUENCE)
      return err(fault('store.full', 'all receipt numbers of this day are used'));
    const { region, station, number } = config.terminal;
    return ok(
      receiptNumber({ region, station, date: compactDate(date).slice(2), terminal: number, sequence }),
    );
  }

  /** On the disk when it returns, and named by no row yet. */
  function prepareAttachments(application: CheckedApplication): Result<PreparedAttachments, Fault> {
    const given = application.attachments ?? [];
    if (given.length === 0) return ok({ described: [], files: [] });
    const byteCount = given.reduce((total, { bytes }) => total + bytes.length, 0);
    if (!ports.hasRoomFor(byteCount)) return err(fault('store.full', 'no room for the attachments'));
    return outbox.attachments.prepare(application.applicationId, given);
  }

  /** Throws nothing of its own: what it answers with a fault, the transaction undoes. */
  function storeUnit({ unit, parts }: PreparedUnit): Result<readonly ReceivedApplication[], Fault> {
    const stored: StoredApplication[] = [];
    for (const part of parts) {
      const one = storeOnce(part);
      if (!one.ok) return one;
      stored.push(one.value);
    }
    const [first] = stored;
    if (first) {
      const slips = stored.map(({ slip }) => slip);
      const document =
        unit.chainName === null ? receiptDocument(first.slip) : chainReceiptDocument(unit.chainName, slips);
      printJobs.add({ applicationId: first.applicationId, document });
    }
    return ok(stored.map(({ received }) => received));
  }

  function storeOnce({ application, prepared }: Prepared): Result<StoredApplication, Fault> {
    const nowMs = clock.now();
    const { correction } = application;
    const numbered = correction ? ok(correction.receiptNo) : nextReceiptNo(nowMs);
    if (!numbered.ok) return numbered;
    const { applicationId, item } = application;
    const payload = payloadOf(application, [...(correction?.keptAttachments ?? []), ...prepared.described]);
    const submission = submissionOf(application, payload, numbered.value, nowMs, config);
    store
      .sql(
        `INSERT INTO application
           (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, ?, ?, ?, ?, ?)
         -- A correction of what this terminal took itself.
         ON CONFLICT (application_id) DO NOTHING`,
      )
      .run(
        applicationId,
        numbered.value,
        item.slug,
        item.version,
        payload.identitySource,
        nowMs,
        localDate(nowMs, config.timeZone),
      );
    const applicant = applicantOf(item, payload.answers);
    outbox.attachments.add(applicationId, prepared);
    const revision = correction?.revision ?? FIRST_REVISION;
    outbox.add({ applicationId, revision, submission });
    audit.write({
      event: 'application.received',
      actor: 'resident',
      subject: applicationId,
      disposition: 'success',
      detail: correction ? `${item.slug}, revision ${correction.revision}` : item.slug,
    });
    const slip: ReceiptContent = {
      station: config.station,
      item,
      language: application.language,
      receiptNo: numbered.value,
      queryCode: queryCodeOf(applicationId),
      isCorrection: correction !== undefined,
      receivedAt: printedTime(nowMs, config.timeZone),
      maskedName: maskName(applicant.name),
      maskedNumber: maskIdNumber(applicant.number),
      identitySource: payload.identitySource,
      papers: papersOf(payload),
      signedCode: signedCodeOf(application.signing),
    };
    return ok({ applicationId, slip, received: { receiptNo: numbered.value, receivedAtMs: nowMs } });
  }

  /** Gives an outcome where no transaction is needed any more. */
  function begin(unit: Unit): PreparedUnit | Outcome<readonly ReceivedApplication[]> {
    try {
      // All of them were received, or none.
      const before = unit.applications.flatMap((application) => known(application) ?? []);
      if (before.length > 0) return { status: 'fulfilled', value: ok(before) };
      const parts: Prepared[] = [];
      for (const application of unit.applications) {
        const prepared = prepareAttachments(application);
        if (!prepared.ok) {
          discard(parts);
          return { status: 'fulfilled', value: prepared };
        }
        parts.push({ application, prepared: prepared.value });
      }
      return { unit, parts };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
  }

  function discard(parts: readonly Prepared[]): void {
    for (const { prepared } of parts) outbox.attachments.discard(prepared);
  }

  /** All of it in one breath: a key that has sealed a file must not be retired before a row says that it has. */
  function receiveAll(units: readonly Unit[]): ReadonlyMap<Unit, Outcome<readonly ReceivedApplication[]>> {
    const answers = new Map<Unit, Outcome<readonly ReceivedApplication[]>>();
    const toStore: PreparedUnit[] = [];
    for (const unit of units) {
      const begun = begin(unit);
      if ('parts' in begun) toStore.push(begun);
      else answers.set(unit, begun);
    }
    const outcomes = store.transactions(toStore.map((one) => () => storeUnit(one)));
    for (const [index, { unit, parts }] of toStore.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      if (outcome.status === 'rejected' || !outcome.value.ok) discard(parts);
      answers.set(unit, outcome);
    }
    return answers;
  }

  const receiveUnit = gather<Unit, Result<readonly ReceivedApplication[], Fault>>({
    atEndOfTurn: ports.atEndOfTurn,
    keyOf: ({ applications }) =>
      applications
        .map(({ applicationId, correction }) => `${applicationId} ${correction?.revision ?? FIRST_REVISION}`)
        .join(' '),
    work: receiveAll,
  });

  return {
    receive: async (application) => {
      const received = await receiveUnit({ chainName: null, applications: [application] });
      if (!received.ok) return received;
      const [only] = received.value;
      if (!only) throw new Error('intake: an application without an answer');
      return ok(only);
    },
    receiveChain: receiveUnit,
  };
}

interface StoredApplication {
  readonly applicationId: string;
  readonly received: ReceivedApplication;
  readonly slip: ReceiptContent;
}

function payloadOf(
  { content, papers, signing }: CheckedApplication,
  attachments: readonly Attachment[],
): ApplicationPayload {
  const { answers, consents, identitySource, chain } = content;
  return {
    formVersion: 3,
    answers,
    consents,
    identitySource,
    ...(chain === undefined ? {} : { chain }),
    attachments: [...attachments],
    papers: [...(papers ?? [])],
    signing: signing ?? { state: 'none' },
  };
}

function submissionOf(
  application: CheckedApplication,
  payload: ApplicationPayload,
  receiptNo: string,
  nowMs: number,
  config: TerminalConfig,
): Submission {
  return {
    terminalId: config.terminal.id,
    stationId: config.terminal.region + config.terminal.station,
    receiptNo,
    itemSlug: application.item.slug,
    itemCode: application.item.code,
    itemVersion: application.item.version,
    language: application.language,
    receivedAt: new Date(nowMs).toISOString(),
    payloadSha256: createHash('sha256').update(canonicalJson(payload)).digest('hex'),
    payload,
  };
}

/** `2026-11-21 14:05`, as it stands on the slip. */
function printedTime(epochMs: number, timeZone: string): string {
  return `${localDate(epochMs, timeZone)} ${localTimeOfDay(epochMs, timeZone)}`;
}

function signedCodeOf(signing: Signing | undefined): string | null {
  return signing?.state === 'signed' ? shortHash(signing.sha256) : null;
}
