import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { sleep, type Clock, type RandomUnit } from '#contract/ports.ts';
import { watchAbandoned } from './attachments/forget-abandoned.ts';
import { loadCatalogue, type Catalogue } from './catalogue/load-catalogue.ts';
import { noCodes, type CodeResolver } from './codes/code-resolver.ts';
import { connect } from './database/connect.ts';
import { migrate } from './database/migrate.ts';
import { migrationsDir } from './database/release.ts';
import { serveDesk } from './desk/desk-handler.ts';
import { admit, busy } from './http/admit.ts';
import {
  isWorthDraining,
  laneConnections,
  openLanes,
  retryAfterSeconds,
  usualLoad,
  type LanePools,
  type Lanes,
  type LoadLimits,
} from './http/lanes.ts';
import { norms } from './http/norms.ts';
import { openApiDocument } from './http/openapi.ts';
import { problem, sendProblem, toContractError, type Problem } from './http/problem.ts';
import { hasBody } from './http/read-body.ts';
import { tokens, type Tokens } from './http/tokens.ts';
import { keepNoncesFew } from './identity/nonces.ts';
import { describeError, errorCode, type Log } from './log.ts';
import type { VerbContext } from './verbs/base.ts';
import { router } from './verbs/router.ts';

export interface PlatformOptions {
  readonly databaseUrl: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly deskToken: string;
  /**
   * The address by which terminals call, where a proxy in front changes host or path. Absent: the Host header says it.
   */
  readonly publicUrl?: string;
  readonly clock: Clock;
  readonly catalogueDir: string;
  /** The district's way to ask whose a code is. Absent: every code is answered with "not supported". */
  readonly codes?: CodeResolver;
  /** What the node takes on at once. Absent: `usualLoad`. */
  readonly load?: LoadLimits;
  /** Absent: nothing is logged. */
  readonly log?: Log;
}

export interface Platform {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Requests in flight get 1 s to finish. May be called twice. */
  close(): Promise<void>;
}

const limits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  keepAliveTimeoutMs: 30_000,
  headerBytes: 16_384,
  closeGraceMs: 1000,
  /** Some 30 kB each; over it a connection is dropped, and a balancer in front goes to the next node. */
  connections: 5000,
  /** Terminals that come back together after an outage; Node's 511 would have the kernel drop the rest without a word. */
  waitingToBeAccepted: 4096,
} as const;

interface Parts {
  readonly lanes: Lanes;
  readonly random: RandomUnit;
  readonly catalogue: Catalogue;
  readonly codes: CodeResolver;
  readonly tokens: Tokens;
  readonly publicUrl: string | null;
  readonly clock: Clock;
  readonly openApi: string;
  readonly handler: OpenAPIHandler<VerbContext>;
  readonly log: Log;
}

/**
 * Migrates the database, loads the catalogue and listens. Rejects with an Error whose message is one
 * sentence for whoever started it: an unknown schema, no database, a port in use.
 */
export async function startPlatform(options: PlatformOptions): Promise<Platform> {
  const log = options.log ?? (() => undefined);
  const catalogue = loadCatalogue(options.catalogueDir);
  for (const { file, reason } of catalogue.refused) log({ event: 'catalogue.item-refused', file, reason });
  const load = options.load ?? usualLoad;
  const pools = connectLanes(options.databaseUrl, load.connections);
  try {
    const migrated = await migrate(pools.upkeep, migrationsDir).catch((error: unknown) => {
      throw new Error(`The database cannot be used (${errorCode(error) || 'no answer'}).`, { cause: error });
    });
    if (!migrated.ok) throw new Error(migrated.fault.detail ?? migrated.fault.code);
    const server = listener({
      lanes: openLanes(pools, load),
      random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
      catalogue,
      codes: options.codes ?? noCodes,
      tokens: tokens(options.deskToken, randomBytes(32)),
      publicUrl: options.publicUrl?.replace(/\/$/, '') ?? null,
      clock: options.clock,
      openApi: JSON.stringify(await openApiDocument()),
      handler: apiHandler(log),
      log,
    });
    const url = await listen(server, options.host, options.port);
    const abandoned = watchAbandoned(pools.upkeep, options.clock, log);
    const stopSweeping = keepNoncesFew(pools.upkeep, options.clock, log);
    const close = closer(server, pools, options.clock);
    return {
      url,
      close: () => {
        abandoned.stop();
        stopSweeping();
        return close();
      },
    };
  } catch (error) {
    await endAll(pools);
    throw error;
  }
}

function connectLanes(databaseUrl: string, connections: number): LanePools {
  const { people, outbox, upkeep } = laneConnections(connections);
  return {
    people: connect(databaseUrl, people),
    outbox: connect(databaseUrl, outbox),
    upkeep: connect(databaseUrl, upkeep),
  };
}

async function endAll(pools: LanePools): Promise<void> {
  await Promise.allSettled(Object.values(pools).map((pool) => pool.end()));
}

function apiHandler(log: Log): OpenAPIHandler<VerbContext> {
  return new OpenAPIHandler<VerbContext>(router, {
    clientInterceptors: [
      async ({ next, path }) => {
        try {
          return await next();
        } catch (error) {
          const answer = toContractError(error);
          if (answer.status >= 500) {
            log({
              event: 'verb.failed',
              verb: path.join('.'),
              status: answer.status,
              ...describeError(error),
            });
          }
          throw answer;
        }
      },
    ],
  });
}

function listener(parts: Parts): Server {
  const server = createServer(
    {
      maxHeaderSize: limits.headerBytes,
      headersTimeout: limits.headersTimeoutMs,
      requestTimeout: limits.requestTimeoutMs,
      keepAliveTimeout: limits.keepAliveTimeoutMs,
    },
    (request, response) => {
      securityHeaders(response);
      logWhenDone(request, response, parts);
      serve(request, response, parts).catch((error: unknown) => {
        parts.log({ event: 'request.failed', ...describeError(error) });
        const { code, status, message } = toContractError(error);
        sendProblem(response, problem(code, status, message));
      });
    },
  );
  server.maxConnections = limits.connections;
  server.on('clientError', (error, socket) => {
    const code = 'code' in error ? error.code : '';
    const status =
      code === 'HPE_HEADER_OVERFLOW'
        ? '431 Request Header Fields Too Large'
        : code === 'ERR_HTTP_REQUEST_TIMEOUT'
          ? '408 Request Timeout'
          : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    else socket.destroy();
  });
  return server;
}

async function serve(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const target = `http://platform${request.url ?? '/'}`;
  if (!request.url?.startsWith('/') || !URL.canParse(target)) {
    sendProblem(response, problem('BAD_REQUEST', 400, 'The address is malformed'));
    return;
  }
  const url = new URL(target);
  if (request.method === 'GET' && url.pathname === '/') {
    await serveDesk(request, response, url.searchParams, { ...parts, pool: parts.lanes.pools.people });
    return;
  }
  if (request.method === 'GET' && url.pathname === '/openapi.json') {
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' });
    response.end(parts.openApi);
    return;
  }
  const norm = request.method === 'GET' ? norms.get(url.pathname) : undefined;
  if (norm !== undefined) {
    response.writeHead(200, { 'content-type': 'application/schema+json; charset=utf-8' });
    response.end(norm);
    return;
  }
  await serveApi(request, response, url.pathname, parts);
}

async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  pathname: string,
  parts: Parts,
): Promise<void> {
  const place = parts.lanes.enter(request, pathname);
  if (place === null) {
    turnAway(request, response, busy, parts);
    return;
  }
  try {
    const { pool } = place;
    const admitted = await admit(request, pathname, { ...parts, pool, place });
    if (admitted.kind === 'problem') {
      turnAway(request, response, admitted.problem, parts);
      return;
    }
    const { catalogue, codes, clock } = parts;
    // oRPC takes a body that somebody has read from here.
    const { matched } = await parts.handler.handle(
      Object.assign(request, { body: admitted.body }),
      response,
      { context: { pool, catalogue, codes, clock, caller: admitted.caller } },
    );
    if (!matched) sendProblem(response, problem('NOT_FOUND', 404, 'There is no such call'));
  } finally {
    place.leave();
  }
}

function turnAway(
  request: IncomingMessage,
  response: ServerResponse,
  refusal: Problem,
  { random }: Parts,
): void {
  const isBusy = refusal === busy;
  if (isBusy) response.setHeader('retry-after', String(retryAfterSeconds(random)));
  // What is left of the body is not read.
  if (hasBody(request) && !(isBusy && isWorthDraining(request))) response.setHeader('connection', 'close');
  sendProblem(response, refusal);
}

function securityHeaders(response: ServerResponse): void {
  response.setHeader('x-content-type-options', 'nosniff');
  response.setHeader('referrer-policy', 'no-referrer');
  response.setHeader('cache-control', 'no-store');
  response.setHeader('x-frame-options', 'DENY');
  response.setHeader('cross-origin-resource-policy', 'same-origin');
  response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
}

/** Neither the address (keys, and once a token) nor a body: the kind of call, the answer, the time. */
function logWhenDone(request: IncomingMessage, response: ServerResponse, { clock, log }: Parts): void {
  const startedMs = clock.monotonicMs();
  const kind =
    /^\/(v1\/[a-z]{1,20}|norm\/[a-z.]{1,40}|openapi\.json|(?=$|\?))/.exec(request.url ?? '')?.[0] ?? 'other';
  response.once('close', () => {
    log({
      event: 'request',
      method: request.method ?? '',
      kind,
      status: response.statusCode,
      finished: response.writableFinished,
      tookMs: Math.round(clock.monotonicMs() - startedMs),
    });
  });
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(new Error(`The platform cannot listen on ${host}:${String(port)} (${error.message}).`)),
    );
    server.listen(port, host, limits.waitingToBeAccepted, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`;
}

function closer(server: Server, pools: LanePools, clock: Clock): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= new Promise<void>((resolve) => {
      const cancel = clock.after(limits.closeGraceMs, () => server.closeAllConnections());
      server.close(() => {
        cancel();
        // A database that does not answer keeps nobody from stopping.
        void Promise.race([endAll(pools), sleep(clock, limits.closeGraceMs)]).then(resolve);
      });
      server.closeIdleConnections();
    });
    return closing;
  };
}
