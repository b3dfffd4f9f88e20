import { createHash } from 'node:crypto';
import type { Acknowledgement, ApplicationPayload, Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { Clock } from '#contract/ports.ts';
import { catalogueDir } from './catalogue/load-catalogue.ts';
import type { CodeResolver } from './codes/code-resolver.ts';
import { startPlatform, type Platform } from './server.ts';
import { systemClock } from './system-clock.ts';

/** For tests only. Synthetic people: the region 999901 does not exist. */

export const TERMINAL_TOKEN = 'terminal-token-for-tests-01';
export const OTHER_TERMINAL_TOKEN = 'terminal-token-for-tests-02';
export const DESK_TOKEN = 'desk-token-for-tests-0000';

/** 2026-11-21T17:30:00Z: in China it is already the 22nd. */
export const TEST_NOW_MS = Date.UTC(2026, 10, 21, 17, 30);

/** Says the time of the tests; delays are real, since sockets are. */
export const clockForTests: Clock = { ...systemClock, now: () => TEST_NOW_MS };

export function startTestPlatform(
  databaseUrl: string,
  log?: (line: object) => void,
  codes?: CodeResolver,
): Promise<Platform> {
  return startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    terminalTokens: { [TERMINAL_TOKEN]: 'T-01', [OTHER_TERMINAL_TOKEN]: 'T-02' },
    deskToken: DESK_TOKEN,
    clock: clockForTests,
    catalogueDir,
    ...(codes ? { codes } : {}),
    ...(log ? { log } : {}),
  });
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

/** One request; `body` text goes out as it is, anything else as JSON. */
export async function call(
  url: string,
  request: { method?: string; token?: string; body?: unknown; headers?: Record<string, string> },
): Promise<Answer> {
  const response = await fetch(url, {
    method: request.method ?? 'GET',
    redirect: 'manual',
    headers: {
      ...(request.token === undefined ? {} : { authorization: `Bearer ${request.token}` }),
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...request.headers,
    },
    ...(request.body === undefined
      ? {}
      : { body: typeof request.body === 'string' ? request.body : JSON.stringify(request.body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') ?? false;
  return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : null };
}

export function submit(
  platform: Platform,
  n: number,
  body: unknown,
  token = TERMINAL_TOKEN,
): Promise<Answer> {
  return call(`${platform.url}/v1/applications/${applicationId(n)}/revisions/1`, {
    method: 'PUT',
    token,
    body,
  });
}

export async function listCases(
  platform: Platform,
  query = '',
): Promise<{ cursor: number; caseNo: string }[]> {
  const answer = await call(`${platform.url}/v1/cases${query}`, { token: DESK_TOKEN });
  return (answer.json as { cases: { cursor: number; caseNo: string }[] }).cases; // of the contract's form
}

export function acknowledged(answer: Answer): Acknowledgement {
  return answer.json as Acknowledgement; // tests compare its members one by one
}
