import type { IncomingMessage } from 'node:http';
import type pg from 'pg';
import { MAX_CHUNK_BYTES } from '#contract/attachment.ts';
import { MAX_HEARTBEAT_BYTES } from '#contract/fleet.ts';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import type { RandomUnit } from '#contract/ports.ts';
import { MAX_IDENTITY_BYTES } from '#contract/terminal-identity.ts';
import { hasBody } from './has-body.ts';
import type { BodyKind } from './read-body.ts';
import { signersOf } from './signed-request.ts';

/** The call that is meant. */
export interface Target {
  readonly pathname: string;
  readonly takes: BodyKind;
}

/** What a node takes on at once; settings.ts says where a district sets it, decision 0042 why these. */
export interface LoadLimits {
  /** To the database, of all lanes together. */
  readonly connections: number;
  /**
   * Requests of a lane for each of its connections, those that are being worked on included. With ten, and half a second for a
   * statement, whoever came last waits for less than the 5 s after which the answer would be 503.
   */
  readonly requestsPerConnection: number;
  /** Of the bodies in hand and what becomes of them, in bytes. */
  readonly memoryBytes: number;
}

export const usualLoad: LoadLimits = {
  connections: 22,
  requestsPerConnection: 10,
  memoryBytes: 256 * 1_048_576,
};

/**
 * `people`: somebody stands before a screen and waits. `outbox`: what a terminal keeps and brings again by itself.
 * `upkeep`: the node's own housekeeping, and what it looks up once for all who ask; nobody's request stands in line for it.
 * Each has connections of its own, so that none starves another.
 */
export type LaneName = 'people' | 'outbox' | 'upkeep';
export type LanePools = Readonly<Record<LaneName, pg.Pool>>;
export type Line = Exclude<LaneName, 'upkeep'>;

/** All of the housekeeping at once: two sweeps, the clocks of cases, the calls to departments, an evaluation, the look of health. */
const UPKEEP_CONNECTIONS = 6;
/** The outboxes write more than people read, and can wait. */
const PEOPLE_SHARE = 0.4;

/** How the connections of a node are divided. At least 8 are needed. */
export function laneConnections(connections: number): Readonly<Record<LaneName, number>> {
  const served = connections - UPKEEP_CONNECTIONS;
  const people = Math.max(1, Math.round(served * PEOPLE_SHARE));
  return { people, outbox: served - people, upkeep: UPKEEP_CONNECTIONS };
}

/** Whose memory a body takes: its line's, when its sender is known, else the little that all strangers have together. */
export type Budget = Line | 'strangers';

/** Of the whole. Each takes the largest of its bodies also at the smallest setting. */
const BUDGET_SHARES: Readonly<Record<Budget, number>> = { outbox: 1 / 2, people: 3 / 8, strangers: 1 / 8 };

/** A body that may come. */
export interface BodyTerms {
  readonly of: Budget;
  /** As much as is read at most. */
  readonly mostBytes: number;
}

/** What a request asks for by its first lines. */
export interface Wish {
  readonly line: Line;
  /** A part of a program or the like, of which a few are read at the same time whoever asks. */
  readonly isBulk?: boolean;
  /** Null: whose memory it would be is not known yet. */
  readonly body: BodyTerms | null;
}

/** Sockets, headers, the signature's parts. */
const BYTES_A_REQUEST = 65_536;
/** A body is here as bytes, as text, parsed, as the checked copy, and as text for the database. */
const TIMES_A_BODY = 8;
/** A district that is told to update comes together: what residents submit goes before it. */
const BULK_AT_ONCE = 4;
/** Whoever has sent his body already is turned away last: at this multiple of what is told to newcomers. */
const BACK_AT = 2;

/** A request that was taken on. */
export interface Place {
  readonly pool: pg.Pool;
  /**
   * Gives the place in the line up while a body comes in, which on a slow line takes half a minute, and takes it again. The body's
   * memory is taken before its first byte, and kept until the end. `null`: there is no room for it, and nothing was read; or the line
   * has become far too long meanwhile, and nothing was done.
   */
  aside<T>(body: BodyTerms, reading: () => Promise<T>): Promise<T | null>;
  /** Once, at the end. */
  leave(): void;
}

export interface Lanes {
  /** `null`: too much is in hand; the answer is 429, and nothing of the request was looked at. */
  enter(request: IncomingMessage, wish: Wish): Place | null;
  readonly pools: LanePools;
}

/** Bounded lines before the database, and a bounded memory: a node says 429 before it falls over. */
export function openLanes(pools: LanePools, limits: LoadLimits): Lanes {
  const inLine: Record<Line, number> = { people: 0, outbox: 0 };
  let bulkInHand = 0;
  const bytesInHand: Record<Budget, number> = { people: 0, outbox: 0, strangers: 0 };
  const connections = laneConnections(limits.connections);
  const isRoomFor = (bytes: number, of: Budget) =>
    bytesInHand[of] + bytes <= limits.memoryBytes * BUDGET_SHARES[of];
  return {
    pools,
    enter: (request, { line, body, isBulk = false }) => {
      const most = connections[line] * limits.requestsPerConnection;
      // Only looked at: who has shown nothing yet takes no memory of those who have.
      const isRoom = body === null || isRoomFor(memoryOf(request, body), body.of);
      if (inLine[line] >= most || !isRoom || (isBulk && bulkInHand >= BULK_AT_ONCE)) return null;
      inLine[line] += 1;
      if (isBulk) bulkInHand += 1;
      let isInLine = true;
      const stepOut = () => {
        if (isInLine) inLine[line] -= 1;
        isInLine = false;
      };
      let giveBack: () => void = () => undefined;
      return {
        pool: pools[line],
        aside: async ({ of, mostBytes }, reading) => {
          const bytes = memoryOf(request, { of, mostBytes });
          if (!isRoomFor(bytes, of)) return null;
          bytesInHand[of] += bytes;
          giveBack = () => {
            bytesInHand[of] -= bytes;
          };
          stepOut();
          const read = await reading();
          if (inLine[line] >= most * BACK_AT) return null;
          inLine[line] += 1;
          isInLine = true;
          return read;
        },
        leave: () => {
          stepOut();
          if (isBulk) bulkInHand -= 1;
          giveBack();
        },
      };
    },
  };
}

/** By the first line alone. */
export function wishOf(
  method: string | undefined,
  { pathname, takes }: Target,
): Wish & { readonly body: BodyTerms } {
  const isBulk = PARCEL_CHUNK.test(pathname);
  const line = method === 'PUT' || takes === 'octets' || isBulk ? 'outbox' : 'people';
  // The key stands in the body, which is read before anybody is known.
  if (signersOf(pathname) !== 'terminal')
    return { line, body: { of: 'strangers', mostBytes: MAX_IDENTITY_BYTES } };
  const mostBytes = takes === 'octets' ? MAX_CHUNK_BYTES : jsonBytes(pathname);
  return { line, isBulk, body: { of: line, mostBytes } };
}

const PARCEL_CHUNK = /^\/v1\/fleet\/parcels\/[^/]+\/chunks\//;

/** Every terminal sends one a minute: all together they are not to take the memory of what residents submit. */
function jsonBytes(pathname: string): number {
  return pathname === '/v1/fleet/heartbeat' ? MAX_HEARTBEAT_BYTES : MAX_SUBMISSION_BYTES;
}

function memoryOf(request: IncomingMessage, { mostBytes }: BodyTerms): number {
  return hasBody(request) ? BYTES_A_REQUEST + TIMES_A_BODY * bodyBytes(request, mostBytes) : 0;
}

/** What may come: as it was announced, else as much as is read at most. */
function bodyBytes(request: IncomingMessage, mostBytes: number): number {
  const announced = Number(request.headers['content-length'] ?? mostBytes);
  return announced >= 0 ? Math.min(announced, mostBytes) : mostBytes;
}

const RETRY_AFTER_S = { least: 2, most: 10 } as const;

/** Seconds for Retry-After: those who were turned away together do not come back together. */
export function retryAfterSeconds(random: RandomUnit): number {
  const { least, most } = RETRY_AFTER_S;
  return least + Math.floor(random() * (most - least + 1));
}

/**
 * Whether what is left of a refused body is read and thrown away: a connection that is closed over it may lose the answer, and
 * with it the Retry-After. What is larger than a chunk costs more than that is worth.
 */
export function isWorthDraining(request: IncomingMessage): boolean {
  return !hasBody(request) || Number(request.headers['content-length']) <= MAX_CHUNK_BYTES;
}
