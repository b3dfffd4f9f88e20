import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { MEMBER_HALL_PATH } from '#contract/queue/hall-api.ts';
import { MAX_KNOCK_BYTES, MEMBER_KNOCK_PATH, MEMBER_PATH } from '#contract/queue/member-api.ts';
import { err } from '#contract/result.ts';
import { createMemberDoor } from './member-door.ts';

const DAY = '2026-11-22';
const RUN = '00000000-0000-4000-8000-000000000001';
const asked = {
  terminal: '02',
  known: { term: 1, hub: '01' },
  agreed: 'another',
  place: { day: DAY, events: 0, digest: 'A'.repeat(22) },
  ask: { kind: 'follow', waitMs: 0 },
};

let refused: string[];
let code: 'queue.hub-refuses' | 'queue.hub-replaced';
let server: Server;
beforeEach(async () => {
  refused = [];
  const door = createMemberDoor(
    {
      arrive: () => ({
        kind: 'guest',
        guest: {
          browser: { name: 'terminal-02', kind: 'member', window: null },
          browserHash: Buffer.alloc(32),
          session: null,
        },
        refusal: null,
      }),
      isStillIn: () => true,
      browsers: { collect: () => null, knock: () => ({ token: 't', code: '123456' }) },
      refusals: {
        add: (why, who, what) => {
          refused.push(`${why} ${who} ${what}`);
        },
      },
    },
    {
      queue: {
        answer: () =>
          Promise.resolve({
            known: { term: 1, hub: '01' },
            nowMs: 0,
            heldMs: 0,
            day: DAY,
            log: { is: 'another' },
            done: err(fault(code)),
          }),
      },
      hall: { answer: () => Promise.resolve({ is: 'no-hub' }) },
    },
  );
  server = createServer((request, response) => {
    void door(request, response, request.url ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

/** The status. */
function send(method: string, path: string, body: string): Promise<number> {
  const { port } = server.address() as AddressInfo; // a server that listens on TCP has one
  return new Promise((resolve, reject) => {
    const sent = ask({ host: '127.0.0.1', port, method, path }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

it('a member that the desk refuses is written down at the hub, by the reason', async () => {
  code = 'queue.hub-refuses';
  expect(await send('POST', MEMBER_PATH, JSON.stringify(asked))).toBe(200);
  code = 'queue.hub-replaced';
  expect(await send('POST', MEMBER_PATH, JSON.stringify(asked))).toBe(200);
  expect(refused).toEqual([
    `hub-refuses terminal-02 ${MEMBER_PATH}`,
    `hub-replaced terminal-02 ${MEMBER_PATH}`,
  ]);
});

it('about the hall a message has a schema and a sender as well', async () => {
  const hall = { kind: 'attend', terminal: '02', run: RUN, turn: 1, call: null, reply: null, heard: null };
  expect(await send('POST', MEMBER_HALL_PATH, JSON.stringify(hall))).toBe(200);
  expect(await send('POST', MEMBER_HALL_PATH, JSON.stringify({ ...hall, terminal: '03' }))).toBe(403);
  expect(await send('POST', MEMBER_HALL_PATH, JSON.stringify({ ...hall, more: 1 }))).toBe(400);
  expect(refused).toEqual([
    `forged-sender terminal-02 ${MEMBER_HALL_PATH}`,
    `malformed terminal-02 ${MEMBER_HALL_PATH}`,
  ]);
});

it('who asks for a form asks from its own terminal: another one would stand in the audit of that look', async () => {
  const ask = { ticketId: RUN, account: 's01', whole: true, from: '02' };
  const handed = { kind: 'handed', terminal: '02', ask };
  const forged = { ...handed, ask: { ...ask, from: '01' } };
  expect(await send('POST', MEMBER_HALL_PATH, JSON.stringify(handed))).toBe(200);
  expect(await send('POST', MEMBER_HALL_PATH, JSON.stringify(forged))).toBe(403);
  expect(refused).toEqual([`forged-sender terminal-02 ${MEMBER_HALL_PATH}`]);
});

it('so is another method', async () => {
  expect(await send('GET', MEMBER_PATH, '')).toBe(405);
  expect(refused).toEqual([`malformed 127.0.0.1 ${MEMBER_PATH}`]);
});

it('of a knock, which anybody can send, no more is read than one has', async () => {
  const knock = JSON.stringify({ terminal: '02', token: null });
  expect(await send('POST', MEMBER_KNOCK_PATH, knock)).toBe(200);
  expect(await send('POST', MEMBER_KNOCK_PATH, knock.padEnd(MAX_KNOCK_BYTES + 1))).toBe(413);
  expect(refused).toEqual([`too-large 127.0.0.1 ${MEMBER_KNOCK_PATH}`]);
});
