import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import { ok } from '#contract/result.ts';
import type { CameraSettings } from '#contract/paper.ts';
import type { VisitStep } from '#contract/visit.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createChanges } from '#terminal/changes.ts';
import type { CardEvent } from '#terminal/devices/devices.ts';
import type { CheckedApplication } from '#terminal/intake/intake.ts';
import type { Visits, VisitsPorts } from '#terminal/visits/visits-types.ts';
import { createVisits } from '#terminal/visits/visits.ts';
import { FIXTURE_NOW_MS } from '../fixtures/items/answers.ts';
import { coreConfig } from './terminal-core.ts';

/** What stands on the desk when a visit begins; a test that puts a camera there takes it away again. */
export const deskEquipment: { camera: CameraSettings | null } = { camera: null };

/** A visit to one item, without devices, store or screen: the terminal's own steps and nothing else. */
export interface VisitAtDesk {
  readonly visits: Visits;
  readonly step: () => VisitStep;
  /** What was received, once it was. */
  readonly received: () => CheckedApplication | null;
}

/** Begun, agreed to everything, and the card read; `card` null: name and number are typed. */
export function startVisit(item: ServiceItem, card: IdentityDocument | null): VisitAtDesk {
  let received: CheckedApplication | null = null;
  let placeCard: (event: CardEvent) => void = () => undefined;
  const changes = createChanges();
  const clock = new SimulatedClock();
  // Of each collaborator what visits call on the way to a submission; anything else would throw by its absence.
  const ports = {
    config: { ...coreConfig(1), camera: deskEquipment.camera },
    clock: {
      now: () => FIXTURE_NOW_MS,
      monotonicMs: () => clock.monotonicMs(),
      after: (delayMs: number, callback: () => void) => clock.after(delayMs, callback),
    },
    newId: () => '01995b00-0000-7000-8000-000000000001',
    newUuid: () => '00000000-0000-4000-8000-000000000001',
    catalogue: { item: () => ok(item) },
    availabilityOf: () => ({ as: 'open' }),
    devices: {
      changes,
      snapshots: () => [],
      ofKind: () => undefined,
      watchCard: () => undefined,
      watchCode: () => undefined,
      onCode: () => undefined,
      onCard: (listener: (event: CardEvent) => void) => {
        placeCard = listener;
      },
    },
    intake: {
      receive: (application: CheckedApplication) => {
        received = application;
        return Promise.resolve(ok({ receiptNo: '9999010012611220100010', receivedAtMs: FIXTURE_NOW_MS }));
      },
    },
    outbox: { forwardingOf: () => ({ state: 'waiting' }) },
    printJobs: { latest: () => null },
    line: { changes, state: () => 'online' },
    hasRoom: () => true,
    codes: {},
    onReceived: () => undefined,
    onReprint: () => undefined,
    onEnd: () => ok(null),
  } as unknown as VisitsPorts;
  const visits = createVisits(ports);
  expectDone(visits.begin({ slug: item.slug, language: 'zh', requestId: 'r' }));
  expectDone(visits.consent(item.consents.map(({ id }) => id)));
  if (card) {
    placeCard({ type: 'read', document: card });
    expectDone(visits.acceptCard());
  } else {
    expectDone(visits.typeIdentity());
  }
  return {
    visits,
    step: () => {
      const step = visits.snapshot()?.step;
      if (!step) throw new Error('there is no visit');
      return step;
    },
    received: () => received,
  };
}

export function expectDone(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(JSON.stringify(result));
}
