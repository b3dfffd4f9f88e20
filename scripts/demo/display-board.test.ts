import { expect, test } from 'vitest';
import type { OnbonSettings } from '#contract/queue-display.ts';
import { MemoryLine } from '#drivers/channel/memory.ts';
import { onbonDialect } from '#drivers/onbon-display/dialect.ts';
import { DisplayLine } from '#drivers/runtime/display-line.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { DisplayBoard } from './display-board.ts';

const CALL = {
  ticket: 'A012',
  window: '2',
  text: { zh: '请A012号\n到2号窗口', en: 'A012 to window 2' },
  flash: true,
  speech: '请A012号到2号窗口',
};

function settings(screen: number): OnbonSettings {
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

/** Displays 1 to 4 on one line, driven by what drives the real ones; the second is called at. */
async function station() {
  const clock = new SimulatedClock();
  const board = new DisplayBoard(
    [1, 2, 3, 4].map((screen) => ({ window: String(screen), settings: settings(screen) })),
    clock,
    9600,
  );
  const { open } = new MemoryLine(board.line, clock);
  const line = new DisplayLine({ clock, open, baudRate: 9600 });
  let looks = 0;
  board.onLook(() => (looks += 1));
  const displays = [1, 2, 3, 4].map((screen) => line.add(onbonDialect(settings(screen)), () => undefined));
  for (const display of displays) display.start();
  await clock.advance(2_000);
  const face = (screen: number) =>
    board.displays().find((one) => one.screen === screen) ?? { face: 'none', spoken: 'none' };
  const show = async () => {
    const shown = displays[1]?.show(CALL);
    await clock.advance(3_000);
    const result = await shown;
    return result?.ok === false ? result.fault.code : 'shown';
  };
  return { board, face, show, looks: () => looks };
}

test('a call stands on the display of its window and on no other, in its colour and with its voice', async () => {
  const { face, show, looks, board } = await station();
  const before = looks();
  expect(await show()).toBe('shown');
  expect(face(2)).toMatchObject({
    face: { lines: ['请A012号', '到2号窗口'], colour: 'red' },
    spoken: CALL.speech,
  });
  expect(board.displays().map((one) => one.face === null)).toEqual([true, false, true, true]);
  expect(looks()).toBeGreaterThan(before);
});

test('a display that lies acknowledges, and nothing is seen on it', async () => {
  const { board, face, show } = await station();
  expect(board.setFault(2, 'shows-nothing')).toBe(true);
  expect(await show()).toBe('shown');
  expect(face(2).face).toBeNull();
});

test('a display whose plug is off is silent, and the others have nothing to do with it', async () => {
  const { board, face, show } = await station();
  board.setPlugged(1, false);
  expect(await show()).toBe('shown');
  board.setPlugged(2, false);
  expect(await show()).toBe('device.silent');
  // It keeps its supply, and what stood there.
  expect(face(2).face).not.toBeNull();
});

test('a screen that is not on the line cannot be touched', async () => {
  const { board } = await station();
  expect(board.setFault(9, 'silent')).toBe(false);
  expect(board.setPlugged(9, false)).toBe(false);
});
