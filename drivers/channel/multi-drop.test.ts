import { beforeEach, expect, it } from 'vitest';
import { MultiDrop } from './multi-drop.ts';
import type { DeviceSimulator, SimulatedPlug } from './simulator.ts';

/** Answers its own number twice when it hears it, and writes down all that it hears. */
function member(number: number): DeviceSimulator & { readonly heard: number[] } {
  const heard: number[] = [];
  return {
    heard,
    attach: (line) => ({
      receive: (bytes) => {
        heard.push(...bytes);
        if (bytes.length === 1 && bytes[0] === number) line.send(Uint8Array.of(number, number));
      },
      unplugged: () => heard.push(-1),
    }),
  };
}

let members: ReturnType<typeof member>[];
let drop: MultiDrop;
let plug: SimulatedPlug;
let answers: number[];

beforeEach(() => {
  members = [1, 2, 3].map(member);
  drop = new MultiDrop(members);
  answers = [];
  plug = drop.attach({ send: (bytes) => answers.push(...bytes) });
});

it('lets everybody hear the host, and the answer of the one who was asked', () => {
  plug.receive(Uint8Array.of(2));
  expect(answers).toEqual([2, 2]);
  expect(members.map(({ heard }) => heard)).toEqual([[2, 2, 2], [2], [2, 2, 2]]);
});

it('goes on without the member whose plug is off, until it is back', () => {
  const [, second] = members;
  if (second === undefined) throw new Error('three members');
  drop.setPlugged(second, false);
  plug.receive(Uint8Array.of(2));
  plug.receive(Uint8Array.of(3));
  expect(answers).toEqual([3, 3]);
  expect(second.heard).toEqual([]);
  drop.setPlugged(second, true);
  plug.receive(Uint8Array.of(2));
  expect(answers).toEqual([3, 3, 2, 2]);
});

it('tells every member that the line was pulled', () => {
  plug.unplugged();
  expect(members.map(({ heard }) => heard)).toEqual([[-1], [-1], [-1]]);
});
