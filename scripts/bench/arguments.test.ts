import { expect, it } from 'vitest';
import { benchArguments } from './arguments.ts';

it('nothing runs every group and fails for no goal', () => {
  expect(benchArguments([])).toEqual({ names: [], json: 'none', strict: false });
});

it('a bare --json goes to standard output and takes no name with it', () => {
  expect(benchArguments(['--json', 'card'])).toEqual({ names: ['card'], json: 'stdout', strict: false });
});

it('--json=FILE goes to the file', () => {
  expect(benchArguments(['card', '--json=out.json', '--strict'])).toEqual({
    names: ['card'],
    json: { file: 'out.json' },
    strict: true,
  });
});

it.each([['--jason'], ['--json='], ['--strict=maybe']])('%s is not understood', (argument) => {
  expect(benchArguments([argument])).toBeNull();
});
