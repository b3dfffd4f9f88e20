import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Result } from '#contract/result.ts';
import type { SignedCalls } from '../identity/signed-calls.ts';
import { createPlatformClient, type PlatformClient } from './platform-client.ts';
import { createPlatformTransport } from './platform-transport.ts';

const key = { applicationId: '01995b00-0000-7000-8000-000000000001', sha256: 'a'.repeat(64) };
const chunk = { offset: 10, byteCount: 13, bytes: new Uint8Array([0xff, 0, 0xd8]) };

/** This platform asks for no signature. */
const signing: SignedCalls = {
  asTerminal: (request, transmit) => transmit({ ...request.headers }),
  by: (_keys, request, transmit) => transmit({ ...request.headers }),
};

let server: Server;
let client: PlatformClient;
let answer: { status: number; type: string; body: string };
let asked: { method: string; url: string; type: string; body: Buffer }[];

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (bytes: Buffer) => chunks.push(bytes));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      asked.push({ method, url, type: headers['content-type'] ?? '', body: Buffer.concat(chunks) });
      response.writeHead(answer.status, { 'content-type': answer.type }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  client = createPlatformClient({
    url: `http://127.0.0.1:${port}`,
    signing,
    timeoutMs: 5_000,
    transport: createPlatformTransport(null),
  });
});
afterEach(() => {
  client.close();
  server.close();
  server.closeAllConnections();
});

function answers(
  status: number,
  body: unknown,
  type = status < 400 ? 'application/json' : 'application/problem+json; charset=utf-8',
): void {
  answer = { status, type, body: typeof body === 'string' ? body : JSON.stringify(body) };
}

const faultOf = <T, F>(result: Result<T, F>): F | null => (result.ok ? null : result.fault);

it('a chunk goes out as octets, with its place in the address', async () => {
  answers(200, { receivedBytes: 13, isComplete: true });
  expect(await client.appendAttachment(key, chunk)).toEqual({
    ok: true,
    value: { receivedBytes: 13, isComplete: true },
  });
  expect(asked).toEqual([
    {
      method: 'POST',
      url: `/v1/applications/${key.applicationId}/attachments/${key.sha256}/chunks?offset=10&byteCount=13`,
      type: 'application/octet-stream',
      body: Buffer.from(chunk.bytes),
    },
  ]);
});

it('what the platform never saw is at byte 0', async () => {
  answers(404, { code: 'NOT_FOUND' });
  expect(await client.attachmentStatus(key)).toEqual({
    ok: true,
    value: { receivedBytes: 0, isComplete: false },
  });
});

it.each<[string, number, unknown, object]>([
  [
    'another offset',
    409,
    { code: 'WRONG_OFFSET', data: { receivedBytes: 4 } },
    { code: 'platform.nonsense', receivedBytes: 4 },
  ],
  ['409 and no offset', 409, { code: 'CONFLICT' }, { code: 'platform.nonsense' }],
  [
    'an offset below zero',
    409,
    { code: 'WRONG_OFFSET', data: { receivedBytes: -1 } },
    { code: 'platform.nonsense' },
  ],
  ['damaged', 422, { code: 'ATTACHMENT_DAMAGED' }, { code: 'platform.attachment-damaged' }],
  ['too many', 422, { code: 'TOO_MANY_ATTACHMENTS' }, { code: 'platform.rejected' }],
  ['no such call', 404, { code: 'NOT_FOUND' }, { code: 'platform.rejected' }],
  ['unavailable', 503, {}, { code: 'platform.failed' }],
  ['half an answer', 200, '{"receivedBytes":', { code: 'platform.nonsense' }],
  ['a negative count', 200, { receivedBytes: -1, isComplete: false }, { code: 'platform.nonsense' }],
  ['a page of a megabyte', 200, 'x'.repeat(1_000_000), { code: 'platform.too-large' }],
  ['a refusal of a megabyte', 403, 'x'.repeat(1_000_000), { code: 'platform.not-authorised' }],
  ['a conflict of a megabyte', 409, 'x'.repeat(1_000_000), { code: 'platform.nonsense' }],
  ['too much in hand', 429, { code: 'PLATFORM_BUSY' }, { code: 'platform.busy', status: 429 }],
  ['too many tries', 429, { code: 'TOO_MANY_REQUESTS' }, { code: 'platform.busy', triesTooMuch: true }],
  ['uploads that are full', 429, { code: 'UPLOADS_FULL' }, { code: 'platform.uploads-full', status: 429 }],
  ['a wish to wait of a megabyte', 429, 'x'.repeat(1_000_000), { code: 'platform.busy' }],
  ['a failure of a megabyte', 502, 'x'.repeat(1_000_000), { code: 'platform.too-large' }],
])('an append that is answered by %s is a fault by name', async (_what, status, body, expected) => {
  answers(status, body);
  expect(faultOf(await client.appendAttachment(key, chunk))).toMatchObject(expected);
});

it('a login page in place of a status is nonsense, and not byte 0', async () => {
  answers(404, '<html>');
  expect(faultOf(await client.attachmentStatus(key))).toMatchObject({ code: 'platform.rejected' });
});

it.each<[string, string, object, object]>([
  [
    'of an offset',
    'application/json',
    { code: 'WRONG_OFFSET', data: { receivedBytes: 4 } },
    { detail: '409 that names no offset' },
  ],
  [
    'of a problem by its own content',
    'text/html',
    { code: 'WRONG_OFFSET', data: { receivedBytes: 4 } },
    { detail: '409 that names no offset' },
  ],
])('the word of a proxy in front %s is not the platform’s', async (_what, type, body, expected) => {
  answers(409, body, type);
  const found = faultOf(await client.appendAttachment(key, chunk));
  expect(found).toMatchObject({ code: 'platform.nonsense', ...expected });
  expect(found).not.toHaveProperty('receivedBytes');
});

it('a proxy’s own "not found" is not byte 0: the upload would begin anew for nothing', async () => {
  answers(404, { code: 'NOT_FOUND' }, 'application/json');
  expect(faultOf(await client.attachmentStatus(key))).toMatchObject({ code: 'platform.rejected' });
});
