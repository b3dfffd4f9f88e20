import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricsOf, spansOf, startOtlpReceiver, wordsOf, type OtlpReceiver } from '#telemetry/for-tests.ts';
import { startSdk } from '#telemetry/sdk.ts';
import { catalogueDir } from '../catalogue/load-catalogue.ts';
import { withDatabase } from '../fixture/for-tests.ts';
import {
  applicationId,
  call,
  clockForTests,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  submission,
  TERMINAL,
} from '../for-tests.ts';
import { plantTerminals } from '../identity/for-tests.ts';
import { startPlatform, type Platform } from '../server.ts';

const database = withDatabase();
const NEVER_MS = 3_600_000;
const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

let receiver: OtlpReceiver;
let platform: Platform;
beforeAll(async () => {
  receiver = await startOtlpReceiver();
  platform = await startPlatform({
    databaseUrl: database().url,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock: clockForTests,
    catalogueDir,
    // It tells when it ends.
    telemetry: startSdk({
      endpoint: receiver.url,
      trusted: null,
      service: { name: 'yizhan-platform', version: 'test', instance: 'node-1' },
      intervalMs: NEVER_MS,
      clock: clockForTests,
      randomBytes,
      onTrouble: () => undefined,
    }),
  });
  await plantTerminals(database().url, [TERMINAL]);
});
afterAll(() => receiver.close());

test('a trace goes on where a terminal began it, and nobody else begins or lengthens one', async () => {
  const put = (n: number, header: string | null, by?: typeof TERMINAL) =>
    call(`${platform.url}/v1/applications/${applicationId(n)}/revisions/1`, {
      method: 'PUT',
      ...(by === undefined ? {} : { by }),
      body: submission(ORDINARY_PAYLOAD),
      headers: header === null ? {} : { traceparent: header },
    });
  const answers = [
    await put(1, traceparent, TERMINAL),
    // The same again, which is stored already.
    await put(1, traceparent, TERMINAL),
    // A stranger, a header that is none, no header, and what is no submission.
    await put(2, traceparent),
    await put(3, `${traceparent}; 张建国`.replace(/[^\x20-\x7e]/g, '?'), TERMINAL),
    await put(4, null, TERMINAL),
    await call(`${platform.url}/v1/catalogue/items`, { by: TERMINAL, headers: { traceparent } }),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 401, 200, 200, 200]);
  await platform.close();

  const spans = spansOf(receiver);
  expect(new Set(spans.map(({ traceId }) => traceId))).toEqual(new Set(['4bf92f3577b34da6a3ce929d0e0e4736']));
  expect(spans.map(({ name, kind }) => `${String(kind)} ${name.split(' ', 1)[0] ?? ''}`)).toEqual([
    '3 INSERT',
    '2 PUT',
    '3 INSERT',
    '2 PUT',
  ]);
  const served = metricsOf(receiver).find(({ name }) => name === 'http.server.request.duration');
  const counts = (served?.points ?? []).map((point) => [point.count, wordsOf(point).join(' ')]);
  const words = (method: string, status: number) =>
    `http.request.method=${method} http.response.status_code=${String(status)} url.scheme=http yizhan.lane=`;
  expect(counts).toEqual(
    expect.arrayContaining([
      [4, `${words('PUT', 200)}outbox`],
      [1, `${words('PUT', 401)}outbox`],
      [1, expect.stringContaining(words('GET', 200))],
    ]),
  );
});
