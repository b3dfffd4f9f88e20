import type { Clock } from '#contract/ports.ts';
import type { DeviceSimulator, SimulatedLine } from '#drivers/channel/simulator.ts';
import { UartWire } from '#drivers/channel/uart-wire.ts';

/** What passed on a line, newest last. */
export interface Transfer {
  readonly from: 'host' | 'device';
  readonly bytes: number;
}

export interface UartRecord {
  readonly transfers: Transfer[];
  readonly latenessMs: number[];
}

/** Puts a serial line between a device and whatever it is attached to. */
export function overUart(
  device: DeviceSimulator,
  options: { readonly clock: Clock; readonly baudRate: number; readonly record: UartRecord },
): DeviceSimulator {
  const { clock, baudRate, record } = options;
  return {
    attach: (line: SimulatedLine) => {
      const toHost = new UartWire(clock, baudRate, (bytes) => line.send(bytes), record.latenessMs);
      const plug = device.attach({
        send: (bytes) => {
          record.transfers.push({ from: 'device', bytes: bytes.length });
          toHost.carry(bytes);
        },
      });
      const toDevice = new UartWire(clock, baudRate, (bytes) => plug.receive(bytes), record.latenessMs);
      return {
        receive: (bytes) => {
          record.transfers.push({ from: 'host', bytes: bytes.length });
          toDevice.carry(bytes);
        },
        unplugged: () => {
          toHost.stop();
          toDevice.stop();
          plug.unplugged();
        },
      };
    },
  };
}
