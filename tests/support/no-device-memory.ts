import type { DevicesPorts } from '#terminal/devices/devices.ts';

/** For tests of other things: nothing is kept of the devices. */
export const noDeviceMemory: Pick<DevicesPorts, 'identities' | 'history' | 'switches' | 'wasPrinting'> = {
  switches: { isOn: ({ enabled }) => enabled },
  identities: { all: () => [], remember: () => ({ ok: true, value: null }) },
  wasPrinting: false,
  history: { record: () => undefined, of: () => [], close: () => undefined },
};
