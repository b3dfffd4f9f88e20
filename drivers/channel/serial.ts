import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { SerialPort } from 'serialport';
import {
  chunksOf,
  MAX_CHUNK_BYTES,
  type ByteChannel,
  type ChannelEvents,
  type OpenChannel,
} from './channel.ts';
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
    return ok(opened(port, address, events, clock));
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

function opened(port: SerialPort, address: string, events: ChannelEvents, clock: Clock): ByteChannel {
  let closing: Promise<void> | null = null;
  let gone = false;
  const lost = (why: string) => fault('device.lost', `${address}: ${why}`);
  let signalGone: () => void = () => undefined;
  const closed = new Promise<void>((resolve) => {
    signalGone = resolve;
  });
  port.on('data', (bytes: Uint8Array) => events.onData(bytes));
  port.on('error', () => undefined); // every error also ends in 'close' or in the write's callback
  port.on('close', (error: Error | null) => {
    if (gone) return;
    gone = true;
    cancelCheck();
    signalGone();
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

  const writeChunk = (chunk: Uint8Array) =>
    new Promise<Result<void>>((resolve) => {
      void closed.then(() => resolve(err(lost('the port closed'))));
      port.write(chunk, (writeError) => {
        if (writeError) {
          resolve(err(lost(writeError.message)));
          return;
        }
        port.drain((drainError) => resolve(drainError ? err(lost(drainError.message)) : ok(undefined)));
      });
    });

  return {
    async write(bytes) {
      for (const chunk of chunksOf(bytes, MAX_CHUNK_BYTES)) {
        if (gone || closing !== null) return err(lost('the port is closed'));
        const written = await writeChunk(chunk);
        if (!written.ok) return written;
      }
      return ok(undefined);
    },
    close() {
      cancelCheck();
      closing ??= gone
        ? Promise.resolve()
        : new Promise((resolve) => {
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
