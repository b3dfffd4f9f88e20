import { expect, it } from 'vitest';
import { gather } from './gather.ts';

/** A gathering of words whose turns end when the test says so. */
function gathering(work: (words: readonly string[]) => ReadonlyMap<string, PromiseSettledResult<string>>) {
  const ends: (() => void)[] = [];
  const ask = gather<string, string>({
    atEndOfTurn: (end) => ends.push(end),
    keyOf: (word) => word,
    work,
  });
  return { ask, endTurn: () => ends.shift()?.(), turns: () => ends.length };
}

const answers = (words: readonly string[]) =>
  new Map(words.map((word) => [word, { status: 'fulfilled', value: `${word}!` } as const]));

it('what comes in a turn is worked on together, at its end, and each is answered', async () => {
  const groups: (readonly string[])[] = [];
  const { ask, endTurn, turns } = gathering((words) => {
    groups.push(words);
    return answers(words);
  });
  const first = Promise.all([ask('a'), ask('b')]);
  expect(turns()).toBe(1);
  expect(groups).toEqual([]);
  endTurn();
  expect(await first).toEqual(['a!', 'b!']);
  const second = ask('c');
  endTurn();
  expect(await second).toBe('c!');
  expect(groups).toEqual([['a', 'b'], ['c']]);
});

it('the same twice in a turn is worked on once, and in the next turn again', async () => {
  const seen: string[] = [];
  const { ask, endTurn } = gathering((words) => {
    seen.push(...words);
    return answers(words);
  });
  const both = [ask('a'), ask('a')];
  endTurn();
  expect(await Promise.all(both)).toEqual(['a!', 'a!']);
  const again = ask('a');
  endTurn();
  await again;
  expect(seen).toEqual(['a', 'a']);
});

it('one that fails is told so, and the others are answered', async () => {
  const { ask, endTurn } = gathering((words) =>
    new Map<string, PromiseSettledResult<string>>(answers(words)).set('b', {
      status: 'rejected',
      reason: new Error('b alone'),
    }),
  );
  const all = Promise.allSettled([ask('a'), ask('b'), ask('forgotten')]);
  endTurn();
  expect(await all).toMatchObject([
    { value: 'a!' },
    { reason: { message: 'b alone' } },
    { value: 'forgotten!' },
  ]);
});

it('nobody waits for ever: work that throws, or that forgets one, rejects', async () => {
  const forgetful = gathering((words) => answers(words.slice(1)));
  const [first, second] = [forgetful.ask('a'), forgetful.ask('b')];
  forgetful.endTurn();
  await expect(first).rejects.toThrow('no answer');
  expect(await second).toBe('b!');
  const throwing = gathering(() => {
    throw new RangeError('a bug');
  });
  const third = throwing.ask('a');
  throwing.endTurn();
  await expect(third).rejects.toThrow('a bug');
});
