import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { laneConnections, openLanes, retryAfterSeconds, wishOf, type Lanes, type Place } from './lanes.ts';

/** Nobody connects: a line is before the database. */
const nowhere = () => connect('postgres://nobody@127.0.0.1:1/none', 1);

function lanes(memoryBytes: number): Lanes {
  return openLanes(
    { people: nowhere(), outbox: nowhere(), upkeep: nowhere() },
    { connections: 8, requestsPerConnection: 2, memoryBytes },
  );
}
const MIB = 1_048_576;

const request = (method: string, url: string, headers: Record<string, string> = {}) =>
  ({ method, url, headers }) as unknown as IncomingMessage; // what a lane looks at of one
const submission = (byteCount: number) =>
  request('PUT', '/v1/applications/a/revisions/1', { 'content-length': String(byteCount) });
const targetOf = (url: string) => ({
  pathname: url.split('?')[0] ?? '',
  takes: url.includes('/chunks') ? ('octets' as const) : ('json' as const),
});
const wish = (one: IncomingMessage) => wishOf(one.method, targetOf(one.url ?? ''));
const enter = (to: Lanes, one: IncomingMessage) => to.enter(one, wish(one));

/** Somebody who was taken on, and whose body is on its way until `arrive`. */
function bodyUnderWay(place: Place | null, one: IncomingMessage) {
  let arrive: (bytes: string) => void = () => undefined;
  const reading = place?.aside(wish(one).body, () => new Promise<string>((resolve) => (arrive = resolve)));
  return { place, reading, arrive: () => arrive('the body') };
}
/** As many of them as there is room for. */
async function fillWith(to: Lanes, one: () => IncomingMessage): Promise<number> {
  for (let count = 0; ; count += 1) {
    const place = enter(to, one());
    if (place === null) return count;
    const { reading } = bodyUnderWay(place, one());
    // A body that is on its way does not settle.
    if ((await Promise.race([reading, Promise.resolve('under way')])) === null) return count;
  }
}

test('every connection belongs to one lane, and each lane has one', () => {
  for (const all of [8, 9, 22, 200]) {
    const { people, outbox, upkeep } = laneConnections(all);
    expect(people + outbox + upkeep).toBe(all);
    expect(Math.min(people, outbox, upkeep)).toBeGreaterThan(0);
  }
});

test('what a terminal keeps and brings again is the outbox’s, what somebody waits for is not', () => {
  const line = (method: string, url: string) => wishOf(method, targetOf(url)).line;
  expect(line('PUT', '/v1/applications/a/revisions/1')).toBe('outbox');
  expect(line('POST', '/v1/applications/a/attachments/b/chunks?offset=0')).toBe('outbox');
  expect(line('PUT', '/v1/station-days/2026-11-21')).toBe('outbox');
  expect(line('POST', '/v1/cases/progress')).toBe('people');
  expect(line('GET', '/v1/catalogue/items')).toBe('people');
});

test('a full line turns away its own, and no reader; who leaves makes room', () => {
  const all = lanes(256 * MIB);
  const taken = Array.from({ length: 2 }, () => enter(all, submission(3000)));
  expect(taken).not.toContain(null);
  expect(enter(all, submission(3000))).toBeNull();
  expect(enter(all, request('GET', '/v1/catalogue/items'))).not.toBeNull();
  taken[0]?.leave();
  expect(enter(all, submission(3000))).not.toBeNull();
});

test('whoever sends a body slowly holds no place in the line, and gets one again', async () => {
  const all = lanes(256 * MIB);
  const places = Array.from({ length: 2 }, () => enter(all, submission(3000)));
  const slow = bodyUnderWay(places[0] ?? null, submission(3000));
  const meanwhile = enter(all, submission(3000));
  expect(meanwhile).not.toBeNull();
  slow.arrive();
  expect(await slow.reading).toBe('the body');
  places[0]?.leave();
  expect(enter(all, submission(3000))).toBeNull();
});

test('a body that came back to far too long a line is refused, and its memory is given back', async () => {
  const all = lanes(32 * MIB);
  const large = () => submission(300_000);
  const half = () => submission(MIB - 32_768);
  const slow = Array.from({ length: 5 }, () => bodyUnderWay(enter(all, large()), large()));
  for (const { arrive } of slow) arrive();
  const read = await Promise.all(slow.map(({ reading }) => reading));
  expect(read.filter((body) => body === null)).toHaveLength(1);
  for (const { place } of slow) place?.leave();
  expect(await fillWith(all, half)).toBe(2);
});

test('bodies are bounded by what is announced, and by the most when nothing or nonsense is', () => {
  const fits = (one: IncomingMessage) => enter(lanes(8 * MIB), one) !== null;
  expect(fits(submission(3000))).toBe(true);
  expect(fits(submission(MIB))).toBe(false);
  expect(fits(request('PUT', '/v1/applications/a/revisions/1'))).toBe(false);
  expect(fits(request('PUT', '/', { 'content-length': 'many' }))).toBe(false);
  expect(fits(request('PUT', '/', { 'content-length': '-1' }))).toBe(false);
});

test('chunks of thin lines fill the outboxes’ memory, and nobody who stands before a screen is turned away', async () => {
  const all = lanes(64 * MIB);
  const chunk = () =>
    request('POST', '/v1/applications/a/attachments/b/chunks', { 'content-length': '262144' });
  expect(await fillWith(all, chunk)).toBe(15);
  const asks = request('POST', '/v1/cases/progress', { 'content-length': '200' });
  const { reading, arrive } = bodyUnderWay(enter(all, asks), asks);
  arrive();
  expect(await reading).toBe('the body');
});

test('newcomers, whose body is read before they are known, have a little memory of their own, at 4 KiB each', async () => {
  const all = lanes(64 * MIB);
  const newcomer = () => request('POST', '/v1/terminals/enrol', { 'transfer-encoding': 'chunked' });
  expect(await fillWith(all, newcomer)).toBe(85);
  const asks = request('POST', '/v1/cases/progress', { 'content-length': String(MIB) });
  const { reading, arrive } = bodyUnderWay(enter(all, asks), asks);
  arrive();
  expect(await reading).toBe('the body');
});

test('whoever has only announced a body, and shown nothing, takes no memory', () => {
  const all = openLanes(
    { people: nowhere(), outbox: nowhere(), upkeep: nowhere() },
    { connections: 22, requestsPerConnection: 10, memoryBytes: 64 * MIB },
  );
  const announced = Array.from({ length: 60 }, () =>
    enter(all, request('POST', '/v1/cases/progress', { 'content-length': String(MIB) })),
  );
  expect(announced).not.toContain(null);
});

test('those who are turned away together come back over nine seconds', () => {
  const said = [0, 0.5, 0.999_999].map((unit) => retryAfterSeconds(() => unit));
  expect(said).toEqual([2, 6, 10]);
});

test('of a program that a district fetches a few parts are read at the same time, and what residents submit goes on', () => {
  const here = openLanes(
    { people: nowhere(), outbox: nowhere(), upkeep: nowhere() },
    { connections: 22, requestsPerConnection: 10, memoryBytes: 256 * MIB },
  );
  const part = () => {
    const one = request('GET', `/v1/fleet/parcels/${'a'.repeat(64)}/chunks/0`);
    return here.enter(one, wishOf('GET', { pathname: one.url ?? '', takes: 'json' }));
  };
  const places = [part(), part(), part(), part()];
  expect(places.every((place) => place !== null)).toBe(true);
  expect(part()).toBeNull();
  expect(enter(here, submission(1000))).not.toBeNull();
  places[0]?.leave();
  expect(part()).not.toBeNull();
});
