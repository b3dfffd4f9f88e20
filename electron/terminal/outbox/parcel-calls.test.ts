import { expect, test } from 'vitest';
import { ok } from '#contract/result.ts';
import { createParcelCalls } from './parcel-calls.ts';
import type { Answer } from './platform-client.ts';

test.each<[string, Answer['problem'], string]>([
  ['a platform that has no such package', { code: 'PARCEL_UNKNOWN', detail: null }, 'parcel.unknown'],
  ['a node that does not know the call yet', { code: 'NOT_FOUND', detail: null }, 'platform.failed'],
  ['a proxy', null, 'platform.failed'],
])('404 of %s', async (_who, problem, code) => {
  const calls = createParcelCalls(
    () => Promise.resolve(ok({ status: 404, retryAfterMs: null, body: '', problem })),
    (answer) => {
      if (answer.ok) throw new Error('a refusal is no package');
      return answer;
    },
  );
  expect(await calls.parcel('a'.repeat(64))).toMatchObject({ ok: false, fault: { code } });
  expect(await calls.parcelChunk('a'.repeat(64), 0)).toMatchObject({ ok: false, fault: { code } });
});
