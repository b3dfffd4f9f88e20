import { expect, it } from 'vitest';
import { shareLook } from './one-look.ts';

/** A database that is looked at by hand. */
function database() {
  const looks: { answer: () => void; fail: () => void }[] = [];
  const clock = { nowMs: 5000, monotonicMs: () => clock.nowMs };
  const ask = shareLook(
    () =>
      new Promise<void>((resolve, reject) => {
        looks.push({ answer: resolve, fail: () => reject(new Error('ECONNREFUSED')) });
      }),
    clock,
  );
  return { looks, clock, ask };
}

it('a thousand who ask meanwhile share one look, and so do those of the second behind it', async () => {
  const { looks, clock, ask } = database();
  const asked = Array.from({ length: 1000 }, () => ask());
  clock.nowMs += 4000;
  asked.push(ask());
  expect(looks).toHaveLength(1);
  looks[0]?.answer();
  await Promise.all(asked);
  clock.nowMs += 999;
  await ask();
  expect(looks).toHaveLength(1);
  clock.nowMs += 1;
  void ask();
  expect(looks).toHaveLength(2);
});

it('a database that is away is told to all of them, and looked for again a second later', async () => {
  const { looks, clock, ask } = database();
  const asked = [ask(), ask()];
  looks[0]?.fail();
  for (const one of await Promise.allSettled(asked)) expect(one.status).toBe('rejected');
  await expect(ask()).rejects.toThrow('ECONNREFUSED');
  expect(looks).toHaveLength(1);
  clock.nowMs += 1000;
  const again = ask();
  looks[1]?.answer();
  await again;
  expect(looks).toHaveLength(2);
});
