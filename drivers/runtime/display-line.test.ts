import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { DisplayTemplate } from '#contract/queue-display.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedBus } from '../channel/simulated-bus.ts';
import type { DeviceSimulator } from '../channel/simulator.ts';
import { concat } from '../codec/bytes.ts';
import { lineDialect } from '../line-display/dialect.ts';
import { LineDisplaySimulator } from '../line-display/simulator.ts';
import { modbusDialect } from '../modbus-display/dialect.ts';
import { armflyAscii, armflyNumber } from '../modbus-display/settings.ts';
import { ModbusDisplaySimulator } from '../modbus-display/simulator.ts';
import { onbonDialect } from '../onbon-display/dialect.ts';
import { onbonPanel } from '../onbon-display/for-tests.ts';
import { encodeFrame, FrameParser } from '../onbon-display/protocol.ts';
import { OnbonSimulator } from '../onbon-display/simulator.ts';
import { templateDialect } from '../template-display/dialect.ts';
import { TemplateDisplaySimulator } from '../template-display/simulator.ts';
import { DisplayLine } from './display-line.ts';
import { displayDelays, type Display } from './display.ts';
import { SimulatedClock } from './simulated-clock.ts';

const BAUD = 9_600;

let clock: SimulatedClock;
let screens: OnbonSimulator[];
let bus: SimulatedBus;
let memory: MemoryLine;
let line: DisplayLine;
let displays: Display[];
let states: DeviceState[][];

beforeEach(() => {
  clock = new SimulatedClock();
  screens = [1, 2, 3, 4].map((screen) => new OnbonSimulator({ clock, screen }));
  useMembers(screens);
  displays = [1, 2, 3, 4].map(addScreen);
});

function useMembers(members: readonly DeviceSimulator[]): void {
  bus = new SimulatedBus({ clock, baudRate: BAUD, members, echo: false });
  memory = new MemoryLine(bus, clock);
  line = new DisplayLine({ clock, open: memory.open, baudRate: BAUD });
  states = [];
}

function addScreen(screen: number): Display {
  const log: DeviceState[] = [];
  states.push(log);
  return line.add(onbonDialect(onbonPanel(screen)), (status) => log.push(status));
}

function callOf(ticket: string): WindowDisplayContent {
  const zh = `请${ticket}号到3号窗口办理`;
  return { ticket, window: '3', text: { zh, en: ticket }, flash: true, speech: zh };
}

function at<T>(list: readonly T[], index: number): T {
  const item = list[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
}

async function startAll(): Promise<void> {
  for (const display of displays) display.start();
  await clock.advance(3_000);
  expect(displays.map((display) => display.status.state)).toEqual(displays.map(() => 'ready'));
}

const shown = () => screens.map((screen) => screen.shown?.text ?? null);
const stateOf = (index: number) => at(displays, index).status.state;

/** Sleeps until it holds, and says how long that took. */
async function timeUntil(holds: () => boolean, limitMs: number): Promise<number> {
  for (let ms = 0; ms <= limitMs; ms += 1) {
    if (holds()) return ms;
    await clock.advance(1);
  }
  return Number.POSITIVE_INFINITY;
}

/** Each frame of the host's, by the screen that it is for. */
function framesFor(screen: number): number {
  const parser = new FrameParser();
  return memory.written
    .flatMap((bytes) => parser.push(bytes))
    .filter((event) => event.type === 'frame' && event.destination === screen).length;
}

describe('displays that share a line', () => {
  it('are all ready after one opening, and each shows what it was called for', async () => {
    await startAll();
    expect(memory.openCount).toBe(1);
    const calls = displays.map((display, index) => display.show(callOf(`A00${index + 1}`)));
    await clock.advance(1_000);
    expect((await Promise.all(calls)).every((result) => result.ok)).toBe(true);
    expect(shown()).toEqual([1, 2, 3, 4].map((number) => `请A00${number}号到3号窗口办理`));
    expect(screens.flatMap((screen) => screen.spoken)).toHaveLength(4);
  });

  it('are never spoken to while another one has not answered', async () => {
    await startAll();
    let isOurs = true;
    let overlaps = 0;
    const listen = bus.attach.bind(bus);
    const spied = new DisplayLine({
      clock,
      baudRate: BAUD,
      open: new MemoryLine(
        {
          attach: (wire) => {
            const plug = listen({
              send: (bytes) => {
                isOurs = bytes.at(-1) === 0x5a;
                wire.send(bytes);
              },
            });
            return {
              receive: (bytes) => {
                if (!isOurs) overlaps += 1;
                isOurs = false;
                plug.receive(bytes);
              },
              unplugged: () => plug.unplugged(),
            };
          },
        },
        clock,
      ).open,
    });
    const together = [1, 2, 3, 4].map((screen) =>
      spied.add(onbonDialect(onbonPanel(screen)), () => undefined),
    );
    for (const display of together) display.start();
    await clock.advance(3_000);
    for (const display of together) void display.show(callOf('A012'));
    await clock.advance(20_000);
    expect(together.every((display) => display.status.state === 'ready')).toBe(true);
    expect(overlaps).toBe(0);
  });

  it('free the port when the last of them is closed, and not before', async () => {
    await startAll();
    for (const display of displays.slice(1)) await display.close();
    expect(memory.isOpen).toBe(true);
    expect(line.isEmpty).toBe(false);
    await at(displays, 0).close();
    expect(memory.isOpen).toBe(false);
    expect(line.isEmpty).toBe(true);
    expect(clock.pendingTimers).toBe(0);
  });

  it('of four protocols go on side by side', async () => {
    const board: DisplayTemplate = {
      address: 9,
      parts: [
        { part: 'bytes', hex: 'AA 55' },
        { part: 'address', as: 'byte' },
        { part: 'text', of: 'ticket', encoding: 'ascii', maxBytes: 8, pad: 'spaces-behind' },
        { part: 'check', kind: 'crc16-modbus', order: 'low-first', fromPart: 0 },
      ],
      answerHex: '06 09',
    };
    const screen = new OnbonSimulator({ clock, screen: 1 });
    const number = new ModbusDisplaySimulator({ clock, unit: 2 });
    const letters = new ModbusDisplaySimulator({ clock, unit: 3 });
    const template = new TemplateDisplaySimulator(clock, board);
    useMembers([screen, number, letters, template]);
    displays = [
      line.add(onbonDialect(onbonPanel(1)), () => undefined),
      line.add(modbusDialect({ ...armflyNumber, unit: 2 }), () => undefined),
      line.add(modbusDialect({ ...armflyAscii, unit: 3 }), () => undefined),
      line.add(templateDialect(board), () => undefined),
    ];
    await startAll();
    const calls = displays.map((display) => display.show(callOf('A012')));
    await clock.advance(1_500);
    expect((await Promise.all(calls)).map((result) => result.ok)).toEqual([true, true, true, true]);
    expect(screen.shown?.text).toBe('请A012号到3号窗口办理');
    expect([number.number, letters.text]).toEqual([12, 'A012']);
    expect(new TextDecoder().decode(template.shown?.texts[0])).toBe('A012    ');
    await clock.advance(60_000);
    expect(displays.map((display) => display.status.state)).toEqual(['ready', 'ready', 'ready', 'ready']);
  });

  it('are told apart from an adapter’s echo, where their answers differ from their requests', async () => {
    const letters = new ModbusDisplaySimulator({ clock, unit: 3 });
    const members = [at(screens, 0), letters];
    bus = new SimulatedBus({ clock, baudRate: BAUD, members, echo: true });
    line = new DisplayLine({ clock, open: new MemoryLine(bus, clock).open, baudRate: BAUD });
    displays = [addScreen(1), line.add(modbusDialect({ ...armflyAscii, unit: 3 }), () => undefined)];
    await startAll();
    for (const member of members) bus.setPlugged(member, false);
    await clock.advance(20_000);
    expect(displays.map((display) => display.status.state)).toEqual(
      displays.map(() => expect.stringMatching(/^(?!ready|busy)/)),
    );
  });

  it('that never answer take their turn, and hold nobody up', async () => {
    const counter = new LineDisplaySimulator('cd5220');
    useMembers([at(screens, 0)]);
    const deaf = new MemoryLine(counter, clock);
    const alone = new DisplayLine({ clock, open: deaf.open, baudRate: BAUD });
    displays = [addScreen(1), line.add(lineDialect('cd5220'), () => undefined)];
    await startAll();
    const calls = displays.map((display) => display.show(callOf('A012')));
    await clock.advance(500);
    expect((await Promise.all(calls)).map((result) => result.ok)).toEqual([true, true]);
    const single = alone.add(lineDialect('cd5220'), () => undefined);
    single.start();
    await clock.advance(100);
    void single.show(callOf('A012'));
    await clock.advance(100);
    expect(counter.lines.map((text) => text.trimEnd())).toEqual(['A012', 'A012']);
  });
});

describe('a call', () => {
  it('overtakes what others have to catch up with', async () => {
    await startAll();
    const cleared = line.clearAll();
    await clock.advance(100);
    await cleared;
    // The broadcast is out, and during the cards' rest all four wait to be cleared one by one.
    memory.written.length = 0;
    void at(displays, 3).show(callOf('A012'));
    await timeUntil(() => at(shown(), 3)?.includes('A012') === true, 1_000);
    expect(memory.written).toHaveLength(1);
  });

  it('replaces an older one for the same display that was not sent yet, which is never shown or spoken', async () => {
    await startAll();
    const first = at(displays, 0).show(callOf('A001'));
    const older = at(displays, 1).show(callOf('A002'));
    const newer = at(displays, 1).show(callOf('A003'));
    await clock.advance(1_000);
    expect((await Promise.all([first, older, newer])).map((result) => result.ok)).toEqual([true, true, true]);
    expect(at(screens, 1).spoken).toEqual(['请A003号到3号窗口办理']);
  });

  it('that comes while an older one is on the line follows it', async () => {
    await startAll();
    const older = at(displays, 0).show(callOf('A001'));
    await clock.advance(20);
    const newer = at(displays, 0).show(callOf('A002'));
    await clock.advance(1_000);
    expect((await Promise.all([older, newer])).map((result) => result.ok)).toEqual([true, true]);
    expect(at(screens, 0).spoken).toEqual(['请A001号到3号窗口办理', '请A002号到3号窗口办理']);
    expect(at(shown(), 0)).toContain('A002');
  });
});

describe('a display that is away', () => {
  const away = [0, 1, 2];

  async function threeAway(): Promise<void> {
    await startAll();
    for (const index of away) bus.setPlugged(at(screens, index), false);
    await clock.advance(30_000);
    expect(displays.map((display) => display.status.state)).toEqual(['lost', 'lost', 'lost', 'ready']);
  }

  it('never makes another one late: three away, and a call is on the fourth within a second, whenever it comes', async () => {
    await threeAway();
    for (let round = 0; round < 60; round += 1) {
      // Moments that wander through the questions to the three.
      await clock.advance(137);
      const ticket = `C${String(round).padStart(3, '0')}`;
      void at(displays, 3).show(callOf(ticket));
      expect(await timeUntil(() => at(shown(), 3)?.includes(ticket) === true, 3_000)).toBeLessThan(1_000);
    }
  });

  it('is not yet known to be: a call to another is on it within a second all the same', async () => {
    for (let offsetMs = 0; offsetMs < 7_000; offsetMs += 331) {
      clock = new SimulatedClock();
      screens = [1, 2, 3, 4].map((screen) => new OnbonSimulator({ clock, screen }));
      useMembers(screens);
      displays = [1, 2, 3, 4].map(addScreen);
      await startAll();
      for (const index of away) bus.setPlugged(at(screens, index), false);
      await clock.advance(offsetMs);
      void at(displays, 3).show(callOf('A012'));
      expect(await timeUntil(() => at(shown(), 3)?.includes('A012') === true, 3_000)).toBeLessThan(1_000);
    }
  });

  it('is asked rarely, while those that are there are asked as ever', async () => {
    await threeAway();
    memory.written.length = 0;
    await clock.advance(60_000);
    for (const screen of [1, 2, 3]) expect(framesFor(screen)).toBeLessThanOrEqual(9);
    expect(framesFor(4)).toBeGreaterThanOrEqual(11);
    expect(memory.openCount).toBe(1);
  });

  it('says that it cannot show a call at once, and shows it without its voice when it is back', async () => {
    await threeAway();
    const refused = await at(displays, 0).show(callOf('A012'));
    expect(refused).toMatchObject({ ok: false, fault: { code: 'device.not-ready' } });
    at(screens, 0).losePower();
    bus.setPlugged(at(screens, 0), true);
    await clock.advance(displayDelays.retryMaxMs + 1_000);
    expect(stateOf(0)).toBe('ready');
    expect(screens[0]?.shown).toMatchObject({ text: '请A012号到3号窗口办理', spoken: null });
    expect(displays.map((display) => display.status.state)).toEqual(['ready', 'lost', 'lost', 'ready']);
  });

  it('tells each change once, and does not flicker while it stays away', async () => {
    await threeAway();
    const log = at(states, 0);
    log.length = 0;
    await clock.advance(60_000);
    expect(log).toEqual([]);
  });

  it('was never there: it is unidentified, and the others do not wait for it', async () => {
    bus.setPlugged(at(screens, 1), false);
    for (const display of displays) display.start();
    await clock.advance(3_000);
    expect(displays.map((display) => display.status.state)).toEqual([
      'ready',
      'unidentified',
      'ready',
      'ready',
    ]);
    bus.setPlugged(at(screens, 1), true);
    await clock.advance(10_000);
    expect(stateOf(1)).toBe('ready');
  });

  it('like all others on the line: the port is let go and opened again until one answers', async () => {
    await startAll();
    for (const display of displays) void display.show(callOf('A012'));
    await clock.advance(2_000);
    for (const screen of screens) {
      bus.setPlugged(screen, false);
      screen.losePower();
    }
    await clock.advance(60_000);
    expect(memory.openCount).toBeGreaterThan(3);
    expect(displays.some((display) => display.status.state === 'ready')).toBe(false);
    for (const screen of screens) bus.setPlugged(screen, true);
    await clock.advance(15_000);
    expect(displays.map((display) => display.status.state)).toEqual(['ready', 'ready', 'ready', 'ready']);
    expect(shown()).toEqual(screens.map(() => '请A012号到3号窗口办理'));
    expect(screens.map((screen) => screen.spoken.length)).toEqual([1, 1, 1, 1]);
  });
});

describe('the line itself', () => {
  it('pulled: all are lost at once, with the line’s own fault, and calls under way end so', async () => {
    await startAll();
    const call = at(displays, 2).show(callOf('A012'));
    await clock.advance(30);
    memory.unplug(fault('device.port-missing'));
    expect(await call).toMatchObject({ ok: false, fault: { code: 'device.lost' } });
    expect(displays.map((display) => display.status)).toEqual(
      displays.map(() => ({
        state: 'lost',
        fault: { code: 'device.lost', detail: 'unplugged' },
        retryInMs: displayDelays.retryFirstMs,
      })),
    );
  });

  it('plugged in again: opened by itself, and everything stands there again without a voice', async () => {
    await startAll();
    displays.forEach((display, index) => void display.show(callOf(`A00${index}`)));
    await clock.advance(2_000);
    memory.unplug(fault('device.port-missing'));
    for (const screen of screens) screen.losePower();
    await clock.advance(30_000);
    expect(at(displays, 0).status).toMatchObject({
      state: 'lost',
      fault: { code: 'device.port-missing' },
      retryInMs: displayDelays.retryMaxMs,
    });
    memory.plug();
    await clock.advance(displayDelays.retryMaxMs + 3_000);
    expect(shown()).toEqual([0, 1, 2, 3].map((number) => `请A00${number}号到3号窗口办理`));
    expect(screens.map((screen) => screen.spoken.length)).toEqual([1, 1, 1, 1]);
  });
});

describe('a display that is switched off', () => {
  it('is sent nothing, and the others go on', async () => {
    await startAll();
    await at(displays, 1).disable();
    memory.written.length = 0;
    expect(await at(displays, 1).show(callOf('A012'))).toMatchObject({
      ok: false,
      fault: { code: 'device.disabled' },
    });
    void at(displays, 2).show(callOf('A013'));
    await clock.advance(30_000);
    expect(framesFor(2)).toBe(0);
    expect(displays.map((display) => display.status.state)).toEqual(['ready', 'disabled', 'ready', 'ready']);
    expect(at(shown(), 2)).toContain('A013');
    at(displays, 1).start();
    await clock.advance(1_000);
    expect(stateOf(1)).toBe('ready');
    expect(at(shown(), 1)).toContain('A012');
  });

  it('in the middle of its own call ends the call, and nobody else’s', async () => {
    await startAll();
    const own = at(displays, 0).show(callOf('A001'));
    const other = at(displays, 1).show(callOf('A002'));
    await clock.advance(30);
    await at(displays, 0).disable();
    expect((await own).ok).toBe(false);
    await clock.advance(1_000);
    expect((await other).ok).toBe(true);
    expect(stateOf(0)).toBe('disabled');
  });
});

describe('at closing time', () => {
  it('all are cleared by one broadcast that nobody answers, and then each makes sure', async () => {
    await startAll();
    for (const display of displays) void display.show(callOf('A012'));
    await clock.advance(2_000);
    const cleared = line.clearAll();
    expect(await timeUntil(() => shown().every((text) => text === null), 1_000)).toBeLessThan(200);
    await clock.advance(2_000);
    await cleared;
    expect(framesFor(0xfffe)).toBe(1);
    await clock.advance(20_000);
    expect(shown()).toEqual([null, null, null, null]);
  });

  it('a call that still waits for its turn ends with the broadcast, and is not shown', async () => {
    await startAll();
    const calls = displays.map((display) => display.show(callOf('A012')));
    await clock.advance(30);
    void line.clearAll();
    await clock.advance(3_000);
    expect((await Promise.all(calls)).map((result) => result.ok)).toEqual([true, true, true, true]);
    expect(shown()).toEqual([null, null, null, null]);
    expect(screens.flatMap((screen) => screen.spoken)).toHaveLength(1);
  });

  it('one that missed the broadcast is cleared when it is back', async () => {
    await startAll();
    for (const display of displays) void display.show(callOf('A012'));
    await clock.advance(2_000);
    bus.setPlugged(at(screens, 2), false);
    void line.clearAll();
    await clock.advance(20_000);
    expect(shown().map((text) => text === null)).toEqual([true, true, false, true]);
    bus.setPlugged(at(screens, 2), true);
    await clock.advance(15_000);
    expect(at(shown(), 2)).toBeNull();
  });

  it('no broadcast goes out that a display which is switched off would hear', async () => {
    await startAll();
    for (const display of displays) void display.show(callOf('A012'));
    await clock.advance(2_000);
    await at(displays, 3).disable();
    void line.clearAll();
    await clock.advance(3_000);
    expect(framesFor(0xfffe)).toBe(0);
    expect(shown().map((text) => text === null)).toEqual([true, true, true, false]);
  });
});

describe('bytes that come late', () => {
  it('from one display are not taken for another’s answer, even when answers name nobody', async () => {
    const settings = (screen: number) => ({ ...onbonPanel(screen), answersCarryScreen: false });
    let sayLate: (bytes: Uint8Array) => void = () => undefined;
    /** Screen 1 answers its first call long after everybody has stopped waiting; screen 2 is dead. */
    const slow: DeviceSimulator = {
      attach: (wire) => {
        sayLate = (bytes) => wire.send(bytes);
        return { receive: () => undefined, unplugged: () => undefined };
      },
    };
    useMembers([slow]);
    displays = [1, 2].map((screen) => line.add(onbonDialect(settings(screen)), () => undefined));
    for (const display of displays) display.start();
    const ack = encodeFrame({
      destination: 0x8000,
      source: 0,
      data: Uint8Array.of(0xa0, 0x00, 0x00, 0x00, 0x00),
    });
    // The first question is waited for until about 430 ms; then comes the pause for what is late. Whoever is
    // taken for recognised is sent a clear.
    await clock.advance(500);
    sayLate(ack);
    await clock.advance(1_500);
    const sent = new FrameParser().push(concat(memory.written));
    const clears = sent.filter((event) => event.type === 'frame' && event.data[1] === 0x10);
    expect(sent.length).toBeGreaterThan(1);
    expect(clears).toEqual([]);
  });
});
