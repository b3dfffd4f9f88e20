import { effectScope, ref, type EffectScope } from 'vue';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { QueueFigures } from '#contract/queue/figures.ts';
import { useFiguresOfDay, type FiguresOfDay } from './figures-of-day.ts';

const empty: QueueFigures = { byHour: [], byWindow: [] };
const MONDAY = '2026-11-23';
const TUESDAY = '2026-11-24';

const day = ref('');
const mayAsk = ref(true);
let scope: EffectScope;
let asked: { day: string; answer: (figures: QueueFigures | null) => void }[];
let own: FiguresOfDay;
const answers = new Map<string, QueueFigures>();

beforeEach(() => {
  day.value = MONDAY;
  mayAsk.value = true;
  asked = [];
  answers.set(MONDAY, { ...empty }).set(TUESDAY, { ...empty });
  scope = effectScope();
  scope.run(() => {
    own = useFiguresOfDay(
      day,
      mayAsk,
      (of) =>
        new Promise((resolve) => {
          asked.push({ day: of, answer: resolve });
        }),
    );
  });
});
afterEach(() => {
  scope.stop();
});

/** Every promise that can run has run. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Answers the question with the figures of the day that it asked about. */
async function answer(nth: number): Promise<void> {
  const one = asked[nth];
  one?.answer(answers.get(one.day) ?? null);
  await settled();
}

it('a day that is chosen while another one is read is read behind it, and nothing is shown meanwhile', async () => {
  void own.load();
  day.value = TUESDAY;
  await settled();
  expect(asked.map((one) => one.day)).toEqual([MONDAY]);
  await answer(0);
  expect(own.figures.value).toBeNull();
  expect(asked.map((one) => one.day)).toEqual([MONDAY, TUESDAY]);
  await answer(1);
  expect(own.figures.value).toBe(answers.get(TUESDAY));
});

it('the figures of one day are gone with the day', async () => {
  void own.load();
  await answer(0);
  expect(own.figures.value).toBe(answers.get(MONDAY));
  day.value = TUESDAY;
  expect(own.figures.value).toBeNull();
});

it('a day that is chosen while something else is under way is asked for behind that', async () => {
  mayAsk.value = false;
  void own.load();
  await settled();
  expect(asked).toEqual([]);
  mayAsk.value = true;
  await settled();
  await answer(0);
  expect(own.figures.value).toBe(answers.get(MONDAY));
  mayAsk.value = false;
  mayAsk.value = true;
  await settled();
  expect(asked.length).toBe(1);
});

it('what did not come is asked for again by hand, and not by itself', async () => {
  void own.load();
  asked[0]?.answer(null);
  await settled();
  mayAsk.value = false;
  await settled();
  mayAsk.value = true;
  await settled();
  expect(asked.length).toBe(1);
  void own.load();
  await answer(1);
  expect(own.figures.value).toBe(answers.get(MONDAY));
});
