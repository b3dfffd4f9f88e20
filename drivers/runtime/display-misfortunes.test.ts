import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultCode } from '#contract/fault.ts';
import { fault } from '#contract/fault.ts';
import { sleep } from '#contract/ports.ts';
import type { OnbonSettings } from '#contract/queue-display.ts';
import type { Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedBus } from '../channel/simulated-bus.ts';
import type { DeviceSimulator } from '../channel/simulator.ts';
import { modbusDialect } from '../modbus-display/dialect.ts';
import { armflyAscii } from '../modbus-display/settings.ts';
import { ModbusDisplaySimulator } from '../modbus-display/simulator.ts';
import { onbonDialect } from '../onbon-display/dialect.ts';
import { OnbonSimulator } from '../onbon-display/simulator.ts';
import { templateDialect } from '../template-display/dialect.ts';
import { chineseBoard } from '../template-display/examples.ts';
import { TemplateDisplaySimulator } from '../template-display/simulator.ts';
import { decodeGb2312 } from '../codec/gb2312.ts';
import type { DisplayDialect } from './display-dialect.ts';
import { DisplayLine } from './display-line.ts';
import { displayDelays, type Display } from './display.ts';
import { SimulatedClock } from './simulated-clock.ts';

/** Each misfortune in each state, for a display that shares its line with one that is well. */

const states = ['opening', 'identifying', 'idle', 'showing'] as const;
type State = (typeof states)[number];
type SickAnswer = 'garbage' | 'half-frame' | 'wrong-checksum';

const OPENING_MS = 400;
const STEADY: OnbonSettings = {
  screen: 200,
  profile: 'bx-6k',
  widthPx: 192,
  heightPx: 32,
  panel: 'one-colour',
  answersCarryScreen: true,
  volume: 7,
  speechSpeed: 5,
  speechRepeats: 0,
};

interface Victim {
  readonly simulator: DeviceSimulator;
  readonly dialect: DisplayDialect;
  spoil(kind: SickAnswer | 'nack' | null): void;
  losePower(): void;
  text(): string;
}

const victims: Readonly<Record<'onbon' | 'modbus' | 'template', () => Victim>> = {
  onbon: () => {
    const simulator = new OnbonSimulator({ clock, screen: 3 });
    return {
      simulator,
      dialect: onbonDialect({ ...STEADY, screen: 3 }),
      spoil: (kind) => simulator.setFault(kind === 'nack' ? 'busy' : kind),
      losePower: () => simulator.losePower(),
      text: () => simulator.shown?.text ?? '',
    };
  },
  modbus: () => {
    const simulator = new ModbusDisplaySimulator({ clock, unit: 3 });
    return {
      simulator,
      dialect: modbusDialect({ ...armflyAscii, unit: 3 }),
      spoil: (kind) => simulator.setFault(kind === 'nack' ? 'busy' : kind),
      losePower: () => simulator.losePower(),
      text: () => simulator.text,
    };
  },
  template: () => {
    const simulator = new TemplateDisplaySimulator(clock, chineseBoard);
    return {
      simulator,
      dialect: templateDialect(chineseBoard),
      spoil: (kind) => simulator.setFault(kind === 'nack' ? null : kind),
      losePower: () => simulator.losePower(),
      text: () => decodeGb2312(simulator.shown?.texts[0] ?? new Uint8Array(0)).trimEnd(),
    };
  },
};

let clock: SimulatedClock;
let victim: Victim;
let steadySimulator: OnbonSimulator;
let bus: SimulatedBus;
let memory: MemoryLine;
let display: Display;
let steady: Display;
/** How the call ended that the display should show afterwards. */
let called: Promise<Result<void>>;

beforeEach(() => {
  clock = new SimulatedClock();
});

function build(family: keyof typeof victims): void {
  victim = victims[family]();
  steadySimulator = new OnbonSimulator({ clock, screen: STEADY.screen });
  bus = new SimulatedBus({
    clock,
    baudRate: 9_600,
    members: [victim.simulator, steadySimulator],
    echo: false,
  });
  memory = new MemoryLine(bus, clock);
  const line = new DisplayLine({
    clock,
    baudRate: 9_600,
    open: async (events) => {
      await sleep(clock, OPENING_MS);
      return memory.open(events);
    },
  });
  display = line.add(victim.dialect, () => undefined);
  steady = line.add(onbonDialect(STEADY), () => undefined);
}

const callOf = (ticket: string): WindowDisplayContent => ({
  ticket,
  window: '3',
  text: { zh: ticket, en: ticket },
  flash: true,
  speech: null,
});

/** Brings it to the state, with a call that it should show in the end. */
async function bring(state: State): Promise<void> {
  display.start();
  steady.start();
  switch (state) {
    case 'opening':
      await clock.advance(OPENING_MS / 2);
      expect(display.status.state).toBe('opening');
      called = display.show(callOf('A012'));
      return;
    case 'identifying':
      await clock.advance(OPENING_MS + 2);
      expect(display.status.state).toBe('identifying');
      called = display.show(callOf('A012'));
      return;
    case 'idle':
      await clock.advance(2_000);
      called = display.show(callOf('A012'));
      await clock.advance(1_000);
      expect(victim.text()).toBe('A012');
      return;
    case 'showing':
      await clock.advance(2_000);
      expect(display.status.state).toBe('ready');
      called = display.show(callOf('A012'));
      await clock.advance(5);
      expect(display.status.state).toBe('busy');
      return;
    default: {
      const never: never = state;
      return never;
    }
  }
}

async function codeOfCall(): Promise<FaultCode | 'shown'> {
  const result = await called;
  return result.ok ? 'shown' : result.fault.code;
}

const endOfCall = (state: State, whileShowing: FaultCode): FaultCode | 'shown' =>
  state === 'showing' ? whileShowing : state === 'idle' ? 'shown' : 'device.not-ready';

async function healed(): Promise<void> {
  await clock.advance(displayDelays.retryMaxMs + 4_000);
  expect(display.status.state).toBe('ready');
  expect(victim.text()).toBe('A012');
  expect(steady.status.state).toBe('ready');
}

/** The neighbour is called in the middle of it all. */
async function neighbourIsWell(): Promise<void> {
  const other = steady.show(callOf('B007'));
  await clock.advance(1_500);
  expect((await other).ok).toBe(true);
  expect(steadySimulator.shown?.text).toBe('B007');
}

describe.each(['onbon', 'modbus', 'template'] as const)('%s', (family) => {
  describe.each(states)('while it is %s', (state) => {
    it('the line is unplugged: both are lost, and the content is back when the line is', async () => {
      build(family);
      await bring(state);
      memory.unplug(fault('device.port-missing'));
      await clock.advance(5_000);
      expect(await codeOfCall()).toBe(endOfCall(state, 'device.lost'));
      for (const each of [display, steady]) {
        expect(each.status).toMatchObject({ state: 'lost', fault: { code: 'device.port-missing' } });
      }
      victim.losePower();
      memory.plug();
      await healed();
    });

    it('it falls silent: it alone is away, and has its content when it is back', async () => {
      build(family);
      await bring(state);
      bus.setPlugged(victim.simulator, false);
      await clock.advance(10_000);
      expect(await codeOfCall()).toBe(endOfCall(state, 'device.silent'));
      expect(display.status).toMatchObject({
        state: state === 'idle' || state === 'showing' ? 'lost' : 'unidentified',
        fault: { code: 'device.silent' },
      });
      await neighbourIsWell();
      victim.losePower();
      bus.setPlugged(victim.simulator, true);
      await healed();
    });

    it.each(['garbage', 'half-frame', 'wrong-checksum'] as const)(
      'its answers are %s: it is away until they are right again',
      async (kind) => {
        build(family);
        await bring(state);
        victim.spoil(kind);
        await clock.advance(10_000);
        expect(await codeOfCall()).toBe(endOfCall(state, 'device.garbled'));
        expect(display.status).toMatchObject({
          state: state === 'idle' || state === 'showing' ? 'lost' : 'unidentified',
          fault: { code: 'device.garbled' },
        });
        await neighbourIsWell();
        victim.losePower();
        victim.spoil(null);
        await healed();
      },
    );
  });
});

describe.each(['onbon', 'modbus'] as const)('%s', (family) => {
  it.each(states)(
    'refuses everything while it is %s: away with its refusal, until it takes it',
    async (state) => {
      build(family);
      await bring(state);
      victim.spoil('nack');
      await clock.advance(10_000);
      expect(await codeOfCall()).toBe(endOfCall(state, 'device.refused'));
      expect(display.status).toMatchObject({
        state: state === 'idle' || state === 'showing' ? 'lost' : 'unidentified',
        fault: { code: 'device.refused' },
      });
      await neighbourIsWell();
      victim.losePower();
      victim.spoil(null);
      await healed();
    },
  );
});
