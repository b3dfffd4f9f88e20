import { isUsable } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { CanCorrect, ProgressPage } from '#contract/progress.ts';
import type { VisitStep } from '#contract/visit.ts';
import type { Devices } from '../../devices/devices.ts';
import type { PlatformLine } from '../../health/platform-line.ts';
import type { PrintJobs } from '../../printing/print-jobs.ts';
import type { CardTry } from '../draft.ts';
import { chainName, membersOf, toCorrect, type Member } from './chain-cases.ts';
import type { Found, Inquiry } from './progress-types.ts';

export interface ProgressStepSources {
  readonly devices: Pick<Devices, 'snapshots' | 'ofKind'>;
  readonly line: Pick<PlatformLine, 'state'>;
  readonly printJobs: Pick<PrintJobs, 'stateOf'>;
}

/** What the screen is shown of somebody who asks how a case goes: no number and no name of a person. */
export function progressStep(inquiry: Inquiry, sources: ProgressStepSources): VisitStep {
  const print = inquiry.printJobId === null ? null : sources.printJobs.stateOf(inquiry.printJobId);
  return { kind: 'progress', page: pageOf(inquiry, sources), ...(print ? { print } : {}) };
}

function pageOf({ page, asking }: Inquiry, sources: ProgressStepSources): ProgressPage {
  const isAsking = asking !== null;
  switch (page.at) {
    case 'ways':
      return { at: 'ways', canScan: canScan(sources.devices), isAsking, ...because(page.fault) };
    case 'card':
      return { at: 'card', isAsking, ...readerState(page.stage.card, sources.devices) };
    case 'number':
      return { at: 'number', isAsking, ...because(page.fault) };
    case 'list':
      return { at: 'list', ...told(page.found), entries: [...page.found.entries] };
    case 'chain': {
      const members = membersOf(page.found, page.chainApplicationId);
      const canCorrect = correctable(members, page.found, sources.line);
      return {
        at: 'chain',
        ...told(page.found),
        name: chainName(members),
        members,
        canCorrect,
        isAsking,
        ...because(page.fault),
      };
    }
    case 'case': {
      const entry = page.found.entries[page.index];
      if (!entry) throw new Error('a case page without its case');
      const canCorrect = correctable([{ entry }], page.found, sources.line);
      return { at: 'case', ...told(page.found), entry, canCorrect, isAsking, ...because(page.fault) };
    }
    default: {
      const never: never = page;
      return never;
    }
  }
}

function because(reason: Fault | null): { fault?: Fault } {
  return reason === null ? {} : { fault: reason };
}

function told({ askedBy, platformFault }: Found) {
  return { byCard: askedBy.by === 'card', ...(platformFault === null ? {} : { platformFault }) };
}

function correctable(
  shown: readonly Pick<Member, 'entry'>[],
  found: Found,
  line: Pick<PlatformLine, 'state'>,
): CanCorrect {
  if (toCorrect(shown).length === 0) return 'no';
  if (found.askedBy.by !== 'card') return 'needs-card';
  return line.state() === 'offline' ? 'offline' : 'yes';
}

function canScan(devices: ProgressStepSources['devices']): boolean {
  return devices.snapshots().some(({ kind, status }) => kind === 'scanner' && isUsable(status));
}

function readerState(
  card: CardTry,
  devices: ProgressStepSources['devices'],
): { reader: 'looking' | 'retry' | 'unavailable'; fault?: Fault } {
  const reader = devices.ofKind('id-card-reader');
  if (!reader || !isUsable(reader.status)) {
    const why = reader?.status.state === 'lost' ? reader.status.fault : fault('device.not-ready');
    return { reader: 'unavailable', fault: why };
  }
  return card.state === 'retry' ? { reader: 'retry', fault: card.fault } : { reader: 'looking' };
}
