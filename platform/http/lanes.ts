import type { IncomingMessage } from 'node:http';
import type pg from 'pg';
import { MAX_CHUNK_BYTES } from '#contract/attachment.ts';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import type { RandomUnit } from '#contract/ports.ts';
import { hasBody } from './has-body.ts';
import type { BodyKind } from './read-body.ts';

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
  /** Of the requests in hand and what their bodies become, in bytes. */
  readonly memoryBytes: number;
}

export const usualLoad: LoadLimits = {
  connections: 22,
  requestsPerConnection: 10,
  memoryBytes: 256 * 1_048_576,
};

/**
 * `people`: somebody stands before a screen and waits. `outbox`: what a terminal keeps and brings again by itself.
 * `upkeep`: health, and the node's own housekeeping. Each has connections of its own, so that none starves another.
 */
export type LaneName = 'people' | 'outbox' | 'upkeep';
export type LanePools = Readonly<Record<LaneName, pg.Pool>>;

/** Health, and all of the housekeeping at once: two sweeps, the clocks of cases, the calls to departments. */
const UPKEEP_CONNECTIONS = 5;
/** The outboxes write more than people read, and can wait. */
const PEOPLE_SHARE = 0.4;

/** How the connections of a node are divided. At least 8 are needed. */
export function laneConnections(connections: number): Readonly<Record<LaneName, number>> {
  const served = connections - UPKEEP_CONNECTIONS;
  const people = Math.max(1, Math.round(served * PEOPLE_SHARE));
  return { people, outbox: served - people, upkeep: UPKEEP_CONNECTIONS };
}

/** Sockets, headers, the signature's parts. */
const BYTES_A_REQUEST = 65_536;
/** A body is here as bytes, as text, parsed, as the checked copy, and as text for the database. */
const TIMES_A_BODY = 8;
/** Whoever has sent his body already is turned away last: at this multiple of what is told to newcomers. */
const BACK_AT = 2;

/** A request that was taken on. */
export interface Place {
  readonly pool: pg.Pool;
  /**
   * Gives the place in the line up while a body comes in, which on a slow line takes half a minute, and takes it again. `null`: the
   * line has become far too long meanwhile; nothing was done.
   */
  aside<T>(reading: () => Promise<T>): Promise<T | null>;
  /** Once, at the end. */
  leave(): void;
}

export interface Lanes {
  /** `null`: too much is in hand; the answer is 429, and nothing of the request was looked at. */
  enter(request: IncomingMessage, target: Target): Place | null;
  readonly pools: LanePools;
}

/** Bounded lines before the database, and a bounded memory: a node says 429 before it falls over. */
export function openLanes(pools: LanePools, limits: LoadLimits): Lanes {
  const inLine: Record<LaneName, number> = { people: 0, outbox: 0, upkeep: 0 };
  let bytesInHand = 0;
  const shares = laneConnections(limits.connections);
  return {
    pools,
    enter: (request, target) => {
      const lane = laneOf(request.method, target);
      const most = shares[lane] * limits.requestsPerConnection;
      const bytes = BYTES_A_REQUEST + TIMES_A_BODY * bodyBytes(request, target);
      // Health is asked for by what decides whether we get any requests at all: its own line is limit enough.
      const isTooMuch = lane !== 'upkeep' && bytesInHand + bytes > limits.memoryBytes;
      if (inLine[lane] >= most || isTooMuch) return null;
      inLine[lane] += 1;
      bytesInHand += bytes;
      let isInLine = true;
      const stepOut = () => {
        if (isInLine) inLine[lane] -= 1;
        isInLine = false;
      };
      return {
        pool: pools[lane],
        aside: async (reading) => {
          stepOut();
          const read = await reading();
          if (inLine[lane] >= most * BACK_AT) return null;
          inLine[lane] += 1;
          isInLine = true;
          return read;
        },
        leave: () => {
          stepOut();
          bytesInHand -= bytes;
        },
      };
    },
  };
}

/** By the first line alone. */
export function laneOf(method: string | undefined, { pathname, takes }: Target): LaneName {
  if (pathname === '/v1/health') return 'upkeep';
  return method === 'PUT' || takes === 'octets' ? 'outbox' : 'people';
}

/** What may come: as it was announced, else as much as is read at most. */
function bodyBytes(request: IncomingMessage, { takes }: Target): number {
  if (!hasBody(request)) return 0;
  const most = takes === 'octets' ? MAX_CHUNK_BYTES : MAX_SUBMISSION_BYTES;
  const announced = Number(request.headers['content-length'] ?? most);
  return announced >= 0 ? Math.min(announced, most) : most;
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
export function isWorthDraining(request: IncomingMessage, target: Target): boolean {
  return bodyBytes(request, target) <= MAX_CHUNK_BYTES;
}
