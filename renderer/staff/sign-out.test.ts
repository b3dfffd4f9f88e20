import { beforeEach, expect, it } from 'vitest';
import { createSignOut, type SignOut } from './sign-out.ts';

let asked: { answer: () => void; fail: () => void }[];
let signOut: SignOut;
beforeEach(() => {
  asked = [];
  signOut = createSignOut(
    () =>
      new Promise<void>((resolve, reject) => {
        asked.push({
          answer: resolve,
          fail: () => {
            reject(new Error('nobody answers'));
          },
        });
      }),
  );
});

it('nobody has left: nothing is told', async () => {
  await signOut.settle();
  expect(asked.length).toBe(0);
});

it('what the terminal has heard is not told again', async () => {
  const begun = signOut.begin();
  asked[0]?.answer();
  await begun;
  await signOut.settle();
  expect(asked.length).toBe(1);
});

it('what it has not heard is told at each next connection, until it has', async () => {
  const begun = signOut.begin();
  asked[0]?.fail();
  await begun;
  for (const count of [1, 2]) {
    const settled = signOut.settle();
    asked[count]?.fail();
    await expect(settled).rejects.toThrow('nobody answers');
  }
  const settled = signOut.settle();
  asked[3]?.answer();
  await settled;
  await signOut.settle();
  expect(asked.length).toBe(4);
});

it('whoever comes in meanwhile waits for it: an answer to the old one would sign out the new one', async () => {
  const begun = signOut.begin();
  let isSettled = false;
  const settled = signOut.settle().then(() => {
    isSettled = true;
  });
  await Promise.resolve();
  expect([asked.length, isSettled]).toEqual([1, false]);
  asked[0]?.answer();
  await Promise.all([begun, settled]);
  expect([asked.length, isSettled]).toEqual([1, true]);
});
