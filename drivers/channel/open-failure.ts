import { fault, type Fault } from '#contract/fault.ts';

/**
 * The operating system's reason, by name. Windows says "File not found" and "Access denied" without a
 * code (serialport's binding), and "Cannot lock port" is how the binding reports flock() refused.
 */
export function openFailure(address: string, error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
  const detail = `${address}: ${message}`;
  if (/^(ENOENT|ENODEV|ENXIO|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|EHOSTUNREACH|ENETUNREACH)$/.test(code)) {
    return fault('device.port-missing', detail);
  }
  if (/no such (file|device)|file not found/i.test(message)) return fault('device.port-missing', detail);
  if (
    code === 'EBUSY' ||
    /cannot lock|access denied|resource (busy|temporarily unavailable)/i.test(message)
  ) {
    return fault('device.port-busy', detail);
  }
  return fault('device.open-failed', detail);
}
