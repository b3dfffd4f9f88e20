import type { Clock } from '#contract/ports.ts';
import type { DeviceSimulator, SimulatedLine } from '#drivers/channel/simulator.ts';
import { UartWire } from '#drivers/channel/uart-wire.ts';
import type { Figure } from './figure.ts';
import { spreadOf } from './statistics.ts';

/** What passed on a line, newest last. */
export interface Transfer {
  readonly from: 'host' | 'device';
  readonly bytes: Uint8Array;
  /** On the wire, from the first bit of the first byte. */
  readonly startMs: number;
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
          record.transfers.push({ from: 'device', bytes, startMs: toHost.carry(bytes).startMs });
        },
      });
      const toDevice = new UartWire(clock, baudRate, (bytes) => plug.receive(bytes), record.latenessMs);
      return {
        receive: (bytes) => {
          record.transfers.push({ from: 'host', bytes, startMs: toDevice.carry(bytes).startMs });
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

/** How wrong the line itself was: what a figure beside it is off by, and how disturbed the machine was. */
export function latenessFigure(where: string, latenessMs: readonly number[]): Figure {
  const spread = spreadOf(latenessMs);
  return {
    name: `the line’s own lateness a delivery, ${where}`,
    unit: 'ms',
    ours: spread.median,
    spread,
    beside: null,
    goal: null,
  };
}
