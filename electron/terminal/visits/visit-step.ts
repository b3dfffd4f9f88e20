import { isUsable } from '#contract/devices.ts';
import { startedByPlatform, stepOfId } from '#contract/form/chain-form.ts';
import { fault } from '#contract/fault.ts';
import type { ServiceItem } from '#contract/item.ts';
import { dayOf, type LocalDate, type LocalMinute } from '#contract/form/local-date.ts';
import type { CodeOffer, Received, VisitStep } from '#contract/visit.ts';
import type { Devices } from '../devices/devices.ts';
import type { PlatformLine } from '../health/platform-line.ts';
import { slipQr } from '#contract/query-code.ts';
import { queryCodeOf } from '../intake/query-code.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import { rowsByItem } from './chain-draft.ts';
import { withReasons } from './correction.ts';
import { isDraftOnly, reviewAsDraft } from './draft-moves.ts';
import type { CardTry, Draft, Ended, FormStage, ReceivedOne, Stage } from './draft.ts';
import { walkedOf } from './paper-page.ts';
import { slipsIn } from './put-right.ts';
import { consentsToGive, formStep, itemSummary, maskedPerson } from './step-view.ts';

/** The owners of what a step shows beside the draft. */
export interface StepSources {
  readonly devices: Devices;
  readonly line: Pick<PlatformLine, 'state'>;
  readonly outbox: Outbox;
  readonly printJobs: PrintJobs;
}

/** What the screen is shown at this moment of a visit. */
export function visitStep(draft: Draft, now: LocalMinute, sources: StepSources): VisitStep {
  const { stage, item } = draft;
  switch (stage.name) {
    case 'consent':
      return {
        kind: 'consent',
        consents: consentsToGive(item, {}),
        given: stage.given.map(({ id }) => id),
      };
    case 'card':
      return cardStep(stage, dayOf(now), sources);
    case 'form':
      return formOrItsRows(draft, stage, { now, isOnline: isOnline(sources) });
    case 'blocked':
      return {
        kind: 'blocked',
        reasons: item.eligibility.filter((rule) => stage.ruleIds.includes(rule.id)).map((rule) => rule.text),
        ...putRightMark(item, stage),
      };
    case 'resume': {
      const { savedAtMs, eraseAtMs } = stage.saved;
      return {
        kind: 'resume',
        savedAt: new Date(savedAtMs).toISOString(),
        until: new Date(eraseAtMs).toISOString(),
        canSubmit: !isDraftOnly(draft, isOnline(sources)),
      };
    }
    case 'drafted': {
      const print = stage.printJobId === null ? null : sources.printJobs.stateOf(stage.printJobId);
      return {
        kind: 'drafted',
        until: new Date(stage.eraseAtMs).toISOString(),
        print: print ?? { state: 'failed', fault: fault('print.no-job') },
      };
    }
    case 'received': {
      return { kind: 'received', received: receivedView(draft, stage.received, sources) };
    }
    case 'lost':
      return { kind: 'lost', lost: [...stage.lost], ...putRightMark(stage.from.chain.item, stage.from) };
    case 'choosing':
      return { kind: 'choosing', name: draft.kept.identity?.maskedName ?? '' };
    default: {
      const never: never = stage;
      return never;
    }
  }
}

/** Whether "back" leads to where what ended it is said otherwise. */
function putRightMark(item: ServiceItem, { form, ruleIds, putRight }: Ended): { canPutRight?: true } {
  return putRight || slipsIn(item, form, ruleIds).length > 0 ? { canPutRight: true } : {};
}

/** Of a chain, on the page of a question: the item that asks it. */
export function itemShown({ item, chain, stage }: Draft): ServiceItem {
  if (!chain || stage.name !== 'form' || stage.position.at !== 'page') return item;
  const order = stepOfId(stage.position.pageId);
  return chain.form.parts.find(({ step }) => step.order === order)?.item ?? item;
}

function isOnline({ line }: StepSources): boolean {
  return line.state() === 'online';
}

function formOrItsRows(
  draft: Draft,
  form: FormStage,
  { now, isOnline: isLineThere }: { readonly now: LocalMinute; readonly isOnline: boolean },
): VisitStep {
  const walked = walkedOf(draft, form, now);
  const asked = formStep(walked, draft.applicationId);
  const step = draft.correction ? withReasons(asked, draft.correction, walked) : asked;
  if (step.kind !== 'review') return step;
  if (form.person && isDraftOnly(draft, isLineThere)) return reviewAsDraft(step, draft, form, now);
  if (!draft.chain) return step;
  return { ...step, rows: rowsByItem(draft.chain.form, step.rows) };
}

function receivedView(
  { item, chain }: Draft,
  received: readonly ReceivedOne[],
  { printJobs, outbox }: StepSources,
): Received {
  const [first] = received;
  if (!first) throw new Error('visits: nothing was received');
  const job = printJobs.latest(first.applicationId);
  const parts = received.map(({ applicationId, name, receiptNo }) => ({
    name,
    receiptNo,
    queryCode: queryCodeOf(applicationId),
    forwarding: outbox.forwardingOf(applicationId),
  }));
  return {
    receiptNo: first.receiptNo,
    queryCode: queryCodeOf(first.applicationId),
    qr: slipQr(first.receiptNo, queryCodeOf(first.applicationId)),
    receivedAt: new Date(first.receivedAtMs).toISOString(),
    item: itemSummary(item),
    forwarding: outbox.forwardingOf(first.applicationId),
    print: job?.state ?? { state: 'failed', fault: fault('print.no-job') },
    isCopy: job?.isCopy ?? false,
    ...(chain
      ? { chain: { parts, started: startedByPlatform(chain.steps, chain.form).map(({ name }) => name) } }
      : {}),
  };
}

function cardStep(stage: Stage & { name: 'card' }, today: LocalDate, sources: StepSources): VisitStep {
  const { card } = stage;
  if (card.state === 'read') {
    const { document, by } = card.person;
    return { kind: 'card', reader: 'read', person: maskedPerson(document, today), source: by };
  }
  const code = codeOffer(card, sources);
  const offer = code === null ? {} : { code };
  const reader = sources.devices.ofKind('id-card-reader');
  if (!reader || !isUsable(reader.status)) {
    const reason = reader?.status.state === 'lost' ? reader.status.fault : fault('device.not-ready');
    return { kind: 'card', reader: 'unavailable', fault: reason, ...offer };
  }
  return card.state === 'retry'
    ? { kind: 'card', reader: 'retry', fault: card.fault, ...offer }
    : { kind: 'card', reader: 'looking', ...offer };
}

/** Null at a terminal without a scanner, or with one that a technician has switched off. */
function codeOffer(card: CardTry, { devices, line }: StepSources): CodeOffer | null {
  const scanners = devices
    .snapshots()
    .filter(({ kind, status }) => kind === 'scanner' && status.state !== 'disabled');
  const [first] = scanners;
  if (!first) return null;
  if (card.state === 'resolving') return { state: 'resolving' };
  if (!scanners.some(({ status }) => isUsable(status))) {
    const reason = first.status.state === 'lost' ? first.status.fault : fault('device.not-ready');
    return { state: 'unavailable', fault: reason };
  }
  if (line.state() === 'offline') return { state: 'unavailable', fault: fault('code.needs-line') };
  // What was refused for want of a line is no news once the line is back.
  return card.state === 'code-refused' && card.fault.code !== 'code.needs-line'
    ? { state: 'refused', fault: card.fault }
    : { state: 'ready' };
}
