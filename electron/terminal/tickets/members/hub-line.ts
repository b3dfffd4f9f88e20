import { Agent, request as httpsRequest } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { fault, type Fault } from '#contract/fault.ts';
import { hallAnswerSchema, MEMBER_HALL_PATH } from '#contract/queue/hall-api.ts';
import {
  knockAnswerSchema,
  MAX_MEMBER_MESSAGE_BYTES,
  MEMBER_KNOCK_PATH,
  MEMBER_PATH,
  memberAnswerSchema,
  type HubAddress,
} from '#contract/queue/member-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { HubLine } from './tell-predecessor.ts';

/** All limits of the line to a hub. */
export const hubLineLimits = {
  /** Those of the queue and of the hall that the hub holds, and those of people who ask at the same time. */
  connections: 7,
  knockMs: 3_000,
} as const;

const NOT_ADMITTED = 401;
const NOT_UNDERSTOOD = 400;
const OK = 200;

export interface HubLinePorts {
  readonly hub: HubAddress;
  /** PEM certificates of the hub's authority; nobody else is believed. */
  readonly authority: string;
  readonly terminal: string;
  /** The token by which the hub lets this terminal in; null: it has not yet. */
  readonly admission: () => string | null;
  readonly onAdmitted: (admission: string) => void;
  /** The digits by which the technician lets it in, at the hub. Told when they are new. */
  readonly onWaiting: (code: string) => void;
}

/** A line to the hub's door over TLS. Nothing is sent before the hub has shown a certificate of its authority. */
export function createHubLine(ports: HubLinePorts): HubLine {
  const agent = new Agent({
    ca: ports.authority,
    keepAlive: true,
    maxSockets: hubLineLimits.connections,
    minVersion: 'TLSv1.2',
  });
  const closing = new AbortController();
  let knockToken: string | null = null;
  let code: string | null = null;

  /** `given`: the caller may want no answer any more before the time is over. */
  async function post(
    path: string,
    body: unknown,
    timeoutMs: number,
    given: AbortSignal | null,
  ): Promise<Result<Posted, Fault>> {
    const admission = ports.admission();
    const headers = admission === null ? {} : { authorization: `Bearer ${admission}` };
    const bytes = Buffer.from(JSON.stringify(body));
    if (bytes.length > MAX_MEMBER_MESSAGE_BYTES) return err(fault('queue.hub-lost', 'a message too large'));
    const ends = [AbortSignal.timeout(timeoutMs), closing.signal, ...(given === null ? [] : [given])];
    const signal = AbortSignal.any(ends);
    const first = await once(path, headers, bytes, signal);
    // The hub closed a connection that lay idle in the moment in which it was used again: nothing was read of it.
    const sent = first === 'stale' ? await once(path, headers, bytes, signal) : first;
    return sent === 'stale' ? err(fault('queue.hub-lost', 'ECONNRESET')) : sent;
  }

  function once(
    path: string,
    headers: Record<string, string>,
    bytes: Buffer,
    signal: AbortSignal,
  ): Promise<Result<Posted, Fault> | 'stale'> {
    return new Promise((resolve) => {
      const sent = httpsRequest(
        {
          ...ports.hub,
          path,
          method: 'POST',
          agent,
          signal,
          headers: { ...headers, 'content-type': 'application/json', 'content-length': bytes.length },
        },
        (response) => {
          readJson(response).then(
            (json) => {
              resolve(ok({ status: response.statusCode ?? 0, json }));
            },
            (error: unknown) => {
              resolve(err(fault('queue.hub-lost', codeOf(error))));
            },
          );
        },
      );
      sent.on('error', (error) => {
        const isStale = sent.reusedSocket && codeOf(error) === 'ECONNRESET' && !signal.aborted;
        resolve(isStale ? 'stale' : err(fault('queue.hub-lost', codeOf(error))));
      });
      sent.end(bytes);
    });
  }

  /** Ok: it was let in just now. */
  async function knock(): Promise<Result<null, Fault>> {
    const asked = await post(
      MEMBER_KNOCK_PATH,
      { terminal: ports.terminal, token: knockToken },
      hubLineLimits.knockMs,
      null,
    );
    if (!asked.ok) return asked;
    const answer = knockAnswerSchema.safeParse(asked.value.json);
    if (asked.value.status !== OK || !answer.success) return err(fault('queue.hub-refuses', 'it is no hub'));
    if (answer.data.is === 'admitted') {
      knockToken = null;
      code = null;
      ports.onAdmitted(answer.data.admission);
      return ok(null);
    }
    knockToken = answer.data.token;
    if (code !== answer.data.code) {
      code = answer.data.code;
      ports.onWaiting(code);
    }
    return err(fault('queue.hub-refuses', `not admitted: ${code} as terminal-${ports.terminal}`));
  }

  return {
    ask: async (request, timeoutMs) => {
      if (ports.admission() === null) {
        const knocked = await knock();
        return knocked.ok ? admittedNow : knocked;
      }
      const asked = await post(MEMBER_PATH, request, timeoutMs, null);
      if (!asked.ok) return asked;
      const { status, json } = asked.value;
      if (status === NOT_ADMITTED) {
        const knocked = await knock();
        return knocked.ok ? admittedNow : knocked;
      }
      if (status !== OK) return err(refusalBy(status));
      const answer = memberAnswerSchema.safeParse(json);
      if (!answer.success) return err(fault('queue.hub-lost', 'an answer of another version'));
      return ok(answer.data);
    },
    askHall: async (request, timeoutMs, signal) => {
      // Who knocks, and says so, is the one that asks about the queue.
      if (ports.admission() === null) return err(fault('queue.hub-refuses', 'not admitted'));
      const asked = await post(MEMBER_HALL_PATH, request, timeoutMs, signal);
      if (!asked.ok) return asked;
      const { status, json } = asked.value;
      if (status !== OK) return err(refusalBy(status));
      const answer = hallAnswerSchema.safeParse(json);
      return answer.success ? ok(answer.data) : err(fault('queue.hub-lost', 'an answer of another version'));
    },
    close: () => {
      closing.abort();
      agent.destroy();
    },
  };
}

/** Who is not understood is not refused: with another release than the hub's a member goes on alone. */
function refusalBy(status: number): Fault {
  return status === NOT_UNDERSTOOD
    ? fault('queue.hub-lost', 'a question of another version')
    : fault('queue.hub-refuses', `the door answers ${status}`);
}

/** The question was asked with what the member knew before. */
const admittedNow = err(fault('queue.hub-lost', 'admitted just now'));

interface Posted {
  readonly status: number;
  /** Null: none. */
  readonly json: unknown;
}

async function readJson(response: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response) {
    const bytes = Buffer.from(part as Uint8Array); // a response without encoding gives bytes
    length += bytes.length;
    if (length > MAX_MEMBER_MESSAGE_BYTES) {
      response.destroy();
      throw new Error('an answer too large');
    }
    parts.push(bytes);
  }
  if (length === 0) return null;
  return JSON.parse(Buffer.concat(parts).toString('utf8')) as unknown;
}

/** A short name without an address or anything that was sent. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  if (error.name === 'AbortError' || error.name === 'TimeoutError') return 'no answer in time';
  return 'code' in error ? String(error.code) : error.message.slice(0, 60);
}
