import { writeSync } from 'node:fs';
import { baudRateSchema } from '#contract/devices.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import { channelFor } from '#drivers/channel/open.ts';
import { ptyBridge, ptyCableTo } from '#drivers/channel/pty-cable.ts';
import { serialChannel } from '#drivers/channel/serial.ts';
import { tcpChannel } from '#drivers/channel/tcp.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import type { HeardSimulator } from './heard-simulator.ts';

/**
 * Where the contract of a device is held: its simulator on a socket, its simulator behind a pty and the real
 * serial library, or the device itself. The suites do not know which one it is.
 */
export interface Harness<Hands> {
  readonly label: string;
  readonly isHardware: boolean;
  /** How long a status or an event may be waited for; a hand is slower than a simulator. */
  readonly patienceMs: number;
  /** Whether a second opener is told that the port is busy, or only gets nothing. */
  readonly secondOpener: 'port-busy' | 'not-told';
  /** A device on a line, for one test. */
  bench(): Promise<Bench<Hands>>;
}

export interface Bench<Hands> {
  readonly open: OpenChannel;
  readonly cable: { pull(): Promise<void>; plug(): Promise<void> };
  readonly hands: Hands;
  /** Once a driver has closed: the port is there for the next one. A device server notices a moment later. */
  freed(): Promise<void>;
  end(): Promise<void>;
}

const SIMULATOR_PATIENCE_MS = 30_000;
const HAND_PATIENCE_MS = 120_000;

export interface Simulated<Hands> {
  readonly simulator: HeardSimulator;
  readonly hands: Hands;
}

/** Of a pty only where this machine can make one; the title of the suite says so when it cannot. */
export function simulatorHarnesses<Hands>(make: () => Simulated<Hands>): Harness<Hands>[] {
  const common = { isHardware: false, patienceMs: SIMULATOR_PATIENCE_MS } as const;
  const overTcp: Harness<Hands> = {
    ...common,
    label:
      ptyBridge === null
        ? 'the simulator over TCP (no socat, no python3: no pty here)'
        : 'the simulator over TCP',
    secondOpener: 'not-told',
    bench: async () => {
      const { simulator, hands } = make();
      const served = await serveSimulator(simulator, { host: '127.0.0.1', port: 0 });
      return {
        open: tcpChannel({ host: '127.0.0.1', port: served.port }, systemClock),
        cable: { pull: () => served.unplug(), plug: () => served.plug() },
        hands,
        freed: () => simulator.freed(SIMULATOR_PATIENCE_MS),
        end: () => served.close(),
      };
    },
  };
  const overPty: Harness<Hands> = {
    ...common,
    label: 'the simulator behind a pty, through the serial library',
    secondOpener: 'port-busy',
    bench: async () => {
      const { simulator, hands } = make();
      const cable = await ptyCableTo(simulator);
      return {
        open: serialChannel({ path: cable.path, baudRate: 115_200, rtscts: false }, systemClock),
        cable,
        hands,
        freed: () => Promise.resolve(),
        end: () => cable.close(),
      };
    },
  };
  return ptyBridge === null ? [overTcp] : [overTcp, overPty];
}

export interface HardwareTarget {
  readonly open: OpenChannel;
  readonly isSerial: boolean;
  /** What stands behind the slash. */
  readonly profile: string;
}

/**
 * `serial:/dev/ttyUSB0@115200/PROFILE` or `tcp:192.0.2.7:9100/PROFILE`; null when the variable is not set.
 * Throws for a value that cannot be read: whoever sets it wants these tests.
 */
export function hardwareTarget(
  variable: string,
  rtscts: (profile: string) => boolean,
): HardwareTarget | null {
  const text = process.env[variable];
  if (text === undefined || text === '') return null;
  const found = /^(serial:[^@\s]+|tcp:[^@/\s]+:\d+)(?:@(\d+))?\/(.+)$/.exec(text);
  const [, channel, baud, profile] = found ?? [];
  const baudRate = baudRateSchema.safeParse(Number(baud ?? 9_600));
  if (channel === undefined || profile === undefined || !baudRate.success) {
    throw new Error(`${variable}: expected serial:/dev/ttyUSB0@115200/PROFILE or tcp:HOST:PORT/PROFILE`);
  }
  const open = channelFor({ channel, baudRate: baudRate.data, rtscts: rtscts(profile) }, systemClock);
  if (!open.ok) throw new Error(`${variable}: ${open.fault.detail ?? open.fault.code}`);
  return { open: open.value, isSerial: channel.startsWith('serial:'), profile };
}

/** What a hand must do is asked for in one line, and then waited for by the device's own word. */
export function hardwareHarness<Hands>(name: string, target: HardwareTarget, hands: Hands): Harness<Hands> {
  return {
    label: `the hardware (${name})`,
    isHardware: true,
    patienceMs: HAND_PATIENCE_MS,
    secondOpener: target.isSerial ? 'port-busy' : 'not-told',
    bench: () =>
      Promise.resolve({
        open: target.open,
        cable: {
          pull: () => askHand(`${name}: pull the cable out`),
          plug: () => askHand(`${name}: put the cable back`),
        },
        hands,
        freed: () => Promise.resolve(),
        end: () => Promise.resolve(),
      }),
  };
}

/** Past the test runner, which would hold the line back until the test has ended. */
export function askHand(line: string): Promise<void> {
  writeSync(2, `\n>>> ${line}\n`);
  return Promise.resolve();
}
