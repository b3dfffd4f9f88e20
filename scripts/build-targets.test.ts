import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildTargets, chooseTargets } from './build-targets.ts';

const root = join(import.meta.dirname, '..');

const names = (wanted: readonly string[]) => {
  const chosen = chooseTargets(wanted);
  return chosen.ok ? chosen.targets.map((target) => target.name) : chosen.problem;
};

test('no name builds everything, a name that one, in the order of the table', () => {
  expect(names([])).toEqual(['shell', 'host', 'device-host', 'glyphs', 'renderer', 'beside-electron']);
  expect(names(['host', 'renderer'])).toEqual(['host', 'renderer']);
});

test('a name that does not exist is said, together with those that do', () => {
  expect(names(['shell', 'sehll'])).toBe(
    'build: no target sehll; there are shell, host, device-host, glyphs, renderer, beside-electron, host-tarball, host-deb, apt-repository',
  );
});

test('every configuration, copied folder and script exists', () => {
  // The screens come from a room of their own; their configuration is asked for as soon as they have a page.
  const present = buildTargets.filter(
    ({ name }) => name !== 'renderer' || existsSync(join(root, 'renderer/index.html')),
  );
  for (const { configs, copies, scripts } of present) {
    for (const path of [...configs, ...copies.map(([from]) => from), ...scripts]) {
      expect(existsSync(join(root, path)), path).toBe(true);
    }
  }
});
