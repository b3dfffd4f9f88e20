import { beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import {
  createHandedLook,
  LOOK_AGAIN_MS,
  MOST_LOOKS,
  type HandedLook,
  type HandedLooked,
} from './handed-look.ts';

let clock: SimulatedClock;
let answers: (HandedLooked | null)[];
let asked: number;
let shown: HandedLooked[];
let handed: HandedLook;
beforeEach(() => {
  clock = new SimulatedClock();
  answers = [];
  asked = 0;
  shown = [];
  handed = createHandedLook({
    clock,
    ask: () => {
      asked += 1;
      return Promise.resolve(answers.shift() ?? null);
    },
    show: (looked) => shown.push(looked),
  });
});

const there = { isThere: true, silentKiosk: null };
const silent = { isThere: true, silentKiosk: '02' };

it('a question that nobody answered is asked again, until somebody does', async () => {
  answers = [null, null, there];
  await handed.look();
  expect(shown).toEqual([]);
  await clock.advance(2 * LOOK_AGAIN_MS);
  expect(shown).toEqual([there]);
  await clock.advance(10 * LOOK_AGAIN_MS);
  expect(asked).toBe(3);
});

it('a kiosk that is silent is asked after, also when the terminal is silent meanwhile', async () => {
  answers = [silent, null, there];
  await handed.look();
  await clock.advance(2 * LOOK_AGAIN_MS);
  expect(shown).toEqual([silent, there]);
});

it('a kiosk that stays silent is asked after for some minutes, and again by whoever wants to know', async () => {
  await handed.look();
  await clock.advance(10 * MOST_LOOKS * LOOK_AGAIN_MS);
  expect([asked, clock.pendingTimers]).toEqual([MOST_LOOKS, 0]);
  answers = [there];
  await handed.look();
  expect(shown).toEqual([there]);
});

it('of a ticket that is over nothing is asked, and an answer on its way is not shown', async () => {
  answers = [null, there];
  await handed.look();
  handed.stop();
  await clock.advance(10 * LOOK_AGAIN_MS);
  expect([asked, clock.pendingTimers]).toEqual([1, 0]);
  handed = createHandedLook({
    clock,
    ask: () => {
      handed.stop();
      return Promise.resolve(there);
    },
    show: (looked) => shown.push(looked),
  });
  await handed.look();
  expect(shown).toEqual([]);
});
