import { connect, type AddressInfo } from 'node:net';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROBLEM_MEDIA_TYPE, problemSchema, transportProblems } from '#contract/problem.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  DESK_TOKEN,
  OTHER_TERMINAL,
  TERMINAL,
  call,
  sendRaw,
  startTestPlatform,
  submission,
  ORDINARY_PAYLOAD,
  submit,
  type Answer,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { createHttpServer } from './http-server.ts';
import { openApiDocument } from './openapi.ts';
import { problem, problemOf, sendProblem } from './problem.ts';
import { problemKinds, problemPages } from './problem-kinds.ts';

let postgres: TestPostgres;
let platform: Platform;

beforeAll(async () => {
  postgres = await startTestPostgres();
  platform = await startTestPlatform(await postgres.createDatabase());
}, 60_000);

afterAll(async () => {
  await platform.close();
  await postgres.close();
}, 60_000);

/** The problem document of an answer, judged by its schema, and not more than it may be. */
function problemIn({ status, headers, json }: Answer) {
  expect(headers.get('content-type')).toBe(PROBLEM_MEDIA_TYPE);
  const told = problemSchema.strict().parse(json);
  expect(told.status).toBe(status);
  expect(told).toMatchObject(problemKinds.get(told.code) ?? { code: 'one of the contract' });
  return told;
}

/** The same, of an answer that came as bytes and closed the line. */
function problemInBytes(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3}) \S/.exec(head)?.[1]);
  expect(head.toLowerCase()).toContain(`\r\ncontent-type: ${PROBLEM_MEDIA_TYPE}`);
  expect(head.toLowerCase()).toContain(`\r\ncontent-length: ${String(Buffer.byteLength(body))}`);
  for (const guard of ['connection: close', 'cache-control: no-store', 'x-content-type-options: nosniff'])
    expect(head.toLowerCase()).toContain(`\r\n${guard}`);
  const told = problemSchema.strict().parse(JSON.parse(body));
  expect(told.status).toBe(status);
  return told;
}

test('who asks for a tunnel and cuts the line does not end the node', async () => {
  const { hostname, port } = new URL(platform.url);
  for (let count = 0; count < 20; count += 1) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write('CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', () => socket.resetAndDestroy());
      });
      socket.on('error', () => undefined);
      socket.on('close', () => resolve());
    });
  }
  expect((await call(`${platform.url}/v1/health`, {})).status).toBe(200);
});

describe('every kind of problem', () => {
  test.each([...problemKinds.values()])('$code is told behind its type', async (kind) => {
    const page = await call(platform.url + kind.type, {});
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(page.json).toEqual({
      ...kind,
      meaning: expect.stringMatching(/^[A-Z].{10,}\.$/),
      remedy: expect.stringMatching(/^[A-Z].{5,}\.$/),
    });
  });

  test('stands in one list, each with a type of its own', async () => {
    const { json } = await call(`${platform.url}/norm/problems`, {});
    expect(json).toMatchObject({ problems: [...problemKinds.values()] });
    expect(problemPages().size).toBe(problemKinds.size + 1);
  });

  test('keeps to the length that the schema has', () => {
    for (const { code } of problemKinds.values()) {
      problemSchema.strict().parse(problem(code, { detail: 'x'.repeat(10_000), data: {} }));
    }
  });
});

test('a key that no record can have is not said again', async () => {
  const payload = { ...ORDINARY_PAYLOAD, answers: { ...ORDINARY_PAYLOAD.answers, Zhang3a: 'x' } };
  const told = problemIn(await submit(platform, 2, { ...submission(ORDINARY_PAYLOAD), payload }));
  expect(told).toMatchObject({ code: 'BAD_REQUEST', detail: 'payload.answers.?: Invalid key in record' });
});

test('what nobody expected is told without a word of it', () => {
  const told = problemOf(new Error('duplicate key value (name)=(张建国)'));
  expect(told).toEqual(problem('INTERNAL_SERVER_ERROR'));
  const database = Object.assign(new Error('password of 张建国'), { code: 'ECONNREFUSED' });
  expect(problemOf(database)).toEqual(problem('SERVICE_UNAVAILABLE'));
});

describe('the OpenAPI document', () => {
  test('describes every error as a problem document, and a real answer fits what it says', async () => {
    const document = await openApiDocument();
    const operations = Object.values(document.paths ?? {}).flatMap((path) => Object.values(path ?? {}));
    expect(operations.length).toBeGreaterThan(30);
    for (const operation of operations) {
      const { responses = {} } = operation as { responses?: Record<string, { content?: object }> };
      expect(responses).toHaveProperty('default');
      const errors = Object.entries(responses).filter(([status]) => Number(status) >= 400);
      expect(errors.length).toBeGreaterThan(4);
      for (const [, { content = {} }] of errors) expect(Object.keys(content)).toEqual([PROBLEM_MEDIA_TYPE]);
    }
    expect(JSON.stringify(document)).not.toContain('"defined"');

    const ajv = new Ajv2020({ strict: false, validateFormats: false });
    ajv.addSchema(document, 'platform');
    const path = 'paths/~1v1~1applications~1{applicationId}~1revisions~1{revision}/put/responses';
    const fits = (status: number, json: unknown) =>
      ajv.validate(
        `platform#/${encodeURI(path)}/${String(status)}/content/application~1problem+json/schema`,
        json,
      );
    const good = submission(ORDINARY_PAYLOAD);
    await submit(platform, 1, good);
    const others = submission({ ...ORDINARY_PAYLOAD, consents: [] });
    for (const answer of [
      await submit(platform, 1, { ...good, language: 'tlh' }),
      await submit(platform, 1, others),
      await submit(platform, 1, good, OTHER_TERMINAL),
      await submit(platform, 1, good, DESK_TOKEN),
    ]) {
      const told = problemIn(answer);
      expect(fits(answer.status, told), `${told.code}: ${JSON.stringify(ajv.errors)}`).toBe(true);
      expect(fits(answer.status, { ...told, code: 'SOMETHING_ELSE' })).toBe(false);
      expect(fits(answer.status, { ...told, title: 'Something else' })).toBe(false);
    }
    const conflict = problemIn(await submit(platform, 1, others));
    expect(conflict.code).toBe('CONFLICT');
    expect(fits(409, { ...conflict, data: undefined })).toBe(false);
    expect(fits(409, { ...conflict, data: {} })).toBe(false);
  });
});

describe('a problem document is also the answer', () => {
  test.each([
    ['GET', '/v2/anything'],
    ['GET', '/v1/applications'],
    ['GET', '/v1/cases/'],
    ['GET', '/v1//cases'],
    ['GET', '/norm/problems/no-such-problem'],
    ['GET', '/../../etc/passwd'],
    ['GET', '//evil.example/'],
    ['POST', '/v1/cases/BJ1/nothing'],
  ])('to %s %s, which is no call', async (method, path) => {
    const body = method === 'POST' ? { body: {} } : {};
    const answer = await call(platform.url + path, { method, by: DESK_TOKEN, ...body });
    expect(problemIn(answer)).toMatchObject({ code: 'NOT_FOUND', detail: 'there is no such call' });
  });

  test.each([
    ['POST', '/v1/cases', 'GET'],
    ['DELETE', '/v1/cases/BJ2026112200000001', 'GET'],
    ['OPTIONS', '/v1/bookings/20261122', 'DELETE, PUT'],
    ['PATCH', '/v1/applications/1/revisions/1', 'GET, PUT'],
    ['DELETE', '/v1/cases/progress', 'GET, POST'],
    ['POST', '/', 'GET, HEAD'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
    ['DELETE', '/norm/item.schema.json', 'GET, HEAD'],
  ])('to %s %s, which takes other methods', async (method, path, allow) => {
    const answer = await call(platform.url + path, { method, by: DESK_TOKEN });
    expect(problemIn(answer)).toMatchObject({ code: 'METHOD_NOT_ALLOWED' });
    expect(answer.headers.get('allow')).toBe(allow);
  });

  test('to who is nobody, with what would let him in', async () => {
    const answer = await call(`${platform.url}/v1/cases`, {});
    expect(problemIn(answer).code).toBe('UNAUTHORIZED');
    expect(answer.headers.get('www-authenticate')).toBe('Signature, Bearer');
    const wrong = await call(`${platform.url}/v1/cases`, { by: TERMINAL });
    expect(problemIn(wrong)).toMatchObject({ code: 'UNAUTHORIZED', detail: 'The desk token is unknown' });
    expect(wrong.headers.get('www-authenticate')).toBe('Signature, Bearer');
  });

  test.each<[string, string, string]>([
    ['a line that is no HTTP', 'HELLO\r\n\r\n', 'BAD_REQUEST'],
    [
      'an address that is none',
      'GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'BAD_REQUEST',
    ],
    [
      'the address of another server',
      'GET http://evil.example/v1/health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
      'BAD_REQUEST',
    ],
    ['all addresses', 'OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n', 'BAD_REQUEST'],
    ['a tunnel', 'CONNECT evil.example:443 HTTP/1.1\r\nHost: x\r\n\r\n', 'BAD_REQUEST'],
    ['no host', 'GET /v1/health HTTP/1.1\r\n\r\n', 'BAD_REQUEST'],
    [
      'two hosts',
      'GET /v1/health HTTP/1.1\r\nHost: x\r\nHost: y\r\nConnection: close\r\n\r\n',
      'BAD_REQUEST',
    ],
    [
      'headers without end',
      `GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      'HEADERS_TOO_LARGE',
    ],
    [
      'an expectation',
      'PUT /v1/cases HTTP/1.1\r\nHost: x\r\nExpect: a-pony\r\nContent-Length: 2\r\n\r\n{}',
      'EXPECTATION_FAILED',
    ],
    [
      'two lengths',
      'POST /v1/ratings HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ',
      'BAD_REQUEST',
    ],
    [
      'a length and chunks',
      'POST /v1/ratings HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      'BAD_REQUEST',
    ],
    ['a header that ends in the middle', 'GET / HTTP/1.1\r\nHost: x\r\nX\r\n: y\r\n\r\n', 'BAD_REQUEST'],
  ])('to %s, and the line is closed', async (_what, bytes, code) => {
    expect(problemInBytes(await sendRaw(platform.url, bytes))).toMatchObject({ code });
  });
});

describe('who is slow', () => {
  const limits = {
    headersTimeoutMs: 200,
    requestTimeoutMs: 200,
    checkEveryMs: 20,
    keepAliveTimeoutMs: 5000,
    headerBytes: 16_384,
  };

  test.each([
    ['with its headers', 'GET / HTTP/1.1\r\nHost: x\r\nX: '],
    ['with its body', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'],
  ])('%s is told so, and cut', async (_what, bytes) => {
    const server = createHttpServer(limits, (request, response) => {
      request.resume().on('end', () => sendProblem(response, problem('NOT_FOUND')));
    });
    await new Promise<void>((resolve) => {
      server.listen(0, '127.0.0.1', resolve);
    });
    const { port } = server.address() as AddressInfo; // it listens on TCP
    const answer = await sendRaw(`http://127.0.0.1:${String(port)}`, bytes);
    expect(problemInBytes(answer).title).toBe(transportProblems.REQUEST_TIMEOUT.message);
    server.close();
  });
});
