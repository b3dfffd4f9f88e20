import { expect } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import { queueDisplaySettingsSchema, type QueueDisplaySettings } from '#contract/queue-display.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { OpenChannel } from '#drivers/channel/channel.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';
import { decodeGb2312 } from '#drivers/codec/gb2312.ts';
import { LineDisplaySimulator } from '#drivers/line-display/simulator.ts';
import { ModbusDisplaySimulator } from '#drivers/modbus-display/simulator.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { DisplayLine } from '#drivers/runtime/display-line.ts';
import type { Display } from '#drivers/runtime/display.ts';
import { dialectOf } from '#drivers/display-dialects.ts';
import { TemplateDisplaySimulator } from '#drivers/template-display/simulator.ts';
import { askHand, hardwareHarness, hardwareTarget, simulatorHarnesses, type Harness } from './bench.ts';
import { describeDeviceContract, DONE, expectLostWhileSilent, type Unit } from './device-contract.ts';
import { HeardSimulator } from './heard-simulator.ts';

/** Bytes that were written are in the simulator within milliseconds, whatever the machine does. */
const LOOK_MS = 30_000;

/** What one sees and does at a display. */
export interface DisplayHands {
  /** Until this stands there; on hardware somebody is asked to look. */
  look(expected: string): Promise<void>;
  /** Simulators of displays that answer only. */
  setSilent: ((isSilent: boolean) => void) | null;
}

interface DisplayUnit extends Unit {
  readonly driver: Display;
}

/**
 * `YIZHAN_HARDWARE_QUEUE_DISPLAY='serial:/dev/ttyUSB3@9600/{"protocol":"modbus",…}'` adds the display that
 * hangs there, with the settings that stand under `display` in the configuration.
 */
export function displayHardware(): { harness: Harness<DisplayHands>; settings: QueueDisplaySettings }[] {
  const target = hardwareTarget('YIZHAN_HARDWARE_QUEUE_DISPLAY', () => false);
  if (target === null) return [];
  const settings = queueDisplaySettingsSchema.parse(JSON.parse(target.profile));
  const harness = hardwareHarness<DisplayHands>('queue display', target, {
    look: (expected) => askHand(`queue display: look whether it shows ${expected}`),
    setSilent: null,
  });
  return [{ harness, settings }];
}

export function displayHarnesses(settings: QueueDisplaySettings): Harness<DisplayHands>[] {
  return simulatorHarnesses<DisplayHands>(() => {
    const { simulator, shown, setSilent } = simulated(settings);
    const heard = new HeardSimulator(simulator);
    // A window of digits shows no letters.
    const look = (ticket: string) =>
      heard.until(`showing ${ticket}`, () => shown().includes(ticket.slice(1)), LOOK_MS);
    return { simulator: heard, hands: { look, setSilent } };
  });
}

function simulated(settings: QueueDisplaySettings): {
  simulator: DeviceSimulator;
  shown: () => string;
  setSilent: ((isSilent: boolean) => void) | null;
} {
  const clock = systemClock;
  switch (settings.protocol) {
    case 'onbon': {
      const simulator = new OnbonSimulator({ clock, screen: settings.screen });
      return {
        simulator,
        shown: () => simulator.shown?.text ?? '',
        setSilent: (isSilent) => simulator.setFault(isSilent ? 'silent' : null),
      };
    }
    case 'modbus': {
      const simulator = new ModbusDisplaySimulator({ clock, unit: settings.unit });
      return {
        simulator,
        shown: () => (settings.shows.type === 'ascii' ? simulator.text : String(simulator.number)),
        setSilent: (isSilent) => simulator.setFault(isSilent ? 'silent' : null),
      };
    }
    case 'line': {
      const simulator = new LineDisplaySimulator(settings.dialect);
      return { simulator, shown: () => simulator.lines[0] ?? '', setSilent: null };
    }
    case 'template': {
      const simulator = new TemplateDisplaySimulator(clock, settings);
      return {
        simulator,
        shown: () => decodeGb2312(simulator.shown?.texts[0] ?? new Uint8Array(0)),
        setSilent:
          settings.answerHex === null ? null : (isSilent) => simulator.setFault(isSilent ? 'silent' : null),
      };
    }
    default: {
      const never: never = settings;
      return never;
    }
  }
}

function create(
  settings: QueueDisplaySettings,
  open: OpenChannel,
  onStatus: (status: DeviceState) => void,
): Display {
  const line = new DisplayLine({ clock: systemClock, open, baudRate: 9_600 });
  return line.add(dialectOf(settings), onStatus);
}

export function describeDisplayContract(
  kind: string,
  harness: Harness<DisplayHands>,
  settings: QueueDisplaySettings,
): void {
  const answers = !(
    settings.protocol === 'line' ||
    (settings.protocol === 'template' && settings.answerHex === null)
  );
  describeDeviceContract<DisplayHands, DisplayUnit>(`queue display ${kind}`, harness, {
    identity: answers ? /^(?!.*never answers)\S/ : /never answers/,
    answers,
    isBusyAtWork: true,
    create: (open, onStatus) => ({ driver: create(settings, open, onStatus) }),
    work: (unit, { hands }, turn) => show(unit, hands, `A${100 + turn}`),
    inTurn: {
      run: async (unit, { hands }) => {
        const done: string[] = [];
        await Promise.all(
          ['A111', 'A112'].map(async (ticket) => {
            const result = await unit.driver.show(call(ticket));
            done.push(`${ticket} ${result.ok}`);
          }),
        );
        await hands.look('A112');
        return done;
      },
      expected: ['A111 true', 'A112 true'],
    },
    longWork:
      !answers || harness.isHardware
        ? null
        : {
            begin: (unit, { hands }) => {
              hands.setSilent?.(true);
              return show(unit, hands, 'A109');
            },
            after: ({ hands }) => hands.setSilent?.(false),
          },
    honesty: answers
      ? [
          {
            title: 'is lost when it falls silent in a call, and shows the call when it speaks again',
            needsSimulator: true,
            run: async (unit, { hands }, log) => {
              let calling: Promise<string> = Promise.resolve('');
              await expectLostWhileSilent(log, (isSilent) => {
                hands.setSilent?.(isSilent);
                if (isSilent) calling = show(unit, hands, 'A106');
              });
              expect(await calling).toBe('device.silent');
              await hands.look('A106');
            },
          },
        ]
      : [],
  });
}

async function show(unit: DisplayUnit, hands: DisplayHands, ticket: string): Promise<string> {
  const result = await unit.driver.show(call(ticket));
  if (!result.ok) return result.fault.code;
  await hands.look(ticket);
  return DONE;
}

function call(ticket: string): WindowDisplayContent {
  return {
    ticket,
    window: '3',
    text: { zh: `请${ticket}号`, en: `${ticket} window 3` },
    flash: true,
    speech: null,
  };
}
