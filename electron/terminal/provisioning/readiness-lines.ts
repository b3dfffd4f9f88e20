import type { DeviceKind, DeviceSettings } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { JudgedTest, ProvisioningProblem, ReadinessItem } from '#contract/provisioning.ts';
import type { NetworkStage } from '#contract/provisioning-api.ts';
import type { ReadinessLine } from '#contract/readiness.ts';

/** All that a report is made of; what a person said is in `results`. */
export interface ReadinessFacts {
  readonly clock: ProvisioningProblem | null;
  readonly clockDetail: string;
  /** Empty: nobody has looked. */
  readonly network: readonly NetworkStage[];
  readonly screen: ProvisioningProblem | null;
  /** Null: the platform knows this terminal. */
  readonly enrolment: Fault | null;
  readonly devices: readonly DeviceSettings[];
  readonly results: readonly ReadinessLine[];
  readonly hasCamera: boolean;
  /** As the check of configurations says them; null: there is too little to check yet. */
  readonly configuration: readonly string[] | null;
  readonly store: Fault | null;
}

const testedKinds: Readonly<Partial<Record<JudgedTest, DeviceKind>>> = {
  printer: 'receipt-printer',
  card: 'id-card-reader',
  display: 'queue-display',
};

const MAX_DETAIL_CHARS = 300;

export function line(
  item: ReadinessItem,
  device: string | null,
  state: ReadinessLine['state'],
  code: string | null,
  detail: string | null,
): ReadinessLine {
  return { item, device, state, code, detail: detail === null ? null : detail.slice(0, MAX_DETAIL_CHARS) };
}

export function isSameLine(one: ReadinessLine, other: ReadinessLine): boolean {
  return one.item === other.item && one.device === other.device;
}

/** Every line of the report, in the order of the wizard; nobody's silence is green. */
export function readinessLines(facts: ReadinessFacts): readonly ReadinessLine[] {
  const { devices, results } = facts;
  const judged = (item: ReadinessItem, device: string | null) =>
    results.find((result) => result.item === item && result.device === device);
  const test = (item: JudgedTest): ReadinessLine => {
    const kind = testedKinds[item];
    const isHere = kind === undefined || devices.some((device) => device.kind === kind && device.enabled);
    if (!isHere || (item === 'camera' && !facts.hasCamera))
      return line(item, null, 'not-here', 'test.none-here', null);
    return judged(item, null) ?? line(item, null, 'red', 'test.not-done', null);
  };
  const verdict = (item: ReadinessItem, code: string | null, detail: string | null): ReadinessLine =>
    line(item, null, code === null ? 'green' : 'red', code, detail);
  const broken =
    facts.network.find(({ state }) => state === 'bad') ?? facts.network.find(({ state }) => state !== 'good');
  return [
    verdict('clock', facts.clock, facts.clockDetail),
    facts.network.length === 0
      ? verdict('network', 'test.not-done', null)
      : verdict(
          'network',
          broken === undefined ? null : (broken.code ?? 'test.not-done'),
          broken?.detail ?? null,
        ),
    verdict('screen', facts.screen, null),
    verdict('enrolment', facts.enrolment?.code ?? null, facts.enrolment?.detail ?? null),
    ...devices.map(({ id, enabled }) =>
      enabled
        ? (judged('device', id) ?? line('device', id, 'red', 'device.not-identified', null))
        : line('device', id, 'not-here', 'device.left-out', null),
    ),
    ...(['printer', 'card', 'display', 'camera', 'sound'] as const).map(test),
    facts.configuration === null
      ? verdict('configuration', 'test.not-done', null)
      : verdict(
          'configuration',
          facts.configuration.length === 0 ? null : 'configuration.refused',
          facts.configuration[0] ?? null,
        ),
    verdict('store', facts.store?.code ?? null, facts.store?.detail ?? null),
  ];
}

/** What a terminal must not start without, whatever else a technician lets stand. */
const needed: readonly ReadinessItem[] = ['clock', 'screen', 'configuration', 'store'];

export function mayStart(lines: readonly ReadinessLine[]): boolean {
  return !lines.some(({ item, state }) => state === 'red' && needed.includes(item));
}
