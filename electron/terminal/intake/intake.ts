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
import type { Language } from '#contract/localized.ts';
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
import type { Store } from '../store/store.ts';
import type { Outcome } from '../store/transactions.ts';
import { queryCodeOf } from './query-code.ts';
import { gather } from './gather.ts';
import { receiptDocument } from './receipt-document.ts';
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

/** Its attachments are on the disk, and its rows are not yet. */
interface Prepared {
  readonly application: CheckedApplication;
  readonly prepared: PreparedAttachments;
}

const FIRST_REVISION = 1;

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
    const row = store
      .sql(
        `INSERT INTO receipt_sequence (local_date, last) VALUES (?, 1)
         ON CONFLICT (local_date) DO UPDATE SET last = last + 1 RETURNING last`,
      )
      .get(date);
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

  function storeOnce({ application, prepared }: Prepared): Result<ReceivedApplication, Fault> {
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
    printJobs.add({
      applicationId,
      document: receiptDocument({
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
      }),
    });
    audit.write({
      event: 'application.received',
      actor: 'resident',
      subject: applicationId,
      disposition: 'success',
      detail: correction ? `${item.slug}, revision ${correction.revision}` : item.slug,
    });
    return ok({ receiptNo: numbered.value, receivedAtMs: nowMs });
  }

  /** Gives an outcome where no transaction is needed any more. */
  function begin(application: CheckedApplication): Prepared | Outcome<ReceivedApplication> {
    try {
      const before = known(application);
      if (before) return { status: 'fulfilled', value: ok(before) };
      const prepared = prepareAttachments(application);
      if (!prepared.ok) return { status: 'fulfilled', value: prepared };
      return { application, prepared: prepared.value };
    } catch (reason) {
      return { status: 'rejected', reason };
    }
  }

  /** All of it in one breath: a key that has sealed a file must not be retired before a row says that it has. */
  function receiveAll(
    applications: readonly CheckedApplication[],
  ): ReadonlyMap<CheckedApplication, Outcome<ReceivedApplication>> {
    const answers = new Map<CheckedApplication, Outcome<ReceivedApplication>>();
    const toStore: Prepared[] = [];
    for (const application of applications) {
      const begun = begin(application);
      if ('prepared' in begun) toStore.push(begun);
      else answers.set(application, begun);
    }
    const outcomes = store.transactions(toStore.map((one) => () => storeOnce(one)));
    for (const [index, { application, prepared }] of toStore.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined) continue;
      if (outcome.status === 'rejected' || !outcome.value.ok) outbox.attachments.discard(prepared);
      answers.set(application, outcome);
    }
    return answers;
  }

  return {
    receive: gather({
      atEndOfTurn: ports.atEndOfTurn,
      keyOf: ({ applicationId, correction }) => `${applicationId} ${correction?.revision ?? FIRST_REVISION}`,
      work: receiveAll,
    }),
  };
}

function payloadOf(
  { content, papers, signing }: CheckedApplication,
  attachments: readonly Attachment[],
): ApplicationPayload {
  const { answers, consents, identitySource } = content;
  return {
    formVersion: 3,
    answers,
    consents,
    identitySource,
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
