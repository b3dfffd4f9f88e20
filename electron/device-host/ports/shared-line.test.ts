import { describe, expect, it } from 'vitest';
import type { FromDeviceHost } from '#contract/device-host.ts';
import { SimulatedBus } from '#drivers/channel/simulated-bus.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { noRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { DeviceHost } from '../device-host.ts';
import { FakeSerialPorts } from './for-tests.ts';

const PORT = '/dev/ttyUSB0';

function setUp() {
  const clock = new SimulatedClock();
  const ports = new FakeSerialPorts(clock);
  const bus = () =>
    new SimulatedBus({
      clock,
      baudRate: 9_600,
      members: [1, 2].map((screen) => new OnbonSimulator({ clock, screen })),
      echo: false,
    });
  ports.plug(PORT, bus(), {}, false);
  const sent: FromDeviceHost[] = [];
  const host = new DeviceHost({
    clock,
    serialPorts: ports.system,
    rare: noRareGlyphs,
    send: (message) => sent.push(message),
    log: () => undefined,
    onStopped: () => undefined,
    onHung: () => undefined,
  });
  return {
    clock,
    ports,
    bus,
    sent,
    configure: (devices: readonly object[]) => host.receive({ type: 'configure', devices }),
    states: () =>
      [1, 2].map((screen) => {
        const last = sent.findLast(
          (message) => message.type === 'device' && message.device.id === `display-${screen}`,
        );
        return last?.type === 'device' ? last.device.status.state : null;
      }),
    unknown: () => {
      const last = sent.findLast((message) => message.type === 'ports');
      return last?.type === 'ports' ? last.unknown.map(({ path }) => path) : [];
    },
  };
}

function display(screen: number) {
  return {
    kind: 'queue-display',
    id: `display-${screen}`,
    channel: `serial:${PORT}`,
    baudRate: 9_600,
    identity: null,
    enabled: true,
    window: String(screen),
    display: {
      protocol: 'onbon',
      screen,
      profile: 'bx-5k',
      widthPx: 64,
      heightPx: 16,
      panel: 'one-colour',
      answersCarryScreen: true,
      volume: 5,
      speechSpeed: 5,
      speechRepeats: 0,
    },
  };
}

describe('the serial port of displays that share a line', () => {
  it('is somebody’s as long as one of them is configured, whoever came first', async () => {
    const { clock, sent, configure, states, unknown } = setUp();
    configure([display(1), display(2)]);
    await clock.advance(5_000);
    expect(states()).toEqual(['ready', 'ready']);
    expect(unknown()).toEqual([]);

    sent.length = 0;
    configure([display(2)]);
    await clock.advance(30_000);
    expect(sent.filter((message) => message.type === 'device').at(-1)).toMatchObject({
      device: { id: 'display-2', status: { state: 'ready' } },
    });
    expect(JSON.stringify(sent)).not.toContain('lost');
    expect(unknown()).toEqual([]);

    configure([]);
    await clock.advance(10_000);
    expect(unknown()).toEqual([PORT]);
  });

  it('that is pulled loses them all, and plugged in again is opened at once', async () => {
    const { clock, ports, bus, configure, states } = setUp();
    configure([display(1), display(2)]);
    await clock.advance(5_000);
    ports.unplug(PORT, true);
    // Long enough for the longest pause between two tries.
    await clock.advance(60_000);
    expect(states()).toEqual(['lost', 'lost']);
    ports.plug(PORT, bus(), {}, true);
    await clock.advance(1_000);
    expect(states()).toEqual(['ready', 'ready']);
  });
});
