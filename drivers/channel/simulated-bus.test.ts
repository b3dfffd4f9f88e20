import { beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { SimulatedBus } from './simulated-bus.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from './simulator.ts';

/** Says what it is told to, and writes down what it hears. */
class Member implements DeviceSimulator {
  readonly heard: number[] = [];
  say: SimulatedLine['send'] = () => undefined;

  attach(line: SimulatedLine): SimulatedPlug {
    this.say = (bytes) => line.send(bytes);
    return { receive: (bytes) => this.heard.push(...bytes), unplugged: () => this.heard.push(-1) };
  }
}

const BYTE_MS = 10_000 / 9_600;
let clock: SimulatedClock;
let one: Member;
let two: Member;
let bus: SimulatedBus;
let plug: SimulatedPlug;
let host: number[];

beforeEach(() => {
  clock = new SimulatedClock();
  one = new Member();
  two = new Member();
  useBus(false);
});

function useBus(echo: boolean): void {
  bus = new SimulatedBus({ clock, baudRate: 9_600, members: [one, two], echo });
  host = [];
  plug = bus.attach({ send: (bytes) => host.push(...bytes) });
}

const bytes = (count: number) => Uint8Array.from({ length: count }, (_, index) => index);

it('everybody hears the host and each other, and nobody itself', async () => {
  plug.receive(Uint8Array.of(1, 2));
  await clock.advance(10);
  one.say(Uint8Array.of(3));
  await clock.advance(10);
  expect(host).toEqual([3]);
  expect(one.heard).toEqual([1, 2]);
  expect(two.heard).toEqual([1, 2, 3]);
});

it('bytes take the time of their bits', async () => {
  plug.receive(bytes(100));
  await clock.advance(100 * BYTE_MS - 0.01);
  expect(one.heard.length).toBeLessThan(100);
  await clock.advance(0.02);
  expect(one.heard).toEqual([...bytes(100)]);
});

it('two who talk at once are understood by nobody', async () => {
  one.say(bytes(20));
  await clock.advance(5);
  two.say(bytes(20));
  await clock.advance(100);
  expect(host).toHaveLength(40);
  expect(host.slice(0, 16)).not.toEqual([...bytes(16)]);
  expect(two.heard).not.toEqual([...bytes(20)]);
  expect(one.heard).not.toEqual([...bytes(20)]);
});

it('two who talk one after the other are understood', async () => {
  one.say(bytes(4));
  await clock.advance(4 * BYTE_MS);
  two.say(bytes(4));
  await clock.advance(100);
  expect(host).toEqual([0, 1, 2, 3, 0, 1, 2, 3]);
});

it('a member whose plug is pulled in the middle of its answer is cut off, and hears nothing', async () => {
  one.say(bytes(32));
  await clock.advance(20);
  bus.setPlugged(one, false);
  await clock.advance(100);
  plug.receive(Uint8Array.of(9));
  await clock.advance(100);
  expect(host).toEqual([...bytes(16)]);
  expect(one.heard).toEqual([]);
  expect(two.heard.at(-1)).toBe(9);
  bus.setPlugged(one, true);
  plug.receive(Uint8Array.of(8));
  await clock.advance(100);
  expect(one.heard).toEqual([8]);
});

it('an adapter that echoes gives the host its own bytes', async () => {
  useBus(true);
  plug.receive(Uint8Array.of(1, 2));
  await clock.advance(10);
  expect(host).toEqual([1, 2]);
});

it('the line pulled is silence for all of them, also for what was on its way', async () => {
  plug.receive(Uint8Array.of(1));
  one.say(Uint8Array.of(2));
  plug.unplugged();
  await clock.advance(100);
  expect(host).toEqual([]);
  expect([...one.heard, ...two.heard]).toEqual([-1, -1]);
});

it('takes another speed for what is said from then on', async () => {
  bus.setBaudRate(19_200);
  plug.receive(bytes(16));
  await clock.advance(8 * BYTE_MS - 0.01);
  expect(one.heard).toEqual([]);
  await clock.advance(0.02);
  expect(one.heard).toEqual([...bytes(16)]);
});
