import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { benchArguments, type BenchArguments } from './arguments.ts';

const nothingAsked: BenchArguments = {
  names: [],
  json: 'none',
  strict: false,
  full: false,
  peers: false,
  dataDir: resolve('.bench-data'),
};

it('nothing runs every group at its ordinary size and fails for no goal', () => {
  expect(benchArguments([])).toEqual(nothingAsked);
});

it('a bare --json goes to standard output and takes no name with it', () => {
  expect(benchArguments(['--json', 'card'])).toEqual({ ...nothingAsked, names: ['card'], json: 'stdout' });
});

it('--json=FILE goes to the file', () => {
  expect(benchArguments(['card', '--json=out.json', '--strict'])).toEqual({
    ...nothingAsked,
    names: ['card'],
    json: { file: 'out.json' },
    strict: true,
  });
});

it('full sizes, peers and another disk are asked for', () => {
  expect(benchArguments(['--full', '--peers', '--data=/mnt/kiosk'])).toEqual({
    ...nothingAsked,
    full: true,
    peers: true,
    dataDir: '/mnt/kiosk',
  });
});

it.each([['--jason'], ['--json='], ['--strict=maybe'], ['--data=']])('%s is not understood', (argument) => {
  expect(benchArguments([argument])).toBeNull();
});
