import {
  acknowledgementSchema,
  sha256Schema,
  type Acknowledgement,
  type Submission,
} from '#contract/application.ts';
import { chainsSchema, type Chain } from '#contract/chain.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { z } from 'zod';
import { guideReportSchema, type GuideReport } from '#contract/guide.ts';
import { type codeRefusals, MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import { PROBLEM_MEDIA_TYPE } from '#contract/problem.ts';
import { regionAnswerSchema, type RegionAnswer } from '#contract/region-table.ts';
import { resolvedCodeSchema, type ResolvedCode } from '#contract/resident-code.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { createAttachmentCalls, missingAttachments, type AttachmentCalls } from './attachment-calls.ts';
import { createAccessCalls, type AccessCalls } from './access-calls.ts';
import { createAfterwardsCalls, type AfterwardsCalls } from './afterwards-calls.ts';
import { createBookingCalls, type BookingCalls } from './booking-calls.ts';
import { createCaseCalls, type CaseCalls } from './case-calls.ts';
import { createFleetCalls, type FleetCalls } from './fleet-calls.ts';
import { createParcelCalls, type ParcelCalls } from './parcel-calls.ts';
import { createReadinessCalls, type ReadinessCalls } from './readiness-calls.ts';
import { createStationDayCalls, type StationDayCalls } from './station-day-calls.ts';
import { jsonOrUndefined } from './json-or-undefined.ts';
import { enrolledSchema } from '#contract/terminal-identity.ts';
import type { IdentityCalls } from '../identity/identity.ts';
import { enrolmentFault, identityFault, isKeyOf } from '../identity/refusals.ts';
import type { SignedCalls, Transmit } from '../identity/signed-calls.ts';
import type { UnsignedRequest } from '../identity/sign-request.ts';
import { isLineFault, lineFault, type PlatformTransport, type Response } from './platform-transport.ts';
import { readProblem, type PlatformProblem } from './platform-problem.ts';
import { refusalSchema, type Refusal } from './notes.ts';
import { parseRetryAfter } from './retry-after.ts';
import { timeLimit } from './time-limit.ts';

/** What the platform, or the line to it, answered instead of what was asked for. */
export interface PlatformFault extends Fault {
  /** The platform's own wish (Retry-After, RFC 9110 §10.2.3), in milliseconds. */
  readonly retryAfterMs?: number;
  /** On a conflict: the hash that is stored under the key. */
  readonly storedSha256?: string;
  /** On an append at the wrong place: how many bytes the platform has. */
  readonly receivedBytes?: number;
  /** On `platform.attachments-missing`: the hashes of those that it lacks. */
  readonly missing?: readonly string[];
  /** Of the answer, when there was one. */
  readonly status?: number;
  /** On `platform.busy`: this terminal has tried too many wrong numbers; all others are served. */
  readonly triesTooMuch?: boolean;
  /** What it said to a refused row; may quote a resident, so it is sealed and never logged. */
  readonly refusal?: Refusal;
  /** A refusal without a problem document: more likely of a proxy in front than of the platform. */
  readonly isBare?: boolean;
}

/** `sha256` is over the canonical JSON of the item; a platform may leave it out. */
export interface ListedItem {
  readonly slug: string;
  readonly version: string;
  readonly sha256?: string | undefined;
}

export interface PlatformClient extends AttachmentCalls, AfterwardsCalls {
  isAlive(): Promise<Result<null, PlatformFault>>;
  listItems(): Promise<Result<readonly ListedItem[], PlatformFault>>;
  listChains(): Promise<Result<readonly Chain[], PlatformFault>>;
  /** `known`: the hash of the table that is here. */
  getRegions(known: string | null): Promise<Result<RegionAnswer, PlatformFault>>;
  getItem(slug: string): Promise<Result<unknown, PlatformFault>>;
  reportGuide(report: GuideReport): Promise<Result<null, PlatformFault>>;
  /** `traceparent`: the header by which the platform tells its part of the same trace; absent: nobody traces. */
  submit(
    key: Key,
    submission: Submission,
    traceparent?: string,
  ): Promise<Result<Acknowledgement, PlatformFault>>;
  find(key: Key): Promise<Result<Acknowledgement, PlatformFault>>;
  /**
   * Whose a resident's code is. Faults besides the platform's own: code.unknown, code.expired, code.used,
   * code.not-supported.
   */
  resolveCode(token: string, signal: AbortSignal): Promise<Result<ResolvedCode, PlatformFault>>;
  /** Ends what is under way; everything after answers `platform.unreachable`. */
  close(): void;
}

/** With what only the identity asks, who asks how a case goes, who has booked, what the queue was like, and what is told from afar. */
export type WholePlatformClient = PlatformClient &
  IdentityCalls &
  CaseCalls &
  BookingCalls &
  StationDayCalls &
  FleetCalls &
  ParcelCalls &
  AccessCalls &
  ReadinessCalls;

export interface Key {
  readonly applicationId: string;
  readonly revision: number;
}

export interface PlatformClientOptions {
  readonly url: string;
  /** Who we are: every call but the one after the platform's health is signed. */
  readonly signing: SignedCalls;
  readonly timeoutMs: number;
  /** Closed with the client. */
  readonly transport: PlatformTransport;
  /** A call came back without an answer, and nobody had given it up. Absent: nobody watches the line. */
  readonly onLost?: () => void;
}

/** An answer larger than this is nobody's: an item of the catalogue is the largest. */
const MAX_ANSWER_BYTES = 2_097_152;
/** One person's document. */
const MAX_CODE_ANSWER_BYTES = 16_384;

const healthSchema = z.object({ status: z.literal('ok') });
const chainListSchema = z.object({ chains: chainsSchema });
const itemListSchema = z.object({
  items: z
    .array(
      z.object({
        slug: z.string().max(61),
        version: z.string().max(60),
        sha256: sha256Schema.optional(),
      }),
    )
    .max(2000),
});

export interface CallLimits {
  readonly maxAnswerBytes: number;
  /** Beside the time limit and the end of the client: what else gives the call up. */
  readonly givenUpBy: readonly AbortSignal[];
  /** The trace that the call is a part of (W3C Trace Context). Absent: of none. */
  readonly traceparent?: string;
}

const ordinary: CallLimits = { maxAnswerBytes: MAX_ANSWER_BYTES, givenUpBy: [] };

interface Sent {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array<ArrayBuffer> | null;
  readonly signal: AbortSignal;
}

export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  readonly body: string;
  /** What the platform says of its refusal; null where it was none, or somebody else's. */
  readonly problem: PlatformProblem | null;
}

export function createPlatformClient(options: PlatformClientOptions): WholePlatformClient {
  const closed = new AbortController();
  const base = options.url.replace(/\/$/, '');

  /** Signed as this terminal; see identity/signed-calls.ts for what becomes of a refusal. */
  async function call(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | null,
    limits: CallLimits,
  ): Promise<Result<Answer, PlatformFault>> {
    const limit = timeLimit(options.timeoutMs);
    try {
      const { request, transmit } = prepare(method, path, body, limits, limit.signal);
      return await options.signing.asTerminal(request, transmit);
    } finally {
      limit.end();
    }
  }

  /** Of calls that are minutes apart, so that it does not matter how long one is held. */
  const rareLimit = (): AbortSignal => AbortSignal.timeout(options.timeoutMs);

  /** The time limit is that of the call, also when it is signed and sent twice. */
  function prepare(
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer> | null,
    limits: CallLimits,
    timeIsOver: AbortSignal,
  ): { readonly request: UnsignedRequest; readonly transmit: Transmit<Answer> } {
    const signal = AbortSignal.any([closed.signal, ...limits.givenUpBy, timeIsOver]);
    const headers = {
      accept: `application/json, ${PROBLEM_MEDIA_TYPE}`,
      ...(body === null ? {} : { 'content-type': mediaTypeOf(body) }),
      ...(limits.traceparent === undefined ? {} : { traceparent: limits.traceparent }),
    };
    return {
      request: { method, url: base + path, headers, body },
      transmit: (signed) => transmitOnce(base + path, { method, headers: signed, body, signal }, limits),
    };
  }

  async function transmitOnce(
    url: string,
    { body, ...request }: Sent,
    limits: CallLimits,
  ): Promise<Result<Answer, PlatformFault>> {
    try {
      const response = await options.transport.fetch(url, {
        ...request,
        redirect: 'manual',
        ...(body === null ? {} : { body }),
      });
      const text = await readBounded(response, limits.maxAnswerBytes);
      // What goes with a refusal is of no account where it is too long to be one of ours: a proxy's page in the way of the call.
      if (text === null && !isRefusal(response.status))
        return err(
          fault('platform.too-large', `${request.method} answered over ${limits.maxAnswerBytes} bytes`),
        );
      return ok(answerOf(response, text ?? ''));
    } catch (error) {
      const isGivenUp = [closed.signal, ...limits.givenUpBy].some(({ aborted }) => aborted);
      const lost = lineFault(error);
      if (!isGivenUp && isLineFault(lost.code)) options.onLost?.();
      return err(lost);
    }
  }

  /** By keys that are not, or not alone, the terminal's own. */
  async function aboutKeys(
    path: string,
    body: object,
    keys: Parameters<IdentityCalls['changeKey']>[1],
  ): ReturnType<IdentityCalls['enrol']> {
    const { request, transmit } = prepare('POST', path, JSON.stringify(body), ordinary, rareLimit());
    const answer = await options.signing.by(keys, request, transmit);
    const refused = answer.ok ? enrolmentFault(answer.value) : null;
    return refused === null ? understand(answer, enrolledSchema) : err(refused);
  }

  async function get<T>(path: string, schema: z.ZodType<T>): Promise<Result<T, PlatformFault>> {
    return understand(await call('GET', path, null, ordinary), schema);
  }

  const keyPath = (key: Key): string => `/v1/applications/${key.applicationId}/revisions/${key.revision}`;

  /** An acknowledgement of something else is no acknowledgement. */
  function ofKey(
    key: Key,
    answer: Result<Acknowledgement, PlatformFault>,
  ): Result<Acknowledgement, PlatformFault> {
    if (!answer.ok) return answer;
    const { applicationId, revision } = answer.value;
    return applicationId === key.applicationId && revision === key.revision
      ? answer
      : err(fault('platform.nonsense', 'the acknowledgement names another application'));
  }

  return {
    isAlive: async () => {
      // Open to everybody, and asked before we are known.
      const { request, transmit } = prepare('GET', '/v1/health', null, ordinary, rareLimit());
      const answer = understand(await transmit({ ...request.headers }), healthSchema);
      return answer.ok ? ok(null) : answer;
    },
    listItems: async () => {
      const answer = await get('/v1/catalogue/items', itemListSchema);
      return answer.ok ? ok(answer.value.items) : answer;
    },
    listChains: async () => {
      const answer = await get('/v1/catalogue/chains', chainListSchema);
      return answer.ok ? ok(answer.value.chains) : answer;
    },
    getRegions: (known) =>
      get(`/v1/catalogue/regions${known === null ? '' : `?known=${known}`}`, regionAnswerSchema),
    getItem: (slug) =>
      get(`/v1/catalogue/items/${encodeURIComponent(slug)}`, z.record(z.string(), z.unknown())),
    reportGuide: async (report) => {
      const answer = await call('POST', '/v1/catalogue/guide-reports', JSON.stringify(report), ordinary);
      const understood = understand(answer, guideReportSchema.pick({ reportId: true }));
      return understood.ok ? ok(null) : understood;
    },
    submit: async (key, submission, traceparent) => {
      const body = JSON.stringify(submission);
      if (Buffer.byteLength(body) > MAX_SUBMISSION_BYTES) {
        return err(
          fault('platform.rejected', `over ${MAX_SUBMISSION_BYTES} bytes, which the platform refuses`),
        );
      }
      const limits = traceparent === undefined ? ordinary : { ...ordinary, traceparent };
      const answer = await call('PUT', keyPath(key), body, limits);
      const missing = answer.ok ? missingAttachments(answer.value) : null;
      return missing ? err(missing) : ofKey(key, understand(answer, acknowledgementSchema));
    },
    find: async (key) => ofKey(key, await get(keyPath(key), acknowledgementSchema)),
    resolveCode: async (token, signal) => {
      const limits = { maxAnswerBytes: MAX_CODE_ANSWER_BYTES, givenUpBy: [signal] };
      const answer = await call('POST', '/v1/codes/resolve', JSON.stringify({ token }), limits);
      const refused = answer.ok ? codeRefusal(answer.value) : null;
      return refused ? err(refused) : understand(answer, resolvedCodeSchema);
    },
    ...createAttachmentCalls(call, understand),
    ...createAfterwardsCalls(call, understand),
    ...createCaseCalls(call, understand),
    ...createBookingCalls(call, understand),
    ...createStationDayCalls(call, understand),
    ...createFleetCalls(call, understand),
    ...createParcelCalls(call, understand),
    ...createAccessCalls(call, understand),
    ...createReadinessCalls(call, understand),
    enrol: (request, key) => aboutKeys('/v1/terminals/enrol', request, [key]),
    changeKey: (publicKey, keys) => aboutKeys('/v1/terminals/key', { publicKey }, keys),
    close: () => {
      closed.abort();
      options.transport.destroy();
    },
  };
}

function answerOf({ status, headers }: Response, body: string): Answer {
  return {
    status,
    retryAfterMs: parseRetryAfter(headers.get('retry-after'), headers.get('date')),
    body,
    problem: status < 400 ? null : readProblem(headers.get('content-type'), body),
  };
}

function understand<T>(
  answer: Result<Answer, PlatformFault>,
  schema: z.ZodType<T>,
): Result<T, PlatformFault> {
  if (!answer.ok) return answer;
  const { status, body } = answer.value;
  if (status !== 200 && status !== 201) return err(statusFault(answer.value));
  const parsed = schema.safeParse(jsonOrUndefined(body));
  return parsed.success
    ? ok(parsed.data)
    : err(fault('platform.nonsense', `${status} with a body that does not parse`));
}

function statusFault({ status, retryAfterMs, problem }: Answer): PlatformFault {
  const withWait = (code: FaultCode): PlatformFault => ({
    ...fault(code, `HTTP ${status}`),
    status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  });
  if (status >= 300 && status < 400) return fault('platform.redirected', `HTTP ${status}`);
  if (status === 401 || status === 403)
    return identityFault({ status, problem }) ?? fault('platform.not-authorised', `HTTP ${status}`);
  if (status === 408 || status === 425 || status === 429) {
    const triesTooMuch = problem?.code === 'TOO_MANY_REQUESTS';
    return { ...withWait('platform.busy'), ...(triesTooMuch ? { triesTooMuch } : {}) };
  }
  if (status === 409) return conflict(problem);
  if (problem?.code === 'APPLICATION_TOO_OLD') return fault('platform.too-old', `HTTP ${status}`);
  if (status >= 400 && status < 500) return rejection(status, problem);
  if (status >= 500) return withWait('platform.failed');
  return fault('platform.nonsense', `HTTP ${status}`);
}

function rejection(status: number, problem: PlatformProblem | null): PlatformFault {
  const said = refusalSchema.safeParse({ code: problem?.code, reason: problem?.detail?.slice(0, 300) });
  return {
    ...fault('platform.rejected', `HTTP ${status}`),
    status,
    ...(problem === null ? { isBare: true } : {}),
    ...(said.success ? { refusal: said.data } : {}),
  };
}

const conflictSchema = z.object({ storedSha256: sha256Schema });

function conflict(problem: PlatformProblem | null): PlatformFault {
  const parsed = conflictSchema.safeParse(problem?.data);
  const known = parsed.success ? { storedSha256: parsed.data.storedSha256 } : {};
  return { ...fault('platform.conflict', 'HTTP 409'), ...known };
}

const codeFaults = {
  CODE_UNKNOWN: 'code.unknown',
  CODE_EXPIRED: 'code.expired',
  CODE_USED: 'code.used',
  CODES_NOT_SUPPORTED: 'code.not-supported',
} as const satisfies Record<keyof typeof codeRefusals, FaultCode>;

/** Null for what is no refusal of a code. */
function codeRefusal({ status, problem }: Answer): PlatformFault | null {
  if (status < 400) return null;
  const code = problem?.code ?? '';
  if (isKeyOf(codeFaults, code)) return fault(codeFaults[code], `HTTP ${status}`);
  // A platform of before there were codes does not know the call.
  return status === 404 ? fault('code.not-supported', `HTTP ${status}`) : null;
}

function mediaTypeOf(body: string | Uint8Array): string {
  return typeof body === 'string' ? 'application/json' : 'application/octet-stream';
}

function isRefusal(status: number): boolean {
  return status >= 400 && status < 500;
}

async function readBounded(response: Response, maxBytes: number): Promise<string | null> {
  if (!response.body) return '';
  const chunks: Uint8Array[] = [];
  let byteCount = 0;
  for await (const chunk of response.body) {
    byteCount += chunk.byteLength;
    if (byteCount > maxBytes) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
