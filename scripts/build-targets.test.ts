import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { buildTargets, chooseTargets } from './build-targets.ts';

const names = (wanted: readonly string[]) => {
  const chosen = chooseTargets(wanted);
  return chosen.ok ? chosen.targets.map((target) => target.name) : chosen.problem;
};

test('no name builds everything, a name that one, in the order of the table', () => {
  expect(names([])).toEqual(['renderer', 'shell', 'host', 'device-host']);
  expect(names(['host', 'renderer'])).toEqual(['renderer', 'host']);
});

test('a name that does not exist is said, together with those that do', () => {
  expect(names(['shell', 'sehll'])).toBe(
    'build: no target sehll; there are renderer, shell, host, device-host',
  );
});

test('every configuration and every copied folder exists', () => {
  for (const { configs, copies } of buildTargets) {
    for (const path of [...configs, ...copies.map(([from]) => from)]) {
      expect(existsSync(join(import.meta.dirname, '..', path)), path).toBe(true);
    }
  }
});
