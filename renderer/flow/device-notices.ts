import type { Attention, DeviceKind, DeviceSnapshot } from '#contract/devices.ts';

export type DeviceNotice = 'reader-lost' | 'printer-lost' | 'scanner-lost' | Attention;

export type DeviceNotices = ReadonlyMap<string, readonly DeviceNotice[]>;

/**
 * What the banner says of each device. A device that is being opened again keeps what was said before:
 * lost, opening, lost, opening … must not flicker.
 */
export function deviceNotices(devices: readonly DeviceSnapshot[], before: DeviceNotices): DeviceNotices {
  return new Map(devices.map((device) => [device.id, noticesOf(device, before.get(device.id) ?? [])]));
}

const lost = {
  'id-card-reader': ['reader-lost'],
  'receipt-printer': ['printer-lost'],
  scanner: ['scanner-lost'],
  // Over a window, and no matter of the resident at the kiosk.
  'queue-display': [],
} as const satisfies Record<DeviceKind, readonly DeviceNotice[]>;

function noticesOf(
  { kind, status }: DeviceSnapshot,
  before: readonly DeviceNotice[],
): readonly DeviceNotice[] {
  if (kind === 'queue-display') return [];
  switch (status.state) {
    case 'ready':
    case 'busy':
      return [];
    case 'attention':
      // A module that fails its self-test reads no card, which is all that whoever stands here can use of it.
      return kind === 'id-card-reader'
        ? status.needs.map((need) => (need === 'hardware' ? 'reader-lost' : need))
        : status.needs;
    case 'opening':
    case 'identifying':
      return before;
    case 'absent':
    case 'disabled':
      return [];
    case 'lost':
    case 'unidentified':
      return lost[kind];
    default: {
      const never: never = status;
      return never;
    }
  }
}
