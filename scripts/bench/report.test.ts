import { expect, it } from 'vitest';
import type { Figure } from './figure.ts';
import { header, jsonOf, lineOf, missed, type Machine } from './report.ts';
import { spreadOf } from './statistics.ts';

const machine: Machine = {
  cores: 2,
  cpu: 'a CPU',
  node: '24.0.0',
  system: 'linux 6',
  load: 0.53,
  at: '2026-11-21T00:00:00.000Z',
};
const slow: Figure = {
  name: 'first byte',
  unit: 'ms',
  ours: 6,
  spread: spreadOf([4, 6, 700.25]),
  beside: { name: 'limit', value: 5 },
  goal: { is: 'at most', ratio: 1 },
};
const fast: Figure = {
  name: 'encoding',
  unit: '/s',
  ours: 12_345.6,
  spread: spreadOf([12_345.6]),
  beside: { name: 'a peer', value: 10_000 },
  goal: { is: 'at least', ratio: 1 },
};
const own: Figure = { ...slow, name: 'own error', beside: null, goal: null };

it('a line has name, ours with its spread, what stands beside it, ratio, goal and verdict', () => {
  expect(lineOf(slow)).toBe(
    'first byte | 6.00 ms (4.00…700.3, 3×) | limit: 5.00 ms | ratio 1.200 | goal at most 1 | NOT MET',
  );
  expect(lineOf(fast)).toBe(
    'encoding | 12346 /s (12346…12346, 1×) | a peer: 10000 /s | ratio 1.235 | goal at least 1 | met',
  );
});

it('a figure without a goal is neither met nor missed', () => {
  expect(lineOf(own)).toBe('own error | 6.00 ms (4.00…700.3, 3×) | – | – | no goal | –');
  expect(missed([{ group: 'g', about: '', figures: [own, fast] }])).toBe(0);
  expect(missed([{ group: 'g', about: '', figures: [own, slow] }])).toBe(1);
});

it('the header says which machine it was', () => {
  expect(header(machine)).toBe(
    '2026-11-21T00:00:00.000Z · 2 cores (a CPU) · linux 6 · Node 24.0.0 · load 0.5',
  );
});

it('the header warns of a machine on which others work', () => {
  expect(header({ ...machine, load: 2 })).not.toContain('Others');
  expect(header({ ...machine, load: 2.1 })).toContain('Others work on this machine');
});

it('JSON holds the same numbers and verdicts', () => {
  const json: unknown = JSON.parse(jsonOf(machine, [{ group: 'g', about: 'why', figures: [slow, own] }]));
  expect(json).toEqual({
    machine,
    groups: [
      {
        group: 'g',
        about: 'why',
        figures: [
          { ...slow, ratio: 1.2, met: false },
          { ...own, ratio: null, met: null },
        ],
      },
    ],
  });
});
