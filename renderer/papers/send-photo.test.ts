import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_PHOTO_PARTS } from '#contract/paper.ts';
import { MAX_PHOTO_BYTES, MAX_PHOTO_PART_BYTES } from '#contract/photo-limits.ts';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import { err, ok } from '#contract/result.ts';
import { base64Of, bytesOf, sendPhoto, type SentPart } from './send-photo.ts';

const photo = { paperId: 'm-bank', photoId: crypto.randomUUID(), doubts: [], replaces: null };

it('the largest photograph goes in parts that each fit a message, and is whole again', async () => {
  const jpeg = Buffer.alloc(MAX_PHOTO_BYTES, 'some bytes');
  const sent: SentPart[] = [];
  await sendPhoto({ ...photo, jpeg }, (part) => {
    sent.push(part);
    return Promise.resolve(ok(null));
  });
  expect(sent).toHaveLength(MAX_PHOTO_PARTS);
  expect(sent.map(({ part, parts }) => [part, parts])).toEqual(
    sent.map((_none, index) => [index, sent.length]),
  );
  // The envelope around a part has some 300 bytes.
  expect(Math.max(...sent.map((part) => JSON.stringify(part).length))).toBeLessThan(
    MAX_API_MESSAGE_BYTES - 1000,
  );
  expect(Buffer.compare(Buffer.concat(sent.map(({ data }) => bytesOf(data))), jpeg)).toBe(0);
});

it('nothing is sent behind a part that was refused', async () => {
  const jpeg = new Uint8Array(MAX_PHOTO_PART_BYTES * 3);
  let calls = 0;
  const done = await sendPhoto({ ...photo, jpeg }, () => {
    calls += 1;
    return Promise.resolve(calls === 2 ? err({ code: 'paper.too-many' as const }) : ok(null));
  });
  expect(done).toEqual({ ok: false, fault: { code: 'paper.too-many' } });
  expect(calls).toBe(2);
});

it('bytes are the same behind base64', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 20_000 }), (bytes) => {
      return Buffer.compare(bytesOf(base64Of(bytes)), bytes) === 0;
    }),
    { numRuns: 30 },
  );
});
