import type { Attention, DeviceSnapshot } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { TerminalHealth } from '#contract/terminal-health.ts';

type ShownDevice = TerminalHealth['devices'][number];

/** Something of this terminal that somebody here can put right, and should. */
export type Want =
  | { readonly of: 'device'; readonly device: ShownDevice; readonly need: Attention }
  | { readonly of: 'device-fault'; readonly device: ShownDevice; readonly fault: Pick<Fault, 'code'> }
  | { readonly of: 'disk'; readonly freeMb: number };

/**
 * What needs a hand now. Of a device that was switched off a technician knows. A platform that is away and an item that its department got wrong need none: they are told in
 * the panel, and nobody is called away from a resident for them.
 */
export function wantsOf({ devices, disk }: TerminalHealth): readonly Want[] {
  const isFull = disk.freeMb !== null && disk.freeMb < disk.reserveMb;
  return [
    ...devices.flatMap(wantsOfDevice),
    ...(isFull ? [{ of: 'disk' as const, freeMb: disk.freeMb ?? 0 }] : []),
  ];
}

/** A device that is lost is opened again and again: until it works, what was said of it before stands. */
export function steady(before: TerminalHealth | null, now: TerminalHealth): TerminalHealth {
  const devices = now.devices.map((device) => {
    const isTrying = device.status.state === 'opening' || device.status.state === 'identifying';
    const earlier = before?.devices.find(({ id }) => id === device.id);
    return isTrying && earlier !== undefined && deviceWord(earlier) === 'stands' ? earlier : device;
  });
  return { ...now, devices };
}

function wantsOfDevice(device: ShownDevice): Want[] {
  const { status } = device;
  switch (status.state) {
    case 'attention':
      return status.needs.map((need) => ({ of: 'device', device, need }));
    case 'lost':
    case 'unidentified':
      return [{ of: 'device-fault', device, fault: status.fault }];
    case 'absent':
      return [{ of: 'device-fault', device, fault: { code: 'device.port-missing' } }];
    case 'opening':
    case 'identifying':
    case 'ready':
    case 'busy':
    case 'disabled':
      return [];
    default:
      return status satisfies never;
  }
}

/** With these a device goes on working (`stopsWork` of contract/devices.ts, which no screen loads). */
const warnings: readonly Attention[] = ['paper-near-end', 'card-left'];

/** How a device is, in one word of the console. */
export function deviceWord({
  status,
}: Pick<DeviceSnapshot, 'status'>): 'works' | 'warns' | 'stands' | 'opens' | 'off' {
  switch (status.state) {
    case 'ready':
    case 'busy':
      return 'works';
    case 'attention':
      return status.needs.every((need) => warnings.includes(need)) ? 'warns' : 'stands';
    case 'lost':
    case 'unidentified':
    case 'absent':
      return 'stands';
    case 'opening':
    case 'identifying':
      return 'opens';
    case 'disabled':
      return 'off';
    default:
      return status satisfies never;
  }
}
