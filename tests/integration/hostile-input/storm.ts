import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { PROBLEM_MEDIA_TYPE, problemSchema } from '#contract/problem.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres } from '#platform/database/for-tests.ts';
import { plugIn } from '#platform/departments/for-tests.ts';
import {
  ORDINARY_PAYLOAD,
  sendRaw,
  startTestPlatform,
  submission,
  submit,
  TEST_NOW_MS,
} from '#platform/for-tests.ts';
import { arbitraryOf } from './arbitrary.ts';
import {
  bodyAttacks,
  bytesOf,
  callerAttacks,
  lineAttacks,
  MARK,
  memberAttacks,
  parameterAttacks,
  type Attack,
} from './attacks.ts';
import {
  addressOf,
  NEWCOMER,
  publishedOperations,
  signedRequest,
  type Filling,
  type Operation,
} from './operations.ts';
import { wholeDatabase } from './whole-database.ts';

/** A request of ours is over long before; an answer that takes longer is none. */
const TIME_LIMIT_MS = 20_000;
/** At a time, so that a storm is one and no file descriptor runs out. */
const AT_ONCE = 8;

export interface Measure {
  readonly seed: number;
  /** Bodies and addresses that the attacks begin with. */
  readonly fillings: number;
  /** Of the attacks on members of one filling, beside one of each kind; the rest is left out, evenly. */
  readonly mostMembers: number;
}

export interface Storm extends Measure {
  readonly url: string;
  readonly pool: pg.Pool;
}

export interface Weathered {
  readonly requests: number;
  /** Distinct. */
  readonly kinds: ReadonlySet<string>;
  /** Answers that are not as they must be; empty when all is well. */
  readonly wrong: readonly string[];
}

interface Attacked {
  readonly url: string;
  readonly pool: pg.Pool;
  readonly operations: readonly Operation[];
  readonly logged: readonly string[];
}

/** A platform of its own with something in its database. */
async function withPlatform<T>(work: (platform: Attacked) => Promise<T>): Promise<T> {
  const postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  const logged: string[] = [];
  const platform = await startTestPlatform(databaseUrl, (line) => logged.push(JSON.stringify(line)));
  const pool = connect(databaseUrl);
  try {
    const stored = await submit(platform, 1, submission(ORDINARY_PAYLOAD));
    if (stored.status !== 200) throw new Error(`nothing could be stored: ${stored.text}`);
    const { url } = platform;
    const parts = { pool, databaseUrl, nowMs: TEST_NOW_MS };
    const department = await plugIn(parts, 'civil-affairs', ['elderly-allowance']);
    return await work({ url, pool, operations: await publishedOperations(url, department), logged });
  } finally {
    await pool.end();
    await platform.close();
    await postgres.close();
  }
}

/** Every call of the document under attack, one after the other. */
export function weatherAll(
  measure: Measure,
  say: (line: string) => void,
): Promise<Weathered & { readonly operations: number }> {
  return withPlatform(async ({ url, pool, operations, logged }) => {
    const kinds = new Set<string>();
    const wrong: string[] = [];
    let requests = 0;
    for (const operation of operations) {
      const weathered = await storm(operation, { url, pool, ...measure });
      for (const kind of weathered.kinds) kinds.add(kind);
      wrong.push(...weathered.wrong);
      requests += weathered.requests;
      say(`${operation.id}: ${String(weathered.requests)} requests, ${String(weathered.wrong.length)} wrong`);
    }
    if (logged.length < operations.length * 10) wrong.push('the log is not the platform’s');
    for (const line of logged) if (line.includes(MARK) || FAILED.test(line)) wrong.push(`logged: ${line}`);
    return { operations: operations.length, requests, kinds, wrong };
  });
}

const FAILED = /"event":"(verb|request)\.failed"/;

/** What the contract takes for this call, made from the document: the same for the same seed. */
function fillingsOf(operation: Operation, seed: number, count: number): readonly Filling[] {
  const parameters = fc.record(
    Object.fromEntries(operation.parameters.map(({ name, schema }) => [name, arbitraryOf(schema)])),
    { requiredKeys: operation.parameters.flatMap(({ name, required }) => (required ? [name] : [])) },
  );
  const body =
    operation.body === null
      ? fc.constant(undefined)
      : operation.body.kind === 'octets'
        ? fc.uint8Array({ minLength: 1, maxLength: 64 })
        : arbitraryOf(operation.body.schema);
  const filling = fc
    .record({ parameters, body })
    .map((made) => ({ ...made, body: madeFit(operation.id, made.body) }))
    .filter((made) => operation.takes(made.parameters, made.body));
  return fc.sample(filling, { seed, numRuns: count });
}

/** Where the contract wants one member to fit another, which no JSON Schema says. */
function madeFit(id: string, body: unknown): unknown {
  const made = body as Record<string, unknown>; // of the document's form
  switch (id) {
    case 'terminals.enrol':
    case 'terminals.changeKey':
      return { ...made, publicKey: NEWCOMER.publicKey };
    case 'bookings.ofStation':
      return {
        ...made,
        from: new Date(TEST_NOW_MS).toISOString(),
        until: new Date(TEST_NOW_MS + 1e8).toISOString(),
      };
    case 'terminals.tellAudit':
      // One is in order.
      return { ...made, rows: (made['rows'] as unknown[]).slice(0, 1) }; // of the document's form
    case 'stationDays.report':
      return { ...made, rows: [] };
    case 'ratings.submit':
      return { ...made, rating: { ...(made['rating'] as object), reasons: [] } };
    case 'applications.submit':
      return { ...made, ...submission(ORDINARY_PAYLOAD), language: made['language'] };
    default:
      return body;
  }
}

/** Every kind of attack on one call. The database is as it was afterwards, to the last row. */
async function storm(operation: Operation, options: Storm): Promise<Weathered> {
  const { url, pool, seed, fillings, mostMembers } = options;
  const before = await wholeDatabase(pool);
  const kinds = new Set<string>();
  const wrong: string[] = [];
  let requests = 0;
  for (const [index, filling] of fillingsOf(operation, seed, fillings).entries()) {
    const onMembers = [...memberAttacks(url, operation, filling)];
    const step = Math.max(1, Math.ceil(onMembers.length / mostMembers));
    const attacks = [
      ...oneOfEachKind(onMembers),
      ...onMembers.filter((_attack, at) => at % step === 0),
      ...parameterAttacks(url, operation, filling),
      // These do not depend on what is in the body.
      ...(index === 0
        ? [
            ...bodyAttacks(url, operation, filling),
            ...callerAttacks(url, operation, filling),
            ...lineAttacks(url, operation, filling),
          ]
        : []),
    ];
    for (let at = 0; at < attacks.length; at += AT_ONCE) {
      const few = attacks.slice(at, at + AT_ONCE);
      const troubles = await Promise.all(few.map((attack) => troubleOf(attack, url)));
      for (const [place, trouble] of troubles.entries()) {
        kinds.add(few[place]?.kind ?? '');
        if (trouble !== null) wrong.push(`${operation.id}, ${few[place]?.kind ?? ''}: ${trouble}`);
      }
      requests += few.length;
    }
  }
  const after = await wholeDatabase(pool);
  for (const table of Object.keys(before))
    if (!isDeepStrictEqual(before[table], after[table]))
      wrong.push(`${operation.id}: ${table} was ${String(before[table])} and is ${String(after[table])}`);
  return { requests, kinds, wrong };
}

/** What the verbs refuse in words of their own, which no schema can say. */
const OWN_REASONS =
  /^(payloadSha256 is not|stationId is not|entries: the item has no|a revision of another station|byteCount is|the chunk|the last chunk|unit: no department|cursor: the inbox does not reach)/;

/**
 * Requests that are valid under the published schemas: the schema of the platform takes them all, and none makes it fail. Says what
 * was answered otherwise.
 */
export function fuzzAll({ seed, runs }: { readonly seed: number; readonly runs: number }): Promise<{
  readonly requests: number;
  readonly wrong: readonly string[];
}> {
  return withPlatform(async ({ url, operations }) => {
    const wrong: string[] = [];
    let requests = 0;
    for (const operation of operations) {
      for (const filling of fillingsOf(operation, seed, runs)) {
        const address = addressOf(operation, filling.parameters);
        const request = signedRequest(url, operation, address, bytesOf(operation, filling.body));
        const { status, headers, text } = await send(request);
        requests += 1;
        if (status >= 400 && !isOwnRefusal(status, headers.get('content-type'), text))
          wrong.push(`${operation.id} ${address} ${JSON.stringify(filling.body)}: ${text}`.slice(0, 600));
      }
    }
    return { requests, wrong };
  });
}

/** A verb's own, in a problem document; not the schema's, and no failure. */
function isOwnRefusal(status: number, contentType: string | null, text: string): boolean {
  if (contentType !== PROBLEM_MEDIA_TYPE) return false;
  const { code, detail = '' } = problemSchema.parse(JSON.parse(text));
  if (code === 'BAD_REQUEST') return OWN_REASONS.test(detail);
  return status < 500 || code === 'CODES_NOT_SUPPORTED';
}

function oneOfEachKind(attacks: readonly Attack[]): readonly Attack[] {
  return [...new Map(attacks.map((attack) => [attack.kind, attack])).values()];
}

/** What is wrong with how it is answered, or null. */
async function troubleOf(attack: Attack, url: string): Promise<string | null> {
  try {
    if ('bytes' in attack) return judgeBytes(await sendRaw(url, attack.bytes, attack.thenEnd));
    if ('twice' in attack) await send(attack.twice);
    const response = await send('twice' in attack ? attack.twice : attack.request);
    return judge(response.status, response.headers.get('content-type'), response.text);
  } catch (error) {
    return `no answer: ${error instanceof Error ? `${error.message} ${String(error.cause ?? '')}` : String(error)}`;
  }
}

async function send({ url, method, headers, body }: Extract<Attack, { request: unknown }>['request']) {
  const response = await fetch(url, {
    method,
    headers: { ...headers },
    redirect: 'manual',
    signal: AbortSignal.timeout(TIME_LIMIT_MS),
    ...(body === null ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

function judgeBytes(answer: string): string | null {
  const [head = '', body = ''] = answer.split('\r\n\r\n', 2);
  const status = Number(/^HTTP\/1\.1 (\d{3}) /.exec(head)?.[1]);
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1]);
  // Another answer may follow on the line, of what was smuggled behind: it is judged as well.
  const next = body.slice(length);
  const trouble = judge(status, /^content-type: ([^\r]*)/im.exec(head)?.[1] ?? null, body.slice(0, length));
  return trouble ?? (next === '' ? null : judgeBytes(answer.slice(answer.indexOf(next, head.length))));
}

function judge(status: number, contentType: string | null, text: string): string | null {
  if (!(status >= 400 && status < 500)) return `answered ${String(status)}: ${text.slice(0, 300)}`;
  if (contentType !== PROBLEM_MEDIA_TYPE)
    return `${String(status)} as ${String(contentType)}: ${text.slice(0, 100)}`;
  let told: unknown;
  try {
    told = JSON.parse(text);
  } catch {
    return `${String(status)} without JSON: ${text.slice(0, 100)}`;
  }
  const parsed = problemSchema.strict().safeParse(told);
  if (!parsed.success) return `no problem document: ${text.slice(0, 300)}`;
  if (parsed.data.status !== status) return `${String(status)} that says ${String(parsed.data.status)}`;
  if (/node_modules|\.ts:\d|\n\s+at /.test(text)) return `a stack: ${text.slice(0, 300)}`;
  if (text.includes(MARK)) return `says again what was sent: ${text.slice(0, 300)}`;
  return null;
}
