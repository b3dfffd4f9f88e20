import { randomBytes } from 'node:crypto';
import { expect, it } from 'vitest';
import { firstPassword, hashPassword, isPassword, passwordProblem } from './passwords.ts';

const salt = new Uint8Array(16).fill(7);

it('knows a password again, typed in other code points too, and no other', async () => {
  const stored = await hashPassword('Münzen im Brunnen zählen', salt);
  expect(await isPassword('Mu\u0308nzen im Brunnen za\u0308hlen', stored)).toBe(true);
  expect(await isPassword('Münzen im Brunnen zahlen', stored)).toBe(false);
  expect(stored).not.toContain('Brunnen');
});

it('compares by the cost that the row says', async () => {
  const stored = await hashPassword('a bench under the tree', salt);
  expect(stored).toMatch(/^scrypt\$15\$8\$3\$/);
  expect(await isPassword('a bench under the tree', stored.replace('$3$', '$1$'))).toBe(false);
  expect(await isPassword('a bench under the tree', 'a bench under the tree')).toBe(false);
});

it.each([
  ['fourteen chars', 'too-short'],
  ['a'.repeat(200), 'too-long'],
  ['aaaaaaaaaaaaaaaa', 'easy'],
  ['password12345678', 'easy'],
  ['Qwertyuiop123456', 'easy'],
  ['abcdefabcdefabcdef', 'easy'],
  ['wang.jingban王经办示例区民政局', 'about-you'],
] as const)('does not take %s: %s', (password, problem) => {
  expect(passwordProblem(password, ['wang.jingban', '王经办', '示例区民政局'])).toBe(problem);
});

it.each(['槐树下面有三只猫和一条长凳子呢', 'correct horse battery staple', '   spaces are fine here   '])(
  'takes %s',
  (password) => {
    expect(passwordProblem(password, ['wang'])).toBeNull();
  },
);

it('gives first passwords that can be read off a screen, and never the same', () => {
  const given = Array.from({ length: 200 }, () => firstPassword(randomBytes));
  for (const one of given) expect(one).toMatch(/^([A-HJKMNP-TV-Z2-9]{4}-){4}[A-HJKMNP-TV-Z2-9]{4}$/);
  expect(new Set(given).size).toBe(200);
  expect(passwordProblem(given[0] ?? '', ['wang'])).toBeNull();
});
