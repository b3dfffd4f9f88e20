import type { Chain } from '#contract/chain.ts';
import { fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { CameraSettings } from '#contract/paper.ts';
import { err, ok } from '#contract/result.ts';
import type { VisitStep } from '#contract/visit.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createChanges } from '#terminal/changes.ts';
import type { CardEvent } from '#terminal/devices/devices.ts';
import type { CheckedApplication, ReceivedTogether } from '#terminal/intake/intake.ts';
import { addressOf, regionTree } from '#terminal/regions/region-tree.ts';
import type { Visits, VisitsPorts } from '#terminal/visits/visits-types.ts';
import { createVisits } from '#terminal/visits/visits.ts';
import { FIXTURE_NOW_MS } from '../fixtures/items/answers.ts';
import { coreConfig } from './terminal-core.ts';

/** Of the table that the platform delivers, as much as the cards of the fixtures name. */
const places = regionTree([
  { code: '990000', name: '示例省' },
  { code: '999900', name: '示例市' },
  { code: '999901', name: '示例区' },
]);

/** What stands on the desk when a visit begins; a test that puts a camera there takes it away again. */
export const deskEquipment: { camera: CameraSettings | null } = { camera: null };

/** A visit, without devices, store or screen: the terminal's own steps and nothing else. */
export interface VisitAtDesk {
  readonly visits: Visits;
  readonly step: () => VisitStep;
  /** What was received, once it was. */
  readonly received: () => CheckedApplication | null;
  /** Of a chain, in the order of its steps. */
  readonly receivedTogether: () => readonly CheckedApplication[];
  /** By which the visit counts how long nobody has been there. */
  readonly clock: SimulatedClock;
  readonly readCard: (document: IdentityDocument) => void;
  /** Reads it, and says that it is the right one. */
  readonly layCard: (document: IdentityDocument) => void;
}

/** Begun, agreed to everything, and the card read; `card` null: name and number are typed. */
export function startVisit(item: ServiceItem, card: IdentityDocument | null): VisitAtDesk {
  const desk = standAtDesk([item], []);
  agreeTo(desk, item);
  if (item.identity === 'none') return desk;
  if (card) desk.layCard(card);
  else expectDone(desk.visits.typeIdentity());
  return desk;
}

/** Opens the form of an item and agrees to everything. */
export function agreeTo({ visits, step }: VisitAtDesk, item: ServiceItem): void {
  expectDone(visits.begin({ slug: item.slug, language: 'zh', requestId: crypto.randomUUID() }));
  const at = step();
  if (at.kind !== 'consent') throw new Error(`the visit is at ${at.kind}`);
  expectDone(visits.consent(at.consents.map(({ id }) => id)));
}

/** A desk at which nobody has begun anything. */
export function standAtDesk(items: readonly ServiceItem[], chains: readonly Chain[]): VisitAtDesk {
  let ids = 0;
  let received: readonly CheckedApplication[] = [];
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
    newId: () => `01995b00-0000-7000-8000-${String((ids += 1)).padStart(12, '0')}`,
    newUuid: () => '00000000-0000-4000-8000-000000000001',
    catalogue: {
      item: (slug: string) => {
        const item = items.find((one) => one.slug === slug);
        return item ? ok(item) : err(fault('item.unknown'));
      },
    },
    chains: {
      choose: (id: string, orders: readonly number[]) => {
        const chain = chains.find((one) => one.id === id);
        if (!chain) return err(fault('chain.unknown'));
        const chosen = chain.steps.flatMap((step) => {
          const item = items.find(({ shortCode }) => shortCode === step.item);
          return item && orders.includes(step.order) ? [{ step, item }] : [];
        });
        return ok({ chain, chosen });
      },
    },
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
        received = [application];
        return Promise.resolve(ok({ receiptNo: '9999010012611220100010', receivedAtMs: FIXTURE_NOW_MS }));
      },
      receiveChain: ({ applications }: ReceivedTogether) => {
        received = applications;
        return Promise.resolve(
          ok(
            applications.map((_, index) => ({
              receiptNo: `99990100126112201000${String(index).padStart(2, '0')}`,
              receivedAtMs: FIXTURE_NOW_MS,
            })),
          ),
        );
      },
    },
    savedDrafts: { find: () => null, erase: () => ok(null) },
    outbox: { forwardingOf: () => ({ state: 'waiting' }) },
    printJobs: { latest: () => null },
    line: { changes, state: () => 'online' },
    whyClosed: () => null,
    whyNoDate: () => null,
    addressOf: (text: string) => addressOf(places, text),
    codes: {},
    onReceived: () => undefined,
    onReprint: () => undefined,
    onEnd: () => ok(null),
  } as unknown as VisitsPorts;
  const visits = createVisits(ports);
  return {
    visits,
    step: () => {
      const step = visits.snapshot()?.step;
      if (!step) throw new Error('there is no visit');
      return step;
    },
    received: () => received[0] ?? null,
    receivedTogether: () => received,
    clock,
    readCard: (document) => {
      placeCard({ type: 'read', document });
    },
    layCard: (document) => {
      placeCard({ type: 'read', document });
      expectDone(visits.acceptCard());
    },
  };
}

export function expectDone(result: { readonly ok: boolean }): void {
  if (!result.ok) throw new Error(JSON.stringify(result));
}
