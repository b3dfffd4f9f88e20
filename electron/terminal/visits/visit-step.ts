import { isUsable } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import { dayOf, type LocalDate, type LocalMinute } from '#contract/form/local-date.ts';
import type { CodeOffer, VisitStep } from '#contract/visit.ts';
import type { Devices } from '../devices/devices.ts';
import type { PlatformLine } from '../health/platform-line.ts';
import { slipQr } from '#contract/query-code.ts';
import { queryCodeOf } from '../intake/query-code.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import { withReasons } from './correction.ts';
import type { CardTry, Draft, Stage } from './draft.ts';
import { walkedOf } from './paper-page.ts';
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
      return { kind: 'consent', consents: consentsToGive(item, {}) };
    case 'card':
      return cardStep(stage, dayOf(now), sources);
    case 'form': {
      const walked = walkedOf(draft, stage, now);
      const step = formStep(walked, draft.applicationId);
      return draft.correction ? withReasons(step, draft.correction, walked) : step;
    }
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
          queryCode: queryCodeOf(draft.applicationId),
          qr: slipQr(stage.receiptNo, queryCodeOf(draft.applicationId)),
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
