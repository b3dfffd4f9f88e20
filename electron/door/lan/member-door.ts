import type { IncomingMessage, ServerResponse } from 'node:http';
import { memberIn } from '#contract/access.ts';
import { hallRequestSchema, MEMBER_HALL_PATH } from '#contract/queue/hall-api.ts';
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
import type { HallDesk } from '#terminal/hall/start-hall.ts';
import { isRefusal, type Desk } from '#terminal/tickets/members/desk.ts';
import { bearerOf, readJson } from '../read-json.ts';
import { send } from '../send.ts';

/** Questions of one member at a time: those that the hub holds, and those of people who ask at the same time. */
const MOST_AT_ONCE = 12;

/** Answers the station's other terminals at the door; null: the path is not theirs. */
export type MemberDoor = (
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
) => Promise<void> | null;

export function createMemberDoor(
  access: Pick<Access, 'arrive' | 'refusals' | 'isStillIn'> & {
    readonly browsers: Pick<Access['browsers'], 'collect' | 'knock'>;
  },
  desks: { readonly queue: Desk; readonly hall: HallDesk },
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

  async function ask(request: IncomingMessage, response: ServerResponse, path: AskPath): Promise<void> {
    const arrival = access.arrive(bearerOf(request), null);
    if (arrival.kind === 'refused') {
      refuse(response, arrival.refusal, 401, addressOf(request), path);
      return;
    }
    const { guest } = arrival;
    const { name } = guest.browser;
    const terminal = memberIn(name);
    if (terminal === null) {
      refuse(response, 'another-role', 403, name, path);
      return;
    }
    const open = atOnce.get(name) ?? 0;
    if (open >= MOST_AT_ONCE) {
      refuse(response, 'too-many', 503, name, path);
      return;
    }
    atOnce.set(name, open + 1);
    try {
      await answerTo(request, response, path, guest, terminal);
    } finally {
      atOnce.set(name, (atOnce.get(name) ?? 1) - 1);
    }
  }

  async function answerTo(
    request: IncomingMessage,
    response: ServerResponse,
    path: AskPath,
    guest: Guest,
    terminal: string,
  ): Promise<void> {
    const { name } = guest.browser;
    const read = await readJson(request, MAX_MEMBER_MESSAGE_BYTES);
    if (read === 'too-large') {
      refuse(response, 'too-large', 413, name, path);
      return;
    }
    const gone = new AbortController();
    response.once('close', () => {
      gone.abort();
    });
    const answered = await (path === MEMBER_PATH ? ofQueue : ofHall)(read, terminal, gone.signal);
    if (gone.signal.aborted) return;
    if ('refuse' in answered) refuse(response, answered.refuse, answered.status, name, path);
    // Shut out while it waited.
    else if (!access.isStillIn(guest)) refuse(response, 'admission-revoked', 401, name, path);
    else {
      if (answered.note !== null) access.refusals.add(answered.note, name, path);
      sendJson(response, answered.answer);
    }
  }

  async function ofQueue(read: unknown, terminal: string, signal: AbortSignal): Promise<Answered> {
    const asked = memberRequestSchema.safeParse(read);
    if (!asked.success) return malformed;
    if (asked.data.terminal !== terminal) return forged;
    const answer = await desks.queue.answer(asked.data, signal);
    const refused = !answer.done.ok && isRefusal(answer.done.fault) ? answer.done.fault.code : null;
    if (refused === null) return { answer, note: null };
    return { answer, note: refused === 'queue.hub-replaced' ? 'hub-replaced' : 'hub-refuses' };
  }

  async function ofHall(read: unknown, terminal: string, signal: AbortSignal): Promise<Answered> {
    const asked = hallRequestSchema.safeParse(read);
    if (!asked.success) return malformed;
    const { data } = asked;
    if (data.terminal !== terminal || (data.kind === 'handed' && data.ask.from !== terminal)) return forged;
    // A terminal that is no hub notes that by the same member's question of the queue.
    return { answer: await desks.hall.answer(data, signal), note: null };
  }

  return (request, response, path) => {
    const isAsk = path === MEMBER_PATH || path === MEMBER_HALL_PATH;
    if (!isAsk && path !== MEMBER_KNOCK_PATH) return null;
    if (request.method === 'POST') return isAsk ? ask(request, response, path) : knock(request, response);
    access.refusals.add('malformed', addressOf(request), path);
    send(response, 405, { allow: 'POST' }, '');
    return Promise.resolve();
  };
}

type AskPath = typeof MEMBER_PATH | typeof MEMBER_HALL_PATH;

/** What goes back, and what is noted of it; or why nothing does. */
type Answered =
  | { readonly answer: unknown; readonly note: DoorRefusal | null }
  | { readonly refuse: DoorRefusal; readonly status: number };

const malformed: Answered = { refuse: 'malformed', status: 400 };
const forged: Answered = { refuse: 'forged-sender', status: 403 };

function sendJson(response: ServerResponse, value: unknown): void {
  send(response, 200, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(value));
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}
