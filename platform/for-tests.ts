import { createHash } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import type { Acknowledgement, ApplicationPayload, Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { Clock } from '#contract/ports.ts';
import type { UploadQuota } from './attachments/quota.ts';
import { catalogueDir } from './catalogue/load-catalogue.ts';
import type { CodeResolver } from './codes/code-resolver.ts';
import type { LoadLimits } from './http/lanes.ts';
import { plantTerminals, signedBy, testTerminal, type TestTerminal } from './identity/for-tests.ts';
import { startPlatform, type Platform } from './server.ts';
import { systemClock } from './system-clock.ts';

/** For tests only. Synthetic people: the region 999901 does not exist. */

export const TERMINAL = testTerminal('T-01', '999901001');
/** Of the same station. */
export const SISTER_TERMINAL = testTerminal('T-03', '999901001');
/** Of another one. */
export const OTHER_TERMINAL = testTerminal('T-02', '999901002');
export const DESK_TOKEN = 'desk-token-for-tests-0000';

/** 2026-11-21T17:30:00Z: in China it is already the 22nd. */
export const TEST_NOW_MS = Date.UTC(2026, 10, 21, 17, 30);

/** Says the time of the tests; delays are real, since sockets are. */
export const clockForTests: Clock = { ...systemClock, now: () => TEST_NOW_MS };

/** What a process of the tests has of ours: nothing but how it is found and compiled. */
export const bareEnvironment = () => ({
  PATH: process.env['PATH'],
  NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
});

/** A node whose database knows the terminals above. */
export async function startTestPlatform(
  databaseUrl: string,
  log?: (line: object) => void,
  codes?: CodeResolver,
  load?: LoadLimits,
  uploads?: UploadQuota,
): Promise<Platform> {
  const platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: DESK_TOKEN,
    clock: clockForTests,
    catalogueDir,
    ...(codes ? { codes } : {}),
    ...(load ? { load } : {}),
    ...(uploads ? { uploads } : {}),
    ...(log ? { log } : {}),
  });
  await plantTerminals(databaseUrl, [TERMINAL, SISTER_TERMINAL, OTHER_TERMINAL]);
  return platform;
}

/** The n-th application id: a UUIDv7 in form. */
export function applicationId(n: number): string {
  return `01995b00-0000-7000-8000-${String(n).padStart(12, '0')}`;
}

export function payload(answers: ApplicationPayload['answers']): ApplicationPayload {
  return {
    formVersion: 1,
    answers,
    consents: [{ id: 'notice', at: '2026-11-21T17:29:00.000Z' }],
    identitySource: 'card',
  };
}

export const ORDINARY_PAYLOAD = payload({ applicantName: '张建国', applicantId: '999901194503120014' });

export function submission(content: ApplicationPayload): Submission {
  return {
    terminalId: 'T-01',
    stationId: '999901001',
    receiptNo: '9999010012611220100010',
    itemSlug: 'elderly-allowance',
    itemCode: '11999901007000118L500051101200001',
    itemVersion: '2026.11-draft1',
    language: 'zh',
    receivedAt: '2026-11-21T17:29:30.000Z',
    payloadSha256: createHash('sha256').update(canonicalJson(content)).digest('hex'),
    payload: content,
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** Parsed when it is JSON. */
  readonly json: unknown;
}

/** A terminal signs, the desk has a token. */
export type By = TestTerminal | string;

/** One request; `body` text goes out as it is, anything else as JSON. */
export async function call(
  url: string,
  request: {
    method?: string;
    by?: By;
    body?: unknown;
    headers?: Record<string, string>;
    /** When a signature is made; absent: at the time of the tests. */
    nowMs?: number;
  },
): Promise<Answer> {
  const method = request.method ?? 'GET';
  const { by } = request;
  const body =
    request.body === undefined
      ? null
      : typeof request.body === 'string'
        ? request.body
        : JSON.stringify(request.body);
  const plain = {
    ...(typeof by === 'string' ? { authorization: `Bearer ${by}` } : {}),
    ...(body === null ? {} : { 'content-type': 'application/json' }),
    ...request.headers,
  };
  const headers =
    typeof by === 'object'
      ? signedBy(
          by,
          { method, url: new URL(url).href, headers: plain, body },
          { nowMs: request.nowMs ?? TEST_NOW_MS },
        )
      : plain;
  return send(url, method, headers, body);
}

/** The bytes as they are. */
export async function send(
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string | Uint8Array<ArrayBuffer> | null,
): Promise<Answer> {
  const response = await fetch(url, {
    method,
    redirect: 'manual',
    headers,
    ...(body === null ? {} : { body }),
  });
  const text = await response.text();
  const isJson = /^application\/(problem\+)?json\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

/**
 * Sends bytes that no client would, and gives what comes back until the line closes. `thenEnd`: nothing more will come from
 * here, which the platform is told.
 */
export function sendRaw(url: string, bytes: string | Uint8Array, thenEnd = false): Promise<string> {
  return new Promise((resolve) => {
    const socket = connectSocket(Number(new URL(url).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => (received += text));
    socket.on('error', () => undefined); // a cut line is an answer too
    socket.on('close', () => resolve(received));
    if (thenEnd) socket.end(bytes);
    else socket.write(bytes);
  });
}

export function submit(platform: Platform, n: number, body: unknown, by: By = TERMINAL): Promise<Answer> {
  return call(`${platform.url}/v1/applications/${applicationId(n)}/revisions/1`, {
    method: 'PUT',
    by,
    body,
  });
}

export async function listCases(
  platform: Platform,
  query = '',
): Promise<{ cursor: number; caseNo: string }[]> {
  const answer = await call(`${platform.url}/v1/cases${query}`, { by: DESK_TOKEN });
  return (answer.json as { cases: { cursor: number; caseNo: string }[] }).cases; // of the contract's form
}

export function acknowledged(answer: Answer): Acknowledgement {
  return answer.json as Acknowledgement; // tests compare its members one by one
}
