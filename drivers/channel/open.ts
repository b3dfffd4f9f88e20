import type { DeviceSettings } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import { parseChannelAddress } from './address.ts';
import type { OpenChannel } from './channel.ts';
import { serialChannel } from './serial.ts';
import { tcpChannel } from './tcp.ts';

export interface LineSettings {
  readonly channel: DeviceSettings['channel'];
  readonly baudRate: DeviceSettings['baudRate'];
  readonly rtscts: boolean;
}

/** Faults: config.wrong-value. Opens nothing yet. */
export function channelFor(settings: LineSettings, clock: Clock): Result<OpenChannel> {
  const address = parseChannelAddress(settings.channel);
  if (!address.ok) return address;
  switch (address.value.type) {
    case 'serial':
      return ok(
        serialChannel(
          { path: address.value.path, baudRate: settings.baudRate, rtscts: settings.rtscts },
          clock,
        ),
      );
    case 'tcp':
      return ok(tcpChannel(address.value, clock));
    default: {
      const never: never = address.value;
      return never;
    }
  }
}
