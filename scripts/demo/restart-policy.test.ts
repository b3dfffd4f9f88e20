import { expect, test } from 'vitest';
import { mayRestart, restartPolicy } from './restart-policy.ts';

const minute = 60_000;

test('a first and a second end are followed by a restart', () => {
  expect(mayRestart([0], 0)).toBe(true);
  expect(mayRestart([0, 5 * minute], 5 * minute)).toBe(true);
});

test('the third end within ten minutes is not', () => {
  expect(mayRestart([0, minute, restartPolicy.withinMs - 1], restartPolicy.withinMs - 1)).toBe(false);
});

test('an end older than ten minutes is forgiven', () => {
  expect(mayRestart([0, minute, restartPolicy.withinMs], restartPolicy.withinMs)).toBe(true);
});
