import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, expect, test } from 'vitest';
import type { InboxEntry } from '#contract/department.ts';
import { publicKeySchema } from '#contract/terminal-identity.ts';
import { webhookCaller } from '#platform/departments/call-webhook.ts';
import { addressPolicy } from '#platform/departments/webhook-address.ts';
import { keyIdOf } from '#platform/identity/key-id.ts';
import { genuineCalls, type Call } from './genuine.ts';

/** A demo department believes the platform, and nobody else; the calls are those that the platform makes. */

const NOW_MS = Date.UTC(2026, 10, 22, 1);
const entry: InboxEntry = {
  cursor: 7,
  departmentId: 'civil',
  kind: 'new',
  caseNo: 'BJ2026112200000001',
  itemSlug: 'elderly-allowance',
  ordinal: 1,
  status: '02',
  at: '2026-11-22T01:00:00.000Z',
};

const platform = keyPair();
const stranger = keyPair();
let calls: { genuine: Call; another: Call; ofStranger: Call };

function keyPair() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const jwk = publicKeySchema.parse(publicKey.export({ format: 'jwk' }));
  const keyId = keyIdOf(jwk);
  return {
    keyId,
    sign: (bytes: Uint8Array) => sign(null, bytes, privateKey),
    published: { ...jwk, kid: keyId, use: 'sig', alg: 'EdDSA' },
  };
}

beforeAll(async () => {
  const heard: Call[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      const { method = '', headers, url = '' } = request;
      heard.push({ method, url: `http://${headers.host ?? ''}${url}`, headers, body });
      response.end('{"cursor":7}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/inbox/civil`; // it listens on a port
  for (const key of [platform, platform, stranger]) {
    const caller = webhookCaller({
      key,
      policy: addressPolicy(['127.0.0.1/32']),
      randomBytes,
      wholeMs: 60_000,
    });
    expect(await caller.call(url, entry, NOW_MS)).toEqual({ kind: 'taken' });
    await caller.close();
  }
  server.closeAllConnections();
  server.close();
  const [genuine, another, ofStranger] = heard;
  if (!genuine || !another || !ofStranger) throw new Error('a call did not come');
  calls = { genuine, another, ofStranger };
}, 120_000);

function department(nowMs = NOW_MS) {
  return genuineCalls({
    fetchKeys: () => Promise.resolve({ keys: [platform.published] }),
    now: () => nowMs,
  });
}

test('the platform’s call is believed, and another one too', async () => {
  const isGenuine = department();
  expect(await isGenuine(calls.genuine)).toBe(true);
  expect(await isGenuine(calls.another)).toBe(true);
});

test('whoever names unknown keys makes nobody ask the platform more than once a minute', async () => {
  let nowMs = NOW_MS;
  let asked = 0;
  let published: unknown[] = [];
  const isGenuine = genuineCalls({
    fetchKeys: () => {
      asked += 1;
      return Promise.resolve({ keys: published });
    },
    now: () => nowMs,
  });
  for (let turn = 0; turn < 5; turn += 1) expect(await isGenuine(calls.ofStranger)).toBe(false);
  expect(asked).toBe(1);
  published = [platform.published];
  nowMs += 60_000;
  expect(await isGenuine(calls.genuine)).toBe(true);
  expect(asked).toBe(2);
});

test('the same call again is not', async () => {
  const isGenuine = department();
  await isGenuine(calls.genuine);
  expect(await isGenuine(calls.genuine)).toBe(false);
});

test.each<[string, (call: Call) => Call]>([
  ['another body', (call) => ({ ...call, body: call.body.replace('"new"', '"withdrawn"') })],
  ['another path', (call) => ({ ...call, url: call.url.replace('civil', 'health') })],
  ['another host', (call) => ({ ...call, url: call.url.replace('127.0.0.1', '127.0.0.2') })],
  ['another method', (call) => ({ ...call, method: 'PUT' })],
  [
    'another body with its own digest',
    (call) => ({
      ...call,
      body: '{}',
      headers: {
        ...call.headers,
        'content-digest': 'sha-256=:RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=:',
      },
    }),
  ],
  [
    'another tag',
    (call) => ({
      ...call,
      headers: {
        ...call.headers,
        'signature-input': String(call.headers['signature-input']).replace(
          'yizhan-platform',
          'yizhan-terminal',
        ),
      },
    }),
  ],
  [
    'no signature',
    (call) => ({ ...call, headers: { ...call.headers, signature: undefined, 'signature-input': undefined } }),
  ],
  ['a stranger’s key', () => calls.ofStranger],
])('a call with %s is not', async (_what, bend) => {
  expect(await department()(bend(calls.genuine))).toBe(false);
});

test.each([NOW_MS + 301_000, NOW_MS - 301_000])('a call of another time is not', async (nowMs) => {
  expect(await department(nowMs)(calls.genuine)).toBe(false);
});
