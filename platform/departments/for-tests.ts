import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { verifySignature } from 'http-message-sig';
import { TestClock } from 'pg-boss';
import type pg from 'pg';
import {
  inboxEntrySchema,
  platformKeysSchema,
  webhookSignature,
  type InboxEntry,
  type PlatformKeys,
} from '#contract/department.ts';
import {
  applicationId,
  call,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  submission,
  TERMINAL,
  type By,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { webhookCaller, webhookLimits, type WebhookCaller } from './call-webhook.ts';
import { deliver, deliverySchema } from './deliver.ts';
import { openQueues, queueOf } from './delivery-queue.ts';
import { departmentCommand, departmentOrderSchema, type Told } from './department-command.ts';
import { signingKey } from './platform-keys.ts';
import { addressPolicy } from './webhook-address.ts';
import { catalogueDir, loadCatalogue, type Catalogue } from '../catalogue/load-catalogue.ts';

/** For tests only: the operator's commands, a department that is called, and a node whose time a test moves. */

export const LOOPBACK_POLICY = addressPolicy(['127.0.0.0/8']);
const catalogue: Catalogue = loadCatalogue(catalogueDir);

/** The operator's command, as it is typed. */
export async function operate(
  parts: { readonly pool: pg.Pool; readonly databaseUrl: string; readonly nowMs: number },
  what: string,
  operands: readonly string[],
  options: Readonly<Record<string, unknown>> = {},
): Promise<Told> {
  const order = departmentOrderSchema.parse({ what, operands: [...operands], ...options });
  return departmentCommand(order, { ...parts, catalogue, policy: LOOPBACK_POLICY });
}

/** Registered, with these items and a token. */
export async function plugIn(
  parts: { readonly pool: pg.Pool; readonly databaseUrl: string; readonly nowMs: number },
  departmentId: string,
  slugs: readonly string[],
): Promise<string> {
  await operate(parts, 'register', [departmentId], { zh: `${departmentId}局`, en: `${departmentId} bureau` });
  await operate(parts, 'items', [departmentId, ...slugs]);
  const token = (await operate(parts, 'token', [departmentId])).lines[0];
  if (token === undefined) throw new Error('no token was issued');
  return token;
}

/** Submits the n-th application of an item; its case number. */
export async function submitOf(
  platform: Platform,
  n: number,
  itemSlug: string,
  changes: { readonly revision?: number; readonly by?: By; readonly payload?: typeof ORDINARY_PAYLOAD } = {},
): Promise<string> {
  const { revision = 1, by = TERMINAL, payload = ORDINARY_PAYLOAD } = changes;
  const answer = await call(
    `${platform.url}/v1/applications/${applicationId(n)}/revisions/${String(revision)}`,
    { method: 'PUT', by, body: { ...submission(payload), itemSlug } },
  );
  if (answer.status !== 200) throw new Error(answer.text);
  return (answer.json as { caseNo: string }).caseNo; // of the contract's form
}

/** A step of a case by an office. */
export function office(
  platform: Platform,
  caseNo: string,
  step: string,
  body: unknown = {},
  by: By = DESK_TOKEN,
) {
  return call(`${platform.url}/v1/cases/${caseNo}/${step}`, { method: 'POST', by, body });
}

export const RESULT = { outcome: '1', text: { zh: '已办结', en: 'Done' }, documentNo: null };

type Habit = (entry: InboxEntry, request: IncomingMessage, response: ServerResponse) => void;

/** The department's side: verifies each call by another library than the one that signed it, and counts. */
export interface Receiver {
  readonly url: string;
  /** Every call that was genuine, in the order in which they came; taken or not. */
  readonly heard: InboxEntry[];
  /** Why calls were not genuine. */
  readonly forged: string[];
  /** What it does with a genuine call; `takes` unless a test says otherwise. */
  habit: Habit;
  /** Resolves with the call that makes it so many. */
  heardSoMany(count: number): Promise<void>;
  close(): Promise<void>;
}

export const takes: Habit = (entry, _request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ cursor: entry.cursor }));
};

/** `nowMs` is the department's own clock. */
export async function startReceiver(platformUrl: () => string, nowMs: () => number): Promise<Receiver> {
  const nonces = new Set<string>();
  let keys: PlatformKeys['keys'] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const taken = readAll(request).then(async (body) => {
      keys = await keysFor(request, keys, platformUrl());
      const why = await whyForged(request, body, keys, nonces, nowMs());
      if (why !== null) {
        receiver.forged.push(why);
        response.writeHead(401).end();
        return;
      }
      const entry = inboxEntrySchema.parse(JSON.parse(body));
      receiver.heard.push(entry);
      receiver.habit(entry, request, response);
      for (const one of waiting) if (receiver.heard.length >= one.count) one.resolve();
    });
    // Who cannot read a call, or cannot ask for the key now, says nothing: it comes again.
    void taken.catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/inbox?of=us`, // it listens on a port
    heard: [],
    forged: [],
    habit: takes,
    heardSoMany: (count) =>
      new Promise((resolve) => {
        if (receiver.heard.length >= count) resolve();
        else waiting.push({ count, resolve });
      }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}

/** Those that it has, if the one that a call names is among them; else they are asked for. */
async function keysFor(
  { headers }: IncomingMessage,
  known: PlatformKeys['keys'],
  platformUrl: string,
): Promise<PlatformKeys['keys']> {
  const named = /;keyid="([^"]+)"/.exec(String(headers['signature-input']))?.[1];
  if (known.some(({ kid }) => kid === named)) return known;
  return platformKeysSchema.parse((await call(`${platformUrl}/v1/keys`, {})).json).keys;
}

/** Null: it is genuine. The oracle throws a named error when it is not. */
async function whyForged(
  { headers, url = '/', method = '' }: IncomingMessage,
  body: string,
  keys: PlatformKeys['keys'],
  nonces: Set<string>,
  nowMs: number,
): Promise<string | null> {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`;
  if (headers['content-digest'] !== digest) return 'digest';
  const message = {
    kind: 'request' as const,
    method,
    targetUri: `http://${headers.host ?? ''}${url}`,
    fields: Object.entries(headers).map(([name, value]) => ({ name, value: String(value) })),
  };
  try {
    const { parameters } = await verifySignature(message, {
      label: 'platform',
      policy: {
        algorithms: ['ed25519'],
        requiredComponents: [...webhookSignature.components],
        requiredParameters: [...webhookSignature.parameters],
        now: Math.floor(nowMs / 1000),
        maxAge: webhookSignature.windowSeconds,
      },
      resolveVerifier: (candidate) => {
        const jwk = keys.find(({ kid }) => kid === candidate.parameters.keyid);
        if (jwk === undefined) throw new Error('the key is not published');
        const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
        return { algorithm: 'ed25519', verify: (base, signature) => verify(null, base, key, signature) };
      },
    });
    const nonce = String(parameters.nonce);
    if (parameters.tag !== webhookSignature.tag || nonces.has(nonce))
      return 'replayed, or made for something else';
    nonces.add(nonce);
    return null;
  } catch (error) {
    return String(error);
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk); // no encoding was set
  return Buffer.concat(chunks).toString();
}

/** A node whose time a test moves, and which works when the test says so: it calls as a node does, by the library's own API. */
export interface MovedNode {
  readonly clock: TestClock;
  /** Everything that is due now, one after another; the number of jobs. `hasty`: it does not wait for an answer that never comes. */
  workOff(departmentId: string, patience?: 'hasty'): Promise<number>;
  /** Takes one job and leaves it: what a node does that dies at this moment. */
  takeAndDie(departmentId: string): Promise<void>;
  /** Takes one job and tells it, and does not live to settle it. Rejects when its connection ends before it has written that it told. */
  takeAndTell(departmentId: string): Promise<void>;
  /** What every node does now and then: gives up on those that died. */
  supervise(): Promise<void>;
  later(ms: number): Promise<void>;
  close(): Promise<void>;
}

/** For a department that hangs: no test waits as long as a node does. */
const HASTY_MS = 2_000;

export async function startMovedNode(databaseUrl: string, pool: pg.Pool): Promise<MovedNode> {
  // Behind the clock of the database, in which the jobs were made.
  const clock = new TestClock(Date.now() + 60_000);
  const boss = openQueues(databaseUrl, { clock, supervise: false });
  boss.on('error', () => undefined);
  await boss.start();
  const key = await signingKey(pool, 'platform_key', clock.now());
  const callerOf = (wholeMs: number): WebhookCaller =>
    webhookCaller({ key, policy: LOOPBACK_POLICY, randomBytes, wholeMs });
  const callers = { patient: callerOf(webhookLimits.wholeMs), hasty: callerOf(HASTY_MS) };
  const parts = { pool, now: () => clock.now(), log: () => undefined };
  const takeOne = async (departmentId: string) => {
    const [job] = await boss.fetch(queueOf(departmentId));
    if (job === undefined) throw new Error('there was nothing to take');
    return job;
  };
  return {
    clock,
    workOff: async (departmentId, patience) => {
      const queue = queueOf(departmentId);
      const caller = callers[patience ?? 'patient'];
      for (let count = 0; ; count += 1) {
        const [job] = await boss.fetch(queue);
        if (job === undefined) return count;
        await deliver({ ...parts, caller }, deliverySchema.parse(job.data)).then(
          () => boss.complete(queue, job.id),
          (error: unknown) => boss.fail(queue, job.id, { why: String(error) }),
        );
      }
    },
    takeAndDie: async (departmentId) => {
      await takeOne(departmentId);
    },
    takeAndTell: async (departmentId) => {
      const { data } = await takeOne(departmentId);
      await deliver({ ...parts, caller: callers.patient }, deliverySchema.parse(data));
    },
    supervise: () => boss.supervise(),
    later: (ms) => clock.setTime(clock.now() + ms),
    close: async () => {
      await boss.stop({ graceful: false });
      await Promise.all([callers.patient.close(), callers.hasty.close()]);
    },
  };
}
