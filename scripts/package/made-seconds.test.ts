import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { madeSeconds } from './made-seconds.ts';

const COMMITTED_S = Date.UTC(2026, 10, 20) / 1000;

let root: string;
let said: string[];
const made = (env: Readonly<Record<string, string>> = {}, tree = root): number =>
  madeSeconds(tree, env, (sentence) => said.push(sentence));

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'yizhan-made-'));
  said = [];
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

function git(...args: readonly string[]): void {
  const env = {
    ...process.env,
    GIT_COMMITTER_DATE: `${String(COMMITTED_S)} +0800`,
    GIT_CONFIG_GLOBAL: '/dev/null',
  };
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@yizhan.invalid'];
  expect(spawnSync('git', ['-C', root, ...who, ...args], { env }).status).toBe(0);
}

test('a package is of the time of its commit, unless somebody says another', () => {
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message=first');
  expect(made()).toBe(COMMITTED_S);
  expect(made({ SOURCE_DATE_EPOCH: '1764000000' })).toBe(1_764_000_000);
  expect(said).toEqual([]);
});

test('a tree without git, also inside a repository, has one time for good and says so', () => {
  git('init', '--quiet');
  git('commit', '--quiet', '--allow-empty', '--message=somebody else’s');
  const inside = join(root, 'unpacked');
  mkdirSync(inside);
  expect(made({}, inside)).toBe(Date.UTC(2025, 0, 1) / 1000);
  expect(said).toHaveLength(1);
});

test.each(['yesterday', '-1', '1.5', '999999999999'])('SOURCE_DATE_EPOCH %s is refused', (given) => {
  expect(() => made({ SOURCE_DATE_EPOCH: given })).toThrow('SOURCE_DATE_EPOCH');
});
