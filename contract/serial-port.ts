import { z } from 'zod';

/** A serial port of the machine, as its operating system describes it; null for what it does not say. */
export const serialPortSchema = z.object({
  path: z.string().min(1).max(200),
  vendorId: z.string().max(20).nullable(),
  productId: z.string().max(20).nullable(),
  serialNumber: z.string().max(150).nullable(),
  maker: z.string().max(150).nullable(),
});
export type SerialPortInfo = z.infer<typeof serialPortSchema>;

/** More than a station's cabinet has; a hub that goes mad must not fill a message. */
export const MAX_SERIAL_PORTS = 64;

const USB = 'usb:';

/** `usb:067B:2303:A1B2C3`: the adapter's own number. null for adapters that have none, as CH340s do. */
export function usbIdentityOf(port: SerialPortInfo): string | null {
  const { vendorId, productId, serialNumber } = port;
  if (vendorId === null || productId === null || serialNumber === null) return null;
  return `${USB}${vendorId}:${productId}:${serialNumber}`;
}

/** Whether an identity names an adapter, and not what the device behind it answers. */
export function isUsbIdentity(identity: string): boolean {
  return identity.slice(0, USB.length).toLowerCase() === USB;
}

/** Systems write the hexadecimal numbers of an adapter in either case. */
export function isSameIdentity(one: string, other: string): boolean {
  return isUsbIdentity(one) ? one.toUpperCase() === other.toUpperCase() : one === other;
}
