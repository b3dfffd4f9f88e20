import type { Clock } from '#contract/ports.ts';
import { fault } from '#contract/fault.ts';
import { ok, type Result } from '#contract/result.ts';
import { chunksOf, MAX_CHUNK_BYTES, type OpenChannel } from '#drivers/channel/channel.ts';
import { LineWriter, type DrainingPort } from '#drivers/channel/line-writer.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';
import { UartPort } from '#drivers/channel/uart-port.ts';
import { UartWire } from '#drivers/channel/uart-wire.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';

/** Linux as distributions build it ticks 250 times a second, and looks once a tick whether a port is empty. */
export const KERNEL_TICK_MS = 4;

export interface SerialModelSettings {
  readonly device: DeviceSimulator;
  /** The wire's: precise. What is measured runs by the system's clock, with its late timers. */
  readonly clock: Clock;
  readonly baudRate: number;
  readonly callbackMs: number;
  /** `ours`: drivers/channel. `drain-each`: a chunk is drained before the next one is handed over. */
  readonly writing: 'ours' | 'drain-each';
}

/** A channel over a serial port that is modelled: drivers/channel/serial.ts but for the library. */
export function serialModel(settings: SerialModelSettings): { open: OpenChannel; port(): UartPort } {
  const { device, clock, baudRate, callbackMs } = settings;
  let current: UartPort | null = null;
  return {
    port: () => {
      if (current === null) throw new Error('the line was never opened');
      return current;
    },
    open: (events) => {
      const toHost = new UartWire(clock, baudRate, (bytes) => events.onData(bytes), []);
      const plug = device.attach({ send: (bytes) => toHost.carry(bytes) });
      const port = new UartPort({
        clock,
        baudRate,
        tickMs: KERNEL_TICK_MS,
        callbackMs,
        deliver: (bytes) => plug.receive(bytes),
      });
      current = port;
      const writer = new LineWriter(port, {
        clock: systemClock,
        baudRate,
        lost: (why) => fault('device.lost', why),
      });
      return Promise.resolve(
        ok({
          write: (bytes) => (settings.writing === 'ours' ? writer.write(bytes) : drainEach(port, bytes)),
          close: () => {
            writer.end('closed');
            port.close();
            toHost.stop();
            plug.unplugged();
            return Promise.resolve();
          },
        }),
      );
    },
  };
}

async function drainEach(port: DrainingPort, bytes: Uint8Array): Promise<Result<void>> {
  for (const chunk of chunksOf(bytes, MAX_CHUNK_BYTES)) {
    await new Promise((resolve) => port.write(chunk, resolve));
    await new Promise((resolve) => port.drain(resolve));
  }
  return ok(undefined);
}
