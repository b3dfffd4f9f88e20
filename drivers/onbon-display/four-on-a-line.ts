import type { OnbonSettings } from '#contract/queue-display.ts';
import type { Clock } from '#contract/ports.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedBus } from '../channel/simulated-bus.ts';
import type { DeviceSimulator } from '../channel/simulator.ts';
import { DisplayLine } from '../runtime/display-line.ts';
import { onbonDialect } from './dialect.ts';
import { OnbonSimulator } from './simulator.ts';

/** Four displays of a hall on one simulated line, each byte of which takes its time: for benchmarks. */
export interface FourDisplays {
  /** Milliseconds from the call until all four displays show it. */
  call(ticket: string): Promise<number>;
  /** Bytes of requests and answers since the line was opened: what the line had to carry at least. */
  readonly wireBytes: number;
  close(): Promise<void>;
}

const SCREENS = [1, 2, 3, 4] as const;

/** Resolves when all four are ready. */
export async function openFourDisplays(clock: Clock, baudRate: number): Promise<FourDisplays> {
  let look: () => void = () => undefined;
  const simulators = SCREENS.map((screen) => new OnbonSimulator({ clock, screen }));
  const members = simulators.map((simulator) => watched(simulator, () => look()));
  const wire = counted(new SimulatedBus({ clock, baudRate, members, echo: false }));
  const memory = new MemoryLine(wire.simulator, clock);
  const line = new DisplayLine({ clock, open: memory.open, baudRate });
  const displays = await Promise.all(
    SCREENS.map(
      (screen) =>
        new Promise<ReturnType<DisplayLine['add']>>((resolve) => {
          const display = line.add(onbonDialect(settingsOf(screen)), (status) => {
            if (status.state === 'ready') resolve(display);
          });
          display.start();
        }),
    ),
  );

  return {
    call: async (ticket) => {
      const startMs = clock.monotonicMs();
      const { promise: shown, resolve } = Promise.withResolvers<number>();
      look = () => {
        if (simulators.every((simulator) => simulator.shown?.text.includes(`请${ticket}号`) === true))
          resolve(clock.monotonicMs() - startMs);
      };
      const calls = displays.map((display, index) => display.show(contentOf(ticket, String(index + 1))));
      const tookMs = await shown;
      // The last acknowledgement is still on its way; the next call would wait for it.
      await Promise.all(calls);
      return tookMs;
    },
    get wireBytes() {
      return wire.bytes();
    },
    close: async () => {
      await Promise.all(displays.map((display) => display.close()));
    },
  };
}

function settingsOf(screen: number): OnbonSettings {
  return {
    screen,
    profile: 'bx-6k-yy',
    widthPx: 192,
    heightPx: 32,
    panel: 'red-green',
    answersCarryScreen: true,
    volume: 7,
    speechSpeed: 5,
    speechRepeats: 0,
  };
}

/** The sentence of a real call, shown and spoken. */
function contentOf(ticket: string, window: string): WindowDisplayContent {
  const zh = `请${ticket}号到${window}号窗口办理`;
  return {
    ticket,
    window,
    text: { zh, en: `${ticket}, please go to window ${window}` },
    flash: true,
    speech: zh,
  };
}

function watched(simulator: DeviceSimulator, look: () => void): DeviceSimulator {
  return {
    attach: (line) => {
      const plug = simulator.attach(line);
      return {
        receive: (bytes) => {
          plug.receive(bytes);
          look();
        },
        unplugged: () => plug.unplugged(),
      };
    },
  };
}

function counted(simulator: DeviceSimulator): { simulator: DeviceSimulator; bytes: () => number } {
  let byteCount = 0;
  return {
    bytes: () => byteCount,
    simulator: {
      attach: (line) => {
        const plug = simulator.attach({
          send: (bytes) => {
            byteCount += bytes.length;
            line.send(bytes);
          },
        });
        return {
          receive: (bytes) => {
            byteCount += bytes.length;
            plug.receive(bytes);
          },
          unplugged: () => plug.unplugged(),
        };
      },
    },
  };
}
