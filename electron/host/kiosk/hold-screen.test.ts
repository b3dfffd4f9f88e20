import { beforeEach, expect, test } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { holdDelays, holdScreen } from './hold-screen.ts';

let clock: SimulatedClock;
let isServed: boolean;
/** What was done, in its order. */
let done: string[];
let endLast: () => void;
let held: { stop(): void };

beforeEach(() => {
  clock = new SimulatedClock();
  isServed = false;
  done = [];
  held = holdScreen({
    delays: holdDelays,
    clock,
    isServed: () => isServed,
    show: (isLost, onEnd) => {
      done.push(isLost ? 'shows that it is away' : 'shows that it starts');
      endLast = onEnd;
      return { stop: () => done.push('hides') };
    },
  });
});

const after = (ms: number): Promise<void> => clock.advance(ms);

test('from the machine’s start something stands there, until the terminal’s own window does', async () => {
  expect(done).toEqual(['shows that it starts']);
  await after(60_000);
  expect(done).toEqual(['shows that it starts']);
  isServed = true;
  await after(holdDelays.lookEveryMs);
  expect(done).toEqual(['shows that it starts', 'hides']);
});

test('a terminal that begins anew by order is back before anything is said of it', async () => {
  isServed = true;
  await after(holdDelays.lookEveryMs);
  isServed = false;
  await after(holdDelays.patienceMs - holdDelays.lookEveryMs);
  isServed = true;
  await after(60_000);
  expect(done).toEqual(['shows that it starts', 'hides']);
});

test('one that stays away is said to be out of service, and no more when it is back', async () => {
  isServed = true;
  await after(holdDelays.lookEveryMs);
  isServed = false;
  await after(holdDelays.patienceMs);
  expect(done.slice(2)).toEqual(['shows that it is away']);
  isServed = true;
  await after(holdDelays.lookEveryMs);
  expect(done.slice(2)).toEqual(['shows that it is away', 'hides']);
});

test('where no browser can be started it is tried again, and not again and again', async () => {
  endLast();
  await after(holdDelays.patienceMs - holdDelays.lookEveryMs);
  expect(done).toHaveLength(1);
  await after(holdDelays.lookEveryMs);
  expect(done).toHaveLength(2);
});

test('the end of what was hidden already is no end of what stands there now', async () => {
  const endFirst = endLast;
  isServed = true;
  await after(holdDelays.lookEveryMs);
  isServed = false;
  await after(holdDelays.patienceMs);
  endFirst();
  held.stop();
  expect(done).toEqual(['shows that it starts', 'hides', 'shows that it is away', 'hides']);
});

test('it ends with what it shows, and looks no more', async () => {
  held.stop();
  expect(done).toEqual(['shows that it starts', 'hides']);
  await after(60_000);
  expect(done).toHaveLength(2);
});
