import { channelAddressSchema } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';

export type ChannelAddress =
  | { readonly type: 'serial'; readonly path: string }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number };

/** Faults: config.wrong-value. */
export function parseChannelAddress(text: string): Result<ChannelAddress> {
  if (!channelAddressSchema.safeParse(text).success) {
    return err(
      fault('config.wrong-value', 'channel: expected serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port'),
    );
  }
  if (text.startsWith('serial:')) return ok({ type: 'serial', path: text.slice('serial:'.length) });
  const rest = text.slice('tcp:'.length);
  const colon = rest.lastIndexOf(':');
  const port = Number(rest.slice(colon + 1));
  if (port < 1 || port > 65535) {
    return err(fault('config.wrong-value', 'channel: a TCP port is 1 to 65535'));
  }
  return ok({ type: 'tcp', host: rest.slice(0, colon).replace(/^\[|\]$/g, ''), port });
}
