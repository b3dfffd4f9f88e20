import { expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import type { PlatformFault } from '../../outbox/platform-client.ts';
import { whyNot } from './ask-platform.ts';

/** What a resident is told who asks how a case goes. */

it.each<[string, PlatformFault, string]>([
  [
    'wrong numbers that were tried here',
    { ...fault('platform.busy'), status: 429, triesTooMuch: true },
    'progress.too-many',
  ],
  ['a platform with too much in hand', { ...fault('platform.busy'), status: 429 }, 'progress.busy'],
  ['a proxy that has waited in vain', { ...fault('platform.busy'), status: 408 }, 'progress.busy'],
  ['a platform without its database', { ...fault('platform.failed'), status: 503 }, 'progress.no-answer'],
])('%s is told as what it is, and the line is up', (_what, reason, code) => {
  const seen: string[] = [];
  expect(whyNot(reason, { saw: (line) => seen.push(line) })).toMatchObject({ code });
  expect(seen).toEqual([]);
});

it('a line that is down is noted', () => {
  const seen: string[] = [];
  const told = whyNot(fault('platform.unreachable'), { saw: (line) => seen.push(line) });
  expect(told).toMatchObject({ code: 'progress.needs-line' });
  expect(seen).toEqual(['offline']);
});
