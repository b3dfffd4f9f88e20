import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { laneConnections, laneOf, openLanes, retryAfterSeconds, type Lanes } from './lanes.ts';

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
const enter = (to: Lanes, one: IncomingMessage) => to.enter(one, targetOf(one.url ?? ''));

test('every connection belongs to one lane, and each lane has one', () => {
  for (const all of [8, 9, 22, 200]) {
    const { people, outbox, upkeep } = laneConnections(all);
    expect(people + outbox + upkeep).toBe(all);
    expect(Math.min(people, outbox, upkeep)).toBeGreaterThan(0);
  }
});

test('what a terminal keeps and brings again is the outbox’s, what somebody waits for is not', () => {
  const lane = (method: string, url: string) => laneOf(method, targetOf(url));
  expect(lane('PUT', '/v1/applications/a/revisions/1')).toBe('outbox');
  expect(lane('POST', '/v1/applications/a/attachments/b/chunks?offset=0')).toBe('outbox');
  expect(lane('PUT', '/v1/station-days/2026-11-21')).toBe('outbox');
  expect(lane('POST', '/v1/cases/progress')).toBe('people');
  expect(lane('GET', '/v1/catalogue/items')).toBe('people');
  expect(lane('GET', '/v1/health')).toBe('upkeep');
});

test('a full line turns away its own, and neither a reader nor health; who leaves makes room', () => {
  const all = lanes(256 * MIB);
  const taken = Array.from({ length: 4 }, () => enter(all, submission(3000)));
  expect(taken).not.toContain(null);
  expect(enter(all, submission(3000))).toBeNull();
  expect(enter(all, request('GET', '/v1/catalogue/items'))).not.toBeNull();
  expect(enter(all, request('GET', '/v1/health'))).not.toBeNull();
  taken[0]?.leave();
  expect(enter(all, submission(3000))).not.toBeNull();
});

test('whoever sends a body slowly holds no place in the line, and gets one again', async () => {
  const all = lanes(256 * MIB);
  const places = Array.from({ length: 4 }, () => enter(all, submission(3000)));
  let arrive: (bytes: string) => void = () => undefined;
  const reading = places[0]?.aside(() => new Promise<string>((resolve) => (arrive = resolve)));
  const meanwhile = enter(all, submission(3000));
  expect(meanwhile).not.toBeNull();
  arrive('the body');
  expect(await reading).toBe('the body');
  places[0]?.leave();
  expect(enter(all, submission(3000))).toBeNull();
});

test('a body that came back to far too long a line is refused, and its memory is given back', async () => {
  const all = lanes(256 * MIB);
  const slow = Array.from({ length: 9 }, () => {
    const place = enter(all, submission(3000));
    let arrive: (bytes: string) => void = () => undefined;
    const reading = place?.aside(() => new Promise<string>((resolve) => (arrive = resolve)));
    return { place, reading, arrive: () => arrive('the body') };
  });
  for (const { arrive } of slow) arrive();
  const read = await Promise.all(slow.map(({ reading }) => reading));
  expect(read.filter((body) => body === null)).toHaveLength(1);
  for (const { place } of slow) place?.leave();
  expect(enter(all, submission(3000))).not.toBeNull();
});

test('bodies are bounded by what is announced, and by the most when nothing or nonsense is', () => {
  const fits = (one: IncomingMessage) => enter(lanes(4 * MIB), one) !== null;
  expect(fits(submission(3000))).toBe(true);
  expect(fits(submission(MIB))).toBe(false);
  expect(fits(request('PUT', '/v1/applications/a/revisions/1'))).toBe(false);
  expect(fits(request('PUT', '/', { 'content-length': 'many' }))).toBe(false);
  expect(fits(request('PUT', '/', { 'content-length': '-1' }))).toBe(false);
});

test('those who are turned away together come back over nine seconds', () => {
  const said = [0, 0.5, 0.999_999].map((unit) => retryAfterSeconds(() => unit));
  expect(said).toEqual([2, 6, 10]);
});
