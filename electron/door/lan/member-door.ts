import type { IncomingMessage, ServerResponse } from 'node:http';
import { memberIn } from '#contract/access.ts';
import {
  knockRequestSchema,
  MAX_KNOCK_BYTES,
  MAX_MEMBER_MESSAGE_BYTES,
  MEMBER_KNOCK_PATH,
  MEMBER_PATH,
  memberRequestSchema,
} from '#contract/queue/member-api.ts';
import type { Access, Guest } from '#terminal/access/access.ts';
import type { DoorRefusal } from '#terminal/access/refusals.ts';
import { isRefusal, type Desk } from '#terminal/tickets/members/desk.ts';
import { send } from '../send.ts';

/** Questions of one member at a time: its follower's, and those of people who ask at the same time. */
const MOST_AT_ONCE = 12;

/** Answers the station's other terminals at the door; false: the path is not theirs. */
export type MemberDoor = (request: IncomingMessage, response: ServerResponse, path: string) => boolean;

export function createMemberDoor(
  access: Pick<Access, 'arrive' | 'refusals' | 'isStillIn'> & {
    readonly browsers: Pick<Access['browsers'], 'collect' | 'knock'>;
  },
  desk: Desk,
): MemberDoor {
  const atOnce = new Map<string, number>();

  function refuse(
    response: ServerResponse,
    why: DoorRefusal,
    status: number,
    who: string,
    path: string,
  ): void {
    access.refusals.add(why, who, path);
    // What is still to come of the body is not waited for.
    send(response, status, { connection: 'close' }, '');
  }

  async function knock(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = addressOf(request);
    const read = await readJson(request, MAX_KNOCK_BYTES);
    if (read === 'too-large') {
      refuse(response, 'too-large', 413, address, MEMBER_KNOCK_PATH);
      return;
    }
    const knocked = knockRequestSchema.safeParse(read);
    if (!knocked.success) {
      refuse(response, 'malformed', 400, address, MEMBER_KNOCK_PATH);
      return;
    }
    const admission = access.browsers.collect(knocked.data.token);
    if (admission !== null) {
      sendJson(response, { is: 'admitted', admission });
      return;
    }
    const { token, code } = access.browsers.knock(knocked.data.token, address);
    sendJson(response, { is: 'waiting', token, code });
  }

  async function ask(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const arrival = access.arrive(bearerOf(request), null);
    if (arrival.kind === 'refused') {
      refuse(response, arrival.refusal, 401, addressOf(request), MEMBER_PATH);
      return;
    }
    const { guest } = arrival;
    const { name } = guest.browser;
    const terminal = memberIn(name);
    if (terminal === null) {
      refuse(response, 'another-role', 403, name, MEMBER_PATH);
      return;
    }
    const open = atOnce.get(name) ?? 0;
    if (open >= MOST_AT_ONCE) {
      refuse(response, 'too-many', 503, name, MEMBER_PATH);
      return;
    }
    atOnce.set(name, open + 1);
    try {
      await answerTo(request, response, guest, terminal);
    } finally {
      atOnce.set(name, (atOnce.get(name) ?? 1) - 1);
    }
  }

  async function answerTo(
    request: IncomingMessage,
    response: ServerResponse,
    guest: Guest,
    terminal: string,
  ): Promise<void> {
    const { name } = guest.browser;
    const read = await readJson(request, MAX_MEMBER_MESSAGE_BYTES);
    if (read === 'too-large') {
      refuse(response, 'too-large', 413, name, MEMBER_PATH);
      return;
    }
    const asked = memberRequestSchema.safeParse(read);
    if (!asked.success) {
      refuse(response, 'malformed', 400, name, MEMBER_PATH);
      return;
    }
    if (asked.data.terminal !== terminal) {
      refuse(response, 'forged-sender', 403, name, MEMBER_PATH);
      return;
    }
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    const answer = await desk.answer(asked.data, gone.signal);
    if (gone.signal.aborted) return;
    // Shut out while it waited.
    if (!access.isStillIn(guest)) refuse(response, 'admission-revoked', 401, name, MEMBER_PATH);
    else {
      const { done } = answer;
      if (!done.ok && isRefusal(done.fault))
        access.refusals.add(
          done.fault.code === 'queue.hub-replaced' ? 'hub-replaced' : 'hub-refuses',
          name,
          MEMBER_PATH,
        );
      sendJson(response, answer);
    }
  }

  return (request, response, path) => {
    if (path !== MEMBER_PATH && path !== MEMBER_KNOCK_PATH) return false;
    if (request.method !== 'POST') {
      access.refusals.add('malformed', addressOf(request), path);
      send(response, 405, { allow: 'POST' }, '');
    } else void (path === MEMBER_PATH ? ask(request, response) : knock(request, response));
    return true;
  };
}

/** Undefined for what is no JSON; of a body that is cut off as well. */
async function readJson(request: IncomingMessage, mostBytes: number): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      const bytes = Buffer.from(part as Uint8Array); // a request without encoding gives bytes
      length += bytes.length;
      if (length > mostBytes) return 'too-large';
      parts.push(bytes);
    }
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch {
    return undefined;
  }
}

function bearerOf(request: IncomingMessage): string | null {
  return /^Bearer ([A-Za-z0-9_-]{1,64})$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(value));
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}
