import { usbIdentityOf } from '#contract/serial-port.ts';
import { systemSerialPorts } from '../channel/serial-ports.ts';
import { systemClock } from '../runtime/system-clock.ts';

/** The machine's serial ports, a line each; nothing is opened. */
export async function listPorts(): Promise<0 | 1> {
  const listed = await systemSerialPorts(systemClock).list();
  if (!listed.ok) {
    console.error(JSON.stringify(listed.fault));
    return 1;
  }
  for (const port of listed.value) {
    const identity = usbIdentityOf(port) ?? (port.vendorId === null ? 'no USB' : 'no serial number');
    console.log(`serial:${port.path}\t${identity}\t${port.maker ?? ''}`);
  }
  if (listed.value.length === 0) console.error('this machine has no serial port');
  return 0;
}
