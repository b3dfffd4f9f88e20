import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { isCalendarDate } from '#contract/identity.ts';
import { publishedSchema, publishedSchemas } from '#contract/published-norm.ts';
import { ORDINARY_PAYLOAD, submission } from '../for-tests.ts';
import { normIndex } from './norms.ts';
import { openApiDocument } from './openapi.ts';

/** Every version that was ever published, with its hash; lines are added and never changed. */
const lock = z
  .record(z.string(), z.record(z.string().regex(/^\d+\.\d+\.\d+$/), z.string().regex(/^[0-9a-f]{64}$/)))
  .parse(JSON.parse(readFileSync(join(import.meta.dirname, 'norms.lock.json'), 'utf8')));

const index = normIndex(await openApiDocument());

test.each(index)('$name is what norms.lock.json has under its version, or it needs a new one', (entry) => {
  const { name, version, sha256 } = entry;
  // The line to add, after a new version in contract/published-norm.ts (docs/norm.md says which).
  expect(`${name} ${version} ${lock[name]?.[version] ?? 'is not locked'}`).toBe(
    `${name} ${version} ${sha256}`,
  );
});

test('no document is gone, and the newest version of each is the one that is served', () => {
  const newest = Object.entries(lock).map(([name, versions]) => [
    name,
    Object.keys(versions).sort(byVersion).at(-1),
  ]);
  expect(newest.sort()).toEqual(index.map(({ name, version }) => [name, version]).sort());
});

function byVersion(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  return left.map((part, at) => part - (right[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

const caseNo = 'BJ2026112200000001';
const text = { zh: '好', en: 'Good' };
const at = '2026-11-21T17:30:00.000Z';
const uuid = '01995b00-0000-4000-8000-000000000001';
const applicationId = '01995b00-0000-7000-8000-000000000001';
const notice = {
  noticeNo: `${caseNo}-02`,
  at,
  dueOn: '2026-11-27',
  entries: [{ target: { of: 'paper', materialId: 'm-1' }, name: text, reason: text }],
};
const result = { noticeNo: `${caseNo}-03`, at, outcome: '1', text, documentNo: null };

type Sample = Readonly<Record<string, unknown>>;

/** A good one, and what makes it a bad one. Items and chains have a test of their own (independent-norm.test.ts). */
const samples: Readonly<Record<string, { readonly good: Sample; readonly bad: readonly Sample[] }>> = {
  application: {
    good: { ...submission(ORDINARY_PAYLOAD) },
    bad: [
      { stationId: 999901001 },
      { payloadSha256: 'ABC' },
      { language: 'tlh' },
      { payload: {} },
      { receiptNo: undefined },
    ],
  },
  acknowledgement: {
    good: { applicationId, revision: 1, caseNo, status: '02', receivedAt: at, payloadSha256: '0'.repeat(64) },
    bad: [{ status: '99' }, { revision: 0 }, { caseNo: '' }, { receivedAt: 'now' }],
  },
  'case-progress': {
    good: {
      caseNo,
      receiptNo: '9999010012611220100010',
      itemName: text,
      office: text,
      phone: '',
      status: '06',
      receivedAt: at,
      events: [{ at, status: '02', noticeNo: null }],
      next: { what: 'correct', by: '2026-11-27', workdaysLeft: 5 },
      detail: { correction: notice, refusal: null, result: null },
    },
    bad: [
      { status: '03' },
      { events: [{ at }] },
      { next: { what: 'hope', by: null, workdaysLeft: null } },
      { detail: {} },
    ],
  },
  'correction-notice': { good: notice, bad: [{ entries: [] }, { dueOn: 'soon' }, { noticeNo: undefined }] },
  'case-result': { good: result, bad: [{ outcome: '9' }, { text: { zh: '好' } }, { documentNo: 7 }] },
  'interaction-state': {
    good: { state: 'replied', reply: { unit: '街道办', text: '好', repliedAt: at }, mayRefuse: true },
    bad: [{ state: 'lost' }, { reply: undefined }, { mayRefuse: 'yes' }],
  },
  reply: {
    good: { unit: '街道办', text: '好', replyId: uuid },
    bad: [{ replyId: 1 }, { unit: undefined }, { text: 'x'.repeat(2001) }],
  },
  'reply-refusal': {
    good: { refusalId: uuid, caseNo, reason: 'off-point', refusedAt: at },
    bad: [{ reason: 'rude' }, { caseNo: 'BJ 1' }, { refusalId: undefined }],
  },
  problem: {
    good: {
      type: '/norm/problems/not-found',
      title: 'Nothing is stored under this key',
      status: 404,
      code: 'NOT_FOUND',
    },
    bad: [{ status: 200 }, { title: '' }, { code: 'not found' }, { type: undefined }],
  },
  rating: {
    good: { ratingId: uuid, caseNo, rating: { level: 'satisfied', reasons: [], words: null }, ratedAt: at },
    bad: [
      { rating: { level: 'great', reasons: [], words: null } },
      { rating: { level: 'satisfied', reasons: ['999'], words: null } },
    ],
  },
};

describe('by a validator that is not ours', () => {
  // Strict: a keyword that the validator does not know, or that has no effect where it stands, is a fault of the norm.
  const ajv = new Ajv2020({
    strict: true,
    strictTypes: false,
    formats: {
      date: (day: string) => /^\d{4}-\d{2}-\d{2}$/.test(day) && isCalendarDate(day.replaceAll('-', '')),
      'date-time': (instant: string) => !Number.isNaN(Date.parse(instant)),
      uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
    },
  });

  test.each(Object.entries(samples))(
    '%s: the good sample is valid, and each bad one is not, as our reader says',
    (name, { good, bad }) => {
      const isValid = ajv.compile(publishedSchema(name));
      const ours = publishedSchemas.find((each) => each.name === name)?.schema;
      isValid(good);
      expect(isValid.errors ?? []).toEqual([]);
      expect(ours?.safeParse(good).success).toBe(true);
      for (const change of bad) {
        const changed: unknown = JSON.parse(JSON.stringify({ ...good, ...change }));
        expect(`${JSON.stringify(change)} ${String(isValid(changed))}`).toBe(
          `${JSON.stringify(change)} false`,
        );
        expect(ours?.safeParse(changed).success).toBe(false);
      }
    },
  );

  test('every schema but those of the catalogue has its samples', () => {
    expect(Object.keys(samples).sort()).toEqual(
      publishedSchemas.flatMap(({ name }) => (name === 'item' || name === 'chains' ? [] : [name])).sort(),
    );
  });
});
