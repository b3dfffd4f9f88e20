import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok } from '#contract/result.ts';
import type { SerialPort } from 'serialport';
import type { ByteChannel, ChannelEvents, OpenChannel } from './channel.ts';
import { LineWriter } from './line-writer.ts';
import { openFailure } from './open-failure.ts';

export interface SerialSettings {
  readonly path: string;
  readonly baudRate: number;
  /** RTS/CTS handshake: printers that are wired for it; a pty and a three-wire cable are not. */
  readonly rtscts: boolean;
}

export const serialDelays = {
  /**
   * A port that hangs up in the moment before a read gives zero bytes for ever, and the library reads on
   * and says nothing: so it is asked this often whether it is there. Found with a pty; a USB adapter that
   * is pulled out while it sends hangs up in the same way.
   */
  hangUpCheckMs: 1_000,
} as const;

/** A serial port, 8N1, taken under the operating system's lock. */
export function serialChannel(settings: SerialSettings, clock: Clock): OpenChannel {
  const address = `serial:${settings.path}`;
  return async (events) => {
    // Lazily: the native binding is loaded only in a process that opens a serial port, and a machine
    // whose platform has no binding still drives its network devices.
    let Port: typeof SerialPort;
    try {
      ({ SerialPort: Port } = await import('serialport'));
    } catch (error) {
      return err(
        fault('device.open-failed', `${address}: the serial binding does not load: ${String(error)}`),
      );
    }
    const port = new Port({
      ...settings,
      dataBits: 8,
      stopBits: 1,
      parity: 'none',
      lock: true,
      autoOpen: false,
    });
    const failure = await new Promise<Error | null>((resolve) => port.open(resolve));
    if (failure) return err(openFailure(address, failure));
    await raiseModemLines(port);
    return ok(opened({ port, address, baudRate: settings.baudRate, clock }, events));
  };
}

/**
 * Some readers and printers send only while the host shows DTR and RTS. A pty answers ENOTTY, and some
 * USB adapters refuse too, which does not stop the three other wires.
 */
function raiseModemLines(port: SerialPort): Promise<void> {
  return new Promise((resolve) => {
    port.set({ dtr: true, rts: true }, () => resolve());
  });
}

interface OpenPort {
  readonly port: SerialPort;
  readonly address: string;
  readonly baudRate: number;
  readonly clock: Clock;
}

function opened({ port, address, baudRate, clock }: OpenPort, events: ChannelEvents): ByteChannel {
  let closing: Promise<void> | null = null;
  let gone = false;
  const lost = (why: string) => fault('device.lost', `${address}: ${why}`);
  const writer = new LineWriter(port, { clock, baudRate, lost });
  port.on('data', (bytes: Uint8Array) => events.onData(bytes));
  port.on('error', () => undefined); // every error also ends in 'close' or in the write's callback
  port.on('close', (error: Error | null) => {
    if (gone) return;
    gone = true;
    cancelCheck();
    writer.end(error?.message ?? 'the port closed');
    if (closing === null) events.onClose(lost(error?.message ?? 'the port closed'));
  });

  let cancelCheck: () => void = () => undefined;
  const checkLater = () => {
    cancelCheck = clock.after(serialDelays.hangUpCheckMs, () => {
      port.get((error) => {
        if (gone || closing !== null) return;
        if (isHungUp(error)) port.close();
        else checkLater();
      });
    });
  };
  checkLater();

  return {
    write: (bytes) =>
      closing === null ? writer.write(bytes) : Promise.resolve(err(lost('the port is closed'))),
    close() {
      cancelCheck();
      closing ??= gone
        ? Promise.resolve()
        : new Promise((resolve) => {
            writer.end('the port is closed');
            // Whatever the driver has not sent yet would hold the close back on a flow-controlled line.
            port.flush(() => port.close(() => resolve()));
          });
      return closing;
    },
  };
}

/** Every request to a terminal that has hung up ends with EIO; a pty that lives only refuses this one. */
function isHungUp(error: Error | null): boolean {
  return error !== null && /input\/output error|\bEIO\b/i.test(error.message);
}
