import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import pg from 'pg';
import { askTogether, WAITS_MS } from './ask-together.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Nobody connects: it only says whose line is whose. */
const pool = new pg.Pool();

/** A database whose answers are given by the test, statement by statement. */
function database() {
  const statements: { questions: readonly string[]; answer: () => void; fail: (error: Error) => void }[] = [];
  const ask = (_pool: pg.Pool, questions: readonly string[]) =>
    new Promise<readonly string[]>((resolve, reject) => {
      statements.push({
        questions,
        answer: () => resolve(questions.map((question) => `${question}!`)),
        fail: reject,
      });
    });
  return { ask, statements, asked: () => statements.map(({ questions }) => questions) };
}

const turn = () => vi.advanceTimersByTimeAsync(0);

test('who comes alone waits for nobody; who comes meanwhile goes together, in one statement', async () => {
  const { ask, statements, asked } = database();
  const askOne = askTogether(ask);
  const answers = ['a', 'b', 'c'].map((question) => askOne(pool, question));
  expect(asked()).toEqual([['a']]);
  statements[0]?.answer();
  await turn();
  expect(asked()).toEqual([['a'], ['b', 'c']]);
  statements[1]?.answer();
  expect(await Promise.all(answers)).toEqual(['a!', 'b!', 'c!']);
});

test('a statement takes so many and no more; the rest goes behind it, and none is forgotten', async () => {
  const { ask, statements, asked } = database();
  const askOne = askTogether(ask, 2);
  const answers = ['a', 'b', 'c', 'd', 'e', 'f'].map((question) => askOne(pool, question));
  for (let at = 0; at < 4; at += 1) {
    statements[at]?.answer();
    await turn();
  }
  expect(asked()).toEqual([['a'], ['b', 'c'], ['d', 'e'], ['f']]);
  expect(await Promise.all(answers)).toHaveLength(6);
});

test('an error is of those who asked together, and of nobody behind them', async () => {
  const { ask, statements } = database();
  const askOne = askTogether(ask);
  const first = askOne(pool, 'a');
  const others = Promise.allSettled([askOne(pool, 'b'), askOne(pool, 'c')]);
  statements[0]?.answer();
  expect(await first).toBe('a!');
  await turn();
  statements[1]?.fail(new Error('gone'));
  expect((await others).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  const last = askOne(pool, 'd');
  statements[2]?.answer();
  expect(await last).toBe('d!');
});

test('a line that went dead without a word holds up those who asked over it, and nobody else for long', async () => {
  const { ask, statements, asked } = database();
  const askOne = askTogether(ask);
  const dead = vi.fn();
  askOne(pool, 'a').then(dead, dead);
  const second = askOne(pool, 'b');
  await vi.advanceTimersByTimeAsync(WAITS_MS - 1);
  expect(asked()).toEqual([['a']]);
  await vi.advanceTimersByTimeAsync(1);
  expect(asked()).toEqual([['a'], ['b']]);
  const third = askOne(pool, 'c');
  statements[1]?.answer();
  expect(await second).toBe('b!');
  await turn();
  // The one that is not waited for any more comes back while another is under way: that one is still waited for.
  const fourth = askOne(pool, 'd');
  statements[0]?.answer();
  await turn();
  expect(dead).toHaveBeenCalledOnce();
  expect(asked()).toEqual([['a'], ['b'], ['c']]);
  statements[2]?.answer();
  expect(await third).toBe('c!');
  await turn();
  statements[3]?.answer();
  expect(await fourth).toBe('d!');
});

test('an answer may be promised, and one that is not kept is one asker’s own', async () => {
  const askOne = askTogether<string, string>((_pool, questions) =>
    Promise.resolve(
      questions.map((question) =>
        question === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve(question),
      ),
    ),
  );
  const outcomes = await Promise.allSettled([askOne(pool, 'a'), askOne(pool, 'bad'), askOne(pool, 'b')]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
