/** What looks like SQL, HTML or a format comes back as the text that it is, wherever a text can be given. */
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import {
  acknowledged,
  call,
  DESK_TOKEN,
  payload,
  startTestPlatform,
  submission,
  submit,
  TERMINAL,
  TEST_NOW_MS,
  type By,
} from '#platform/for-tests.ts';
import type { Platform } from '#platform/server.ts';
import { nasty } from './arbitrary.ts';

let postgres: TestPostgres;
let platform: Platform;
let submitted = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  platform = await startTestPlatform(await postgres.createDatabase());
});
afterAll(async () => {
  await platform.close();
  await postgres.close();
});

const PERSON = '999901194503120014';
const now = new Date(TEST_NOW_MS).toISOString();
const ask = async (method: string, path: string, by: By, body?: object): Promise<unknown> => {
  const answer = await call(platform.url + path, { method, by, ...(body ? { body } : {}) });
  expect([answer.status, answer.text]).toEqual([200, expect.any(String)]);
  return answer.json;
};

async function newCase(itemSlug: string, text: string): Promise<string> {
  submitted += 1;
  const content = {
    ...payload({ applicantName: text, applicantId: PERSON, question: text }),
    consents: [{ id: text.slice(0, 40), at: now }],
  };
  const whole = { ...submission(content), itemSlug, itemCode: text.slice(0, 40), itemVersion: text };
  const answer = await submit(platform, submitted, whole);
  expect(answer.status).toBe(200);
  const { caseNo } = acknowledged(answer);
  expect(await ask('GET', `/v1/cases/${caseNo}`, DESK_TOKEN)).toMatchObject({ ...whole, caseNo });
  return caseNo;
}

// An officer's words are trimmed, and none of them may be blank.
const words = nasty.filter((text) => text.trim() === text);

describe.each(words)('%j', (text) => {
  test('in an application, its item and its version, and in why it was not accepted', async () => {
    const caseNo = await newCase('elderly-allowance', text);
    await ask('POST', `/v1/cases/${caseNo}/refusal`, DESK_TOKEN, { reason: { zh: text, en: text } });
    const told = await ask('POST', '/v1/cases/progress', TERMINAL, { by: 'card', personNumber: PERSON });
    const { cases } = told as { cases: { caseNo: string; detail: unknown }[] }; // of the contract's form
    expect(cases.find((each) => each.caseNo === caseNo)?.detail).toMatchObject({
      refusal: { zh: text, en: text },
    });
  });

  test('in a result, and in the words of a rating', async () => {
    const caseNo = await newCase('elderly-allowance', text);
    await ask('POST', `/v1/cases/${caseNo}/acceptance`, DESK_TOKEN, {});
    const result = { outcome: '1', text: { zh: text, en: text }, documentNo: text };
    await ask('POST', `/v1/cases/${caseNo}/result`, DESK_TOKEN, result);
    const rating = { level: 'satisfied', reasons: [], words: text };
    await ask('POST', '/v1/ratings', TERMINAL, { ratingId: randomUUID(), caseNo, rating, ratedAt: now });
    const { ratings } = (await ask('GET', '/v1/ratings', DESK_TOKEN)) as { ratings: { words: string }[] }; // of the contract's form
    expect(ratings.map((each) => each.words)).toContain(text);
    const told = await ask('POST', '/v1/cases/progress', TERMINAL, { by: 'card', personNumber: PERSON });
    expect(JSON.stringify(told)).toContain(JSON.stringify(text));
  });

  test('in a question and its reply', async () => {
    const caseNo = await newCase('consultation', text);
    const words = `关于居民医保报销：${text} 请到3号窗口，电话0999-8800123。`;
    const reply = { replyId: randomUUID(), unit: text, text: words };
    const path = `/v1/cases/${caseNo}/replies`;
    // The check of replies has its doubts about such words; an officer insists, with such words for a reason.
    await call(platform.url + path, { method: 'POST', by: DESK_TOKEN, body: reply });
    await ask('POST', path, DESK_TOKEN, { ...reply, insistBecause: text });
    expect(await ask('GET', `/v1/cases/${caseNo}/interaction`, DESK_TOKEN)).toMatchObject({
      reply: { unit: text, text: words },
    });
  });

  test('in a booking, and the version of a guide that is reported', async () => {
    const bookingNo = String(20_000_000 + submitted + words.indexOf(text));
    const station = { zh: text, en: text };
    const booking = {
      stationId: text.slice(0, 40),
      station,
      startsAt: now,
      itemSlug: null,
      personNumber: PERSON,
    };
    await ask('PUT', `/v1/bookings/${bookingNo}`, DESK_TOKEN, booking);
    const search = { by: 'number', tagKey: 'A'.repeat(43), bookingNo };
    expect(await ask('POST', '/v1/bookings/search', TERMINAL, search)).toMatchObject({
      bookings: [{ station, stationId: booking.stationId }],
    });
    const report = {
      reportId: randomUUID(),
      slug: 'elderly-allowance',
      version: text,
      error: 'hours',
      reportedAt: now,
    };
    await ask('POST', '/v1/catalogue/guide-reports', TERMINAL, report);
    const { errors } = (await ask('GET', '/v1/catalogue/guide-errors', DESK_TOKEN)) as {
      errors: { version: string }[]; // of the contract's form
    };
    expect(errors.map(({ version }) => version)).toContain(text);
  });
});

test('the desk’s page runs none of it', async () => {
  const page = await call(`${platform.url}/?token=${DESK_TOKEN}`, {});
  expect(page.status).toBe(200);
  expect(page.text).not.toMatch(/<script|<img|onerror=/i);
});
