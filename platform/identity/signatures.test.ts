import { connect as connectSocket } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { requestSignature } from '#contract/terminal-identity.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  OTHER_TERMINAL,
  TERMINAL,
  TEST_NOW_MS,
  applicationId,
  call,
  listCases,
  send,
  startTestPlatform,
  submission,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import {
  digestOf,
  plantTerminals,
  signedBy,
  testTerminal,
  type PlainRequest,
  type SigningWishes,
  type TestTerminal,
} from './for-tests.ts';
import { sweepNonces } from './nonces.ts';
import { revokeTerminal } from './terminals.ts';

let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;
let secondNode: Platform;
const logged: string[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl, (line) => logged.push(JSON.stringify(line)));
  secondNode = await startTestPlatform(databaseUrl);
}, 60_000);

afterAll(async () => {
  await platform.close();
  await secondNode.close();
  await postgres.close();
});

const body = JSON.stringify(submission(ORDINARY_PAYLOAD));
const json = { 'content-type': 'application/json' };

function put(n: number): PlainRequest {
  return { method: 'PUT', url: keyUrl(n), headers: json, body };
}
const keyUrl = (n: number, at = platform) => `${at.url}/v1/applications/${applicationId(n)}/revisions/1`;
const list = (): PlainRequest => ({
  method: 'GET',
  url: `${platform.url}/v1/catalogue/items`,
  headers: {},
  body: null,
});

function sign(request: PlainRequest, wishes: Partial<SigningWishes> = {}, by: TestTerminal = TERMINAL) {
  return signedBy(by, request, { nowMs: TEST_NOW_MS, ...wishes });
}

async function refusalOf(request: PlainRequest, headers: Record<string, string>, url = request.url) {
  const answer = await send(url, request.method, headers, request.body);
  const { code } = answer.json as { code: string }; // every error of the platform has one
  return { status: answer.status, code };
}

const without = (headers: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name));

describe('a request that was signed as the contract says is let in', () => {
  test('once, and the same bytes again are a replay on every node', async () => {
    const headers = sign(put(1));
    expect((await send(keyUrl(1), 'PUT', headers, body)).status).toBe(200);
    expect(await refusalOf(put(1), headers)).toEqual({ status: 401, code: 'SIGNATURE_REPLAYED' });
    const { host } = new URL(platform.url);
    const there = await raw(secondNode, 'PUT', keyUrl(1), { host, ...headers }, body);
    expect(there).toMatch(/^HTTP\/1.1 401 [\s\S]*"SIGNATURE_REPLAYED"/);
  });

  test('of twenty of the same bytes at once, one is let in', async () => {
    const headers = sign(list());
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => send(list().url, 'GET', headers, null)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test('with other parameters’ order, another label, and more that it covers', async () => {
    const request = { ...list(), headers: { accept: 'application/json' } };
    const components = ['accept', ...requestSignature.components].toReversed();
    const answer = await send(request.url, 'GET', sign(request, { components, label: 'mine' }), null);
    expect(answer.status).toBe(200);
  });

  test.each([-requestSignature.windowSeconds, requestSignature.windowSeconds])(
    'when its clock is %i s from ours',
    async (seconds) => {
      const headers = sign(list(), { nowMs: TEST_NOW_MS + seconds * 1000 });
      expect((await send(list().url, 'GET', headers, null)).status).toBe(200);
    },
  );
});

describe('what was altered behind the terminal’s back is refused, and nothing is stored', () => {
  test('the body', async () => {
    const headers = sign(put(10));
    const altered = { ...put(10), body: body.replace('张建国', '张建中') };
    expect(await refusalOf(altered, headers)).toEqual({ status: 401, code: 'DIGEST_MISMATCH' });
    // Whoever altered it has not used the nonce up: the true one still passes.
    expect((await send(keyUrl(10), 'PUT', headers, body)).status).toBe(200);
  });

  test('the body and its digest', async () => {
    const text = body.replace('张建国', '张建中');
    const headers = { ...sign(put(11)), 'content-digest': digestOf(text) };
    expect(await refusalOf({ ...put(11), body: text }, headers)).toEqual(invalid);
  });

  test.each<[string, (url: string) => string]>([
    ['the path', (url) => url.replace('revisions/1', 'revisions/2')],
    ['the query', (url) => `${url}?limit=1`],
  ])('%s', async (_what, alter) => {
    expect(await refusalOf(put(12), sign(put(12)), alter(keyUrl(12)))).toEqual(invalid);
  });

  test('the method', async () => {
    const headers = sign({ ...list(), url: keyUrl(10) });
    expect(await refusalOf({ ...put(10), method: 'PUT' }, { ...headers, ...json })).toEqual(invalid);
  });

  test('the host, with a path hidden in it', async () => {
    const signed = sign({ ...list(), url: 'http://platform.example/v1/catalogue/items' });
    const item = `${platform.url}/v1/catalogue/items/elderly-allowance`;
    for (const host of [
      'platform.example',
      'platform.example/v1/catalogue/items#',
      'evil@platform.example',
    ]) {
      expect(await raw(platform, 'GET', item, { host, ...signed }, null)).toMatch(/^HTTP\/1.1 401 /);
    }
    const true_ = await raw(platform, 'GET', list().url, { host: 'platform.example', ...signed }, null);
    expect(true_).toMatch(/^HTTP\/1.1 200 /);
  });

  test.each(['content-digest', 'content-type'])('a body whose %s is not signed', async (name) => {
    const components = [...requestSignature.components, ...requestSignature.bodyComponents];
    const headers = sign(put(13), { components: components.filter((component) => component !== name) });
    expect(await refusalOf(put(13), headers)).toEqual(invalid);
    expect(await refusalOf(put(13), without(sign(put(13)), 'content-digest'))).toEqual(invalid);
  });

  test.each(requestSignature.components)('a request whose %s is not signed', async (name) => {
    const components = requestSignature.components.filter((component) => component !== name);
    expect(await refusalOf(list(), sign(list(), { components }))).toEqual(invalid);
  });

  test('none of it is there', async () => {
    const { text } = await call(keyUrl(12), { by: TERMINAL });
    expect(text).toContain('NOT_FOUND');
    expect(await listCases(platform)).toHaveLength(2);
  });
});

describe('a signature is refused', () => {
  test('of a key that nobody has enrolled', async () => {
    const stranger = testTerminal('T-01', '999901001');
    expect(await refusalOf(put(20), sign(put(20), {}, stranger))).toEqual({
      status: 401,
      code: 'TERMINAL_UNKNOWN',
    });
  });

  test('by another key than the one that it names', async () => {
    const liar = { ...OTHER_TERMINAL, keyId: TERMINAL.keyId };
    expect(await refusalOf(put(20), sign(put(20), {}, liar))).toEqual(invalid);
  });

  test.each([-301, 301, -10_000_000, 10_000_000])(
    'when it was made %i s from now, and says the time',
    async (s) => {
      const headers = sign(put(20), { nowMs: TEST_NOW_MS + s * 1000 });
      const answer = await send(keyUrl(20), 'PUT', headers, body);
      expect(answer.status).toBe(401);
      expect(answer.json).toMatchObject({
        code: 'CLOCK_SKEW',
        data: { platformTime: '2026-11-21T17:30:00.000Z' },
      });
    },
  );

  test('whose nonce was used for another request', async () => {
    const nonce = 'nonce-of-two-requests';
    expect((await send(list().url, 'GET', sign(list(), { nonce }), null)).status).toBe(200);
    expect(await refusalOf(put(20), sign(put(20), { nonce }))).toEqual({
      status: 401,
      code: 'SIGNATURE_REPLAYED',
    });
    const others = await send(list().url, 'GET', sign(list(), { nonce }, OTHER_TERMINAL), null);
    expect(others.status).toBe(200);
  });

  test('when there are two of them', async () => {
    const first = sign(list());
    const request = { ...list(), headers: first };
    expect(await refusalOf(list(), sign(request, { label: 'second' }, OTHER_TERMINAL))).toEqual(invalid);
  });

  test.each<[string, SigningWishes['parameters']]>([
    ['no nonce', { nonce: undefined }],
    ['a short nonce', { nonce: 'short' }],
    ['no time', { created: undefined }],
    ['another algorithm', { alg: 'hmac-sha256' }],
    ['another purpose', { tag: 'web-bot-auth' }],
    ['no purpose', { tag: undefined }],
    ['no key', { keyid: undefined }],
    ['an end of its own', { expires: 1 }],
    ['a word too many', { admin: 'yes' }],
  ])('with %s', async (_what, parameters) => {
    const wishes = parameters === undefined ? {} : { parameters };
    expect(await refusalOf(list(), sign(list(), wishes))).toEqual(invalid);
  });

  test('of a revoked terminal, at once, on every node, and only who has the key learns it', async () => {
    const lost = testTerminal('T-lost', '999901001');
    await plantTerminals(databaseUrl, [lost]);
    expect((await send(list().url, 'GET', sign(list(), {}, lost), null)).status).toBe(200);
    const pool = connect(databaseUrl);
    expect(await revokeTerminal(pool, 'T-lost', 'stolen', TEST_NOW_MS)).toBe(true);
    expect(await revokeTerminal(pool, 'T-lost', 'again', TEST_NOW_MS)).toBe(false);
    await pool.end();
    for (const node of [platform, secondNode]) {
      const request = { ...list(), url: `${node.url}/v1/catalogue/items` };
      expect(await refusalOf(request, sign(request, {}, lost))).toEqual({
        status: 403,
        code: 'TERMINAL_REVOKED',
      });
    }
    expect(await refusalOf(list(), sign(list(), {}, { ...OTHER_TERMINAL, keyId: lost.keyId }))).toEqual(
      invalid,
    );
  });
});

describe('what is no signature at all is refused, and never a failure of ours', () => {
  const good = 'terminal=("@method");created=1;nonce="aaaaaaaaaaaaaaaa";keyid="k";alg="ed25519";tag="t"';
  test.each<[string, Record<string, string>]>([
    ['nothing', { 'signature-input': '', signature: '' }],
    ['garbage', { 'signature-input': '}{][";;;===', signature: ':::' }],
    ['an item', { 'signature-input': 'terminal=1', signature: 'terminal=1' }],
    ['a list', { 'signature-input': '(("@method"))', signature: '()' }],
    ['inputs without signatures', { 'signature-input': good }],
    ['signatures without inputs', { signature: 'terminal=:AAAA:' }],
    [
      'a name of Object’s',
      { 'signature-input': good.replace('terminal', 'constructor'), signature: 'a=:AAAA:' },
    ],
    [
      'time as text',
      { 'signature-input': good.replace('created=1', 'created="1"'), signature: 'terminal=:AA==:' },
    ],
    [
      'half a second',
      { 'signature-input': good.replace('created=1', 'created=1.5'), signature: 'terminal=:AA==:' },
    ],
    [
      'the end of time',
      {
        'signature-input': good.replace('created=1', 'created=999999999999999'),
        signature: 'terminal=:AA==:',
      },
    ],
    [
      'a thousand',
      {
        'signature-input': Array.from({ length: 150 }, (_, n) => `s${String(n)}=()`).join(', '),
        signature: 's1=:AA==:',
      },
    ],
  ])('%s', async (_what, headers) => {
    const answer = await send(list().url, 'GET', headers, null);
    expect(answer.status).toBe(401);
    expect((answer.json as { code: string }).code).toMatch(/^(SIGNATURE_INVALID|UNAUTHORIZED|CLOCK_SKEW)$/);
  });

  test.each<[string, (input: string) => string]>([
    ['a component twice', (input) => input.replace('"@method"', '"@method" "@method"')],
    ['a component of an answer', (input) => input.replace('"@method"', '"@method" "@status"')],
    ['a parameter of a component', (input) => input.replace('"@path"', '"@path";req')],
    ['the signature itself', (input) => input.replace('"@method"', '"@method" "signature"')],
    ['a component that nobody knows', (input) => input.replace('"@method"', '"@method" "@moon"')],
    ['a header that is not there', (input) => input.replace('"@method"', '"@method" "x-none"')],
  ])('a good one whose input names %s', async (_what, alter) => {
    const headers = sign(list());
    const input = alter(headers['signature-input'] ?? '');
    expect(await refusalOf(list(), { ...headers, 'signature-input': input })).toEqual(invalid);
  });

  test('headers beyond the limit', async () => {
    const headers = { host: 'x', 'signature-input': 'x'.repeat(20_000) };
    expect(await raw(platform, 'GET', list().url, headers, null)).toMatch(/^HTTP\/1.1 431 /);
  });
});

test('a stranger’s megabyte is not read', async () => {
  const stranger = testTerminal('T-01', '999901001');
  const headers = {
    host: new URL(platform.url).host,
    ...sign(put(30), {}, stranger),
    'content-length': '1000000',
  };
  // No body follows: whoever waited for it would not answer.
  expect(await raw(platform, 'PUT', keyUrl(30), headers, '')).toMatch(
    /^HTTP\/1.1 401 [\s\S]*TERMINAL_UNKNOWN/,
  );
});

test('behind a proxy that changes host and path, the address that terminals use is configured', async () => {
  const { startPlatform } = await import('../server.ts');
  const { clockForTests } = await import('../for-tests.ts');
  const { catalogueDir } = await import('../catalogue/load-catalogue.ts');
  const proxied = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    publicUrl: 'https://district.example/yizhan/',
    clock: clockForTests,
    catalogueDir,
  });
  const headers = sign({ ...list(), url: 'https://district.example/yizhan/v1/catalogue/items' });
  expect((await send(`${proxied.url}/v1/catalogue/items`, 'GET', headers, null)).status).toBe(200);
  const direct = { ...list(), url: `${proxied.url}/v1/catalogue/items` };
  expect(await refusalOf(direct, sign(direct))).toEqual(invalid);
  await proxied.close();
});

test('nonces that no window reaches any more are removed, and younger ones stay', async () => {
  const pool = connect(databaseUrl);
  const count = async () => Number((await pool.query('SELECT count(*) FROM request_nonce')).rows[0]?.count);
  const before = await count();
  await pool.query(`INSERT INTO request_nonce SELECT 'old', n::text, $1 FROM generate_series(1, 12000) n`, [
    new Date(TEST_NOW_MS - 1),
  ]);
  expect(await sweepNonces(pool, TEST_NOW_MS)).toBe(12_000);
  expect(await count()).toBe(before);
  const windowMs = requestSignature.windowSeconds * 1000;
  expect(await sweepNonces(pool, TEST_NOW_MS + 2 * windowMs + 60_001)).toBe(before);
  await pool.end();
});

test('no log line holds a key, a nonce or a person', () => {
  expect(logged.length).toBeGreaterThan(20);
  const all = logged.join('\n');
  for (const secret of [TERMINAL.keyId, TERMINAL.publicKey.x, 'nonce-of-two', '张建'])
    expect(all).not.toContain(secret);
});

const invalid = { status: 401, code: 'SIGNATURE_INVALID' };

/** Sends what fetch would put right, and gives what comes back until the line closes. */
function raw(
  at: Platform,
  method: string,
  url: string,
  headers: Record<string, string>,
  text: string | null,
): Promise<string> {
  const bytes = text === null ? '' : text;
  const lines = {
    ...(text === null || 'content-length' in headers
      ? {}
      : { 'content-length': String(Buffer.byteLength(bytes)) }),
    ...headers,
    connection: 'close',
  };
  return new Promise((resolve) => {
    const socket = connectSocket(Number(new URL(at.url).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (received += chunk));
    socket.on('error', () => undefined); // a cut line is an answer too
    socket.on('close', () => resolve(received));
    const head = Object.entries(lines).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`${method} ${new URL(url).pathname} HTTP/1.1\r\n${head.join('')}\r\n${bytes}`);
  });
}
