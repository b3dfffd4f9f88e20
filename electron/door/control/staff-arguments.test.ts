import { expect, it } from 'vitest';
import { staffArguments } from './staff-arguments.ts';

const read = (line: string) => staffArguments(line.split(' '), null);

it('reads each verb', () => {
  expect(read('close s01 --data d')).toEqual({
    dataDir: 'd',
    needsPin: false,
    request: { verb: 'close', staffId: 's01' },
  });
  expect(read('admit 123456 --as window-3 --data d')).toMatchObject({
    request: { verb: 'admit', code: '123456', as: 'window-3' },
  });
  expect(read('shut-out board --data d')).toMatchObject({ request: { verb: 'shut-out', browser: 'board' } });
  expect(read('list --data d')).toMatchObject({ request: { verb: 'list' } });
  expect(read('audit verify --data d')).toMatchObject({ request: { verb: 'audit-verify' } });
});

it('asks for a PIN, which stands in no argument', () => {
  const add = read('add s01 --role auditor --data d');
  if (add?.needsPin !== true) throw new Error('an account has a PIN');
  expect(add.request('271828')).toEqual({ verb: 'add', staffId: 's01', role: 'auditor', pin: '271828' });
  expect(read('add s01 271828 --role staff --data d')).toBeNull();
});

it('goes by the folder that is known where it names none', () => {
  expect(staffArguments(['list'], 'known')).toMatchObject({ dataDir: 'known' });
  expect(staffArguments(['list', '--data', 'd'], 'known')).toMatchObject({ dataDir: 'd' });
});

it.each([
  '',
  'add s01 --data d',
  'add s01 --role boss --data d',
  'add --role staff --data d',
  'pin s01 --role staff --data d',
  'close s01',
  'close s/01 --data d',
  'admit 12345 --as board --data d',
  'admit 123456 --as kitchen --data d',
  'admit 123456 --data d',
  'list s01 --data d',
  'audit --data d',
  'audit burn --data d',
  'burn --data d',
  'list --data d --force',
])('does not understand "%s"', (line) => {
  expect(read(line)).toBeNull();
});
