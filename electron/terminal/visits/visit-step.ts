import { isUsable } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { VisitStep } from '#contract/visit.ts';
import type { Devices } from '../devices/devices.ts';
import { receiptQr } from '../intake/receipt-document.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import type { Draft, Stage } from './draft.ts';
import { consentsToGive, formStep, itemSummary, maskedPerson } from './step-view.ts';

/** The owners of what a step shows beside the draft. */
export interface StepSources {
  readonly devices: Devices;
  readonly outbox: Outbox;
  readonly printJobs: PrintJobs;
}

/** What the screen is shown at this moment of a visit. */
export function visitStep(draft: Draft, today: LocalDate, sources: StepSources): VisitStep {
  const { stage, item } = draft;
  switch (stage.name) {
    case 'consent':
      return { kind: 'consent', consents: consentsToGive(item, {}) };
    case 'card':
      return cardStep(stage, today, sources.devices);
    case 'form':
      return formStep(item, stage, today);
    case 'blocked':
      return {
        kind: 'blocked',
        reasons: item.eligibility.filter((rule) => stage.ruleIds.includes(rule.id)).map((rule) => rule.text),
      };
    case 'received': {
      const job = sources.printJobs.latest(draft.applicationId);
      return {
        kind: 'received',
        received: {
          receiptNo: stage.receiptNo,
          qr: receiptQr(stage.receiptNo),
          receivedAt: new Date(stage.receivedAtMs).toISOString(),
          item: itemSummary(item),
          forwarding: sources.outbox.forwardingOf(draft.applicationId),
          print: job?.state ?? { state: 'failed', fault: fault('print.no-job') },
          isCopy: job?.isCopy ?? false,
        },
      };
    }
    default: {
      const never: never = stage;
      return never;
    }
  }
}

function cardStep(stage: Stage & { name: 'card' }, today: LocalDate, devices: Devices): VisitStep {
  const { card } = stage;
  if (card.state === 'read')
    return { kind: 'card', reader: 'read', person: maskedPerson(card.document, today) };
  const reader = devices.ofKind('id-card-reader');
  if (!reader || !isUsable(reader.status)) {
    const code = reader?.status.state === 'lost' ? reader.status.fault : fault('device.not-ready');
    return { kind: 'card', reader: 'unavailable', fault: code };
  }
  return card.state === 'retry'
    ? { kind: 'card', reader: 'retry', fault: card.fault }
    : { kind: 'card', reader: 'looking' };
}
