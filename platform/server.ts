import { randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { isORPCErrorStatus } from '@orpc/client';
import { OpenAPIHandler } from '@orpc/openapi/node';
import { sleep, type Clock, type RandomUnit } from '#contract/ports.ts';
import { problemSchema } from '#contract/problem.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import { watchAbandoned } from './attachments/forget-abandoned.ts';
import { usualUploads, type UploadQuota } from './attachments/quota.ts';
import { watchClocks } from './cases/watch-clocks.ts';
import { officeDays as deliveredOfficeDays, type OfficeCalendar } from './cases/working-days.ts';
import { loadCatalogue, type Catalogue } from './catalogue/load-catalogue.ts';
import { noCodes, type CodeResolver } from './codes/code-resolver.ts';
import { connect } from './database/connect.ts';
import { shareLook } from './database/one-look.ts';
import { migrate } from './database/migrate.ts';
import { monthsAhead, watchMonths } from './database/months.ts';
import { USUAL_RECORD_MONTHS, watchRecordEnds } from './database/record-ends.ts';
import { migrationsDir } from './database/release.ts';
import { startDelivery } from './departments/delivery.ts';
import { fleetKey } from './fleet/keys.ts';
import { addressPolicy } from './departments/webhook-address.ts';
import { serveDesk } from './desk/desk-handler.ts';
import { sendBusyPage } from './desk/pages/busy.ts';
import { isDeskPath, isDeskStyle, sendDeskStyle, serveDeskPages } from './desk/serve-desk.ts';
import { evaluationPaths, serveEvaluation } from './evaluation/evaluation-handler.ts';
import { openEvaluations } from './evaluation/evaluations.ts';
import { fleetFigures } from './fleet/figures.ts';
import { watchReleases } from './fleet/releases/tend.ts';
import { admit } from './http/admit.ts';
import { createHttpServer, type HttpLimits } from './http/http-server.ts';
import {
  isWorthDraining,
  laneConnections,
  openLanes,
  retryAfterSeconds,
  usualLoad,
  wishOf,
  type LanePools,
  type Lanes,
  type LoadLimits,
  type Place,
  type Target,
} from './http/lanes.ts';
import { publishedDocuments, type PublishedDocument } from './http/norms.ts';
import { openApiDocument } from './http/openapi.ts';
import { badRequest, busy, problem, problemOf, ProblemAnswer, sendProblem } from './http/problem.ts';
import { routesOf } from './http/routes.ts';
import { tokens, type Tokens } from './http/tokens.ts';
import { keepNoncesFew } from './identity/nonces.ts';
import { keepDeskSwept } from './officials/sweep.ts';
import { describeError, errorCode, type Log } from './log.ts';
import { tellRequest, watchPools } from './metrics/tell-requests.ts';
import { METRICS_TYPE } from './metrics/exposition.ts';
import { createMetrics } from './metrics/metrics.ts';
import type { NodeLooks, VerbContext } from './verbs/base.ts';
import { router } from './verbs/router.ts';

export interface PlatformOptions {
  readonly databaseUrl: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly deskToken: string;
  /** By which /metrics is read. Absent: there is no such page. */
  readonly metricsToken?: string;
  /**
   * The address by which terminals call, where a proxy in front changes host or path. Absent: the Host header says it.
   */
  readonly publicUrl?: string;
  readonly clock: Clock;
  readonly catalogueDir: string;
  /** Absent: those that are delivered with the platform (cases/office-days.json). */
  readonly officeDays?: OfficeCalendar;
  /** The district's way to ask whose a code is. Absent: every code is answered with "not supported". */
  readonly codes?: CodeResolver;
  /**
   * This node calls departments: in the open network, and in these (CIDR). Absent: it takes requests only, and others call.
   */
  readonly deliver?: { readonly networks: readonly string[] };
  /** What the node takes on at once. Absent: `usualLoad`. */
  readonly load?: LoadLimits;
  /** What one terminal may upload. Absent: `usualUploads`. */
  readonly uploads?: UploadQuota;
  /** How long what is written down of terminals is kept. Absent: USUAL_RECORD_MONTHS. */
  readonly recordMonths?: number;
  /** Absent: nothing is logged. */
  readonly log?: Log;
  /** Closed with the node. Absent: nothing is told by OpenTelemetry. */
  readonly telemetry?: Telemetry;
}

export interface Platform {
  /** `http://host:port`, without a slash at the end. */
  readonly url: string;
  /** Requests in flight get 1 s to finish. May be called twice. */
  close(): Promise<void>;
}

const limits: HttpLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 30_000,
  checkEveryMs: 5_000,
  keepAliveTimeoutMs: 30_000,
  headerBytes: 16_384,
};
const CLOSE_GRACE_MS = 1000;
/** Some 30 kB each; over it a connection is dropped, and a balancer in front goes to the next node. */
const MAX_SOCKETS = 5000;
/** Terminals that come back together after an outage; Node's 511 would have the kernel drop the rest without a word. */
const WAITING_TO_BE_ACCEPTED = 4096;

interface Parts {
  readonly lanes: Lanes;
  readonly random: RandomUnit;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
  readonly codes: CodeResolver;
  readonly tokens: Tokens;
  readonly publicUrl: string | null;
  readonly clock: Clock;
  readonly node: NodeLooks;
  readonly routes: ReturnType<typeof routesOf>;
  readonly documents: ReadonlyMap<string, PublishedDocument>;
  readonly handler: OpenAPIHandler<VerbContext>;
  readonly log: Log;
  readonly telemetry: Telemetry | null;
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
      throw new Error(whyNotMigrated(errorCode(error)), { cause: error });
    });
    if (!migrated.ok) throw new Error(migrated.fault.detail ?? migrated.fault.code);
    const openApi = await openApiDocument();
    const officeDays = options.officeDays ?? deliveredOfficeDays;
    const metrics = createMetrics({
      fleet: shareLook(() => fleetFigures(pools.upkeep, options.clock.now()), options.clock),
      pools,
    });
    const server = listener({
      lanes: openLanes(pools, load),
      random: () => randomBytes(4).readUInt32LE() / 2 ** 32,
      catalogue,
      officeDays,
      codes: options.codes ?? noCodes,
      tokens: tokens(options.deskToken, options.metricsToken ?? null, randomBytes(32)),
      publicUrl: options.publicUrl?.replace(/\/$/, '') ?? null,
      clock: options.clock,
      node: {
        monthsAhead: shareLook(() => monthsAhead(pools.upkeep, options.clock.now()), options.clock),
        evaluations: openEvaluations({ pool: pools.upkeep, catalogue }),
        fleetKey: shareLook(() => fleetKey(pools.upkeep, options.clock.now()), options.clock),
        metrics,
        uploads: options.uploads ?? usualUploads,
      },
      routes: routesOf(openApi),
      documents: publishedDocuments(openApi),
      handler: apiHandler(log),
      log,
      telemetry: options.telemetry ?? null,
    });
    if (options.telemetry) watchPools(options.telemetry, pools);
    const url = await listen(server, options.host, options.port);
    const pool = pools.upkeep;
    const abandoned = watchAbandoned(pool, options.clock, log);
    const months = watchMonths(pool, options.clock, log);
    const clocks = watchClocks(pool, { catalogue, officeDays }, options.clock, log);
    const nonces = keepNoncesFew(pool, options.clock, log);
    const desk = keepDeskSwept(pool, options.clock, log);
    const releases = watchReleases(pool, options.clock, log);
    const records = watchRecordEnds(pool, options.recordMonths ?? USUAL_RECORD_MONTHS, options.clock, log);
    const { databaseUrl, clock, deliver } = options;
    const delivery =
      deliver && startDelivery({ databaseUrl, pool, clock, policy: addressPolicy(deliver.networks), log });
    const close = closer(server, pools, options.clock);
    return {
      url,
      close: async () => {
        abandoned.stop();
        months.stop();
        clocks.stop();
        nonces.stop();
        desk.stop();
        releases.stop();
        records.stop();
        // It needs the database until its calls are over.
        await delivery?.stop();
        await close();
        await options.telemetry?.close();
      },
    };
  } catch (error) {
    await endAll(pools);
    throw error;
  }
}

function whyNotMigrated(code: string): string {
  return code === '55P03'
    ? 'A migration waited for a table that is in use, and gave up so that nobody waits behind it; start again.'
    : `The database cannot be used (${code || 'no answer'}).`;
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
          const { status } = problemOf(error);
          if (status >= 500)
            log({ event: 'verb.failed', verb: path.join('.'), status, ...describeError(error) });
          throw error;
        }
      },
    ],
    customErrorResponseBodyEncoder: problemOf,
    rootInterceptors: [
      // oRPC would send it as application/json, and without the headers that go with some.
      async ({ next }) => {
        const result = await next();
        if (result.matched && isORPCErrorStatus(result.response.status))
          throw new ProblemAnswer(problemSchema.parse(result.response.body));
        return result;
      },
    ],
  });
}

function listener(parts: Parts): Server {
  const server = createHttpServer(limits, (request, response) => {
    securityHeaders(response);
    logWhenDone(request, response, parts);
    serve(request, response, parts).catch((error: unknown) => {
      if (error instanceof ProblemAnswer) {
        if (error.problem.code === busy.code) turnAway(request, response, parts);
        else sendProblem(response, error.problem);
        return;
      }
      parts.log({ event: 'request.failed', ...describeError(error) });
      sendProblem(response, problemOf(error));
    });
  });
  server.maxConnections = MAX_SOCKETS;
  return server;
}

/**
 * RFC 9112 §3.2.1, by the letters of RFC 3986: what a URL parser would put right (backslashes, blanks, fragments) could be read
 * otherwise by a proxy in front. Not U+0000, which no key and no database holds.
 */
const ORIGIN_FORM = /^\/(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%(?!00)[0-9A-Fa-f]{2})*$/;

async function serve(request: IncomingMessage, response: ServerResponse, parts: Parts): Promise<void> {
  const { url = '' } = request;
  if (!ORIGIN_FORM.test(url)) {
    sendProblem(response, badRequest('the address is malformed'));
    return;
  }
  const target = new URL(`http://platform${url}`);
  const { pathname, searchParams } = target;
  if (isDeskPath(pathname)) {
    if (isDeskStyle(pathname)) sendDeskStyle(response);
    else
      await servePage(request, response, target, parts, (place) =>
        serveDeskPages(request, response, target, { ...parts, pool: place.pool, place }),
      );
    return;
  }
  const method = request.method ?? '';
  // Whoever has not its token does not learn that there is one.
  if (pathname === '/metrics' && parts.tokens.isMetrics(request.headers.authorization)) {
    if (method !== 'GET') refuseMethod(response, 'GET');
    else {
      const text = await parts.node.metrics.text();
      response.writeHead(200, { 'content-type': METRICS_TYPE, 'content-length': Buffer.byteLength(text) });
      response.end(text);
    }
    return;
  }
  const document = parts.documents.get(pathname);
  const isEvaluation = evaluationPaths.has(pathname);
  if (pathname === '/' || isEvaluation || document !== undefined) {
    if (method !== 'GET' && method !== 'HEAD') refuseMethod(response, 'GET, HEAD');
    else if (isEvaluation) {
      // It stands in nobody's line: it has a connection, and bounds, of its own.
      const { evaluations } = parts.node;
      if (!(await serveEvaluation(request, response, target, { ...parts, evaluations })))
        turnPageAway(request, response, target, parts);
    } else if (document === undefined)
      await servePage(request, response, target, parts, async ({ pool }) => {
        await serveDesk(request, response, searchParams, { ...parts, pool });
        return true;
      });
    else {
      response.writeHead(200, {
        'content-type': document.contentType,
        'content-length': Buffer.byteLength(document.text),
      });
      response.end(document.text);
    }
    return;
  }
  const route = parts.routes(method, pathname);
  switch (route.kind) {
    case 'call':
      await serveApi(request, response, { pathname, takes: route.takes }, parts);
      break;
    case 'wrong-method':
      refuseMethod(response, route.allow);
      break;
    case 'nothing':
      sendProblem(response, problem('NOT_FOUND', { detail: 'there is no such call' }));
      break;
    default: {
      const never: never = route;
      return never;
    }
  }
}

function refuseMethod(response: ServerResponse, allow: string): void {
  sendProblem(response, problem('METHOD_NOT_ALLOWED'), { allow });
}

/** A page of whoever works at a browser, in the line of those who wait; `serve` gives false when there is no room for it all the same. */
async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  parts: Parts,
  serveIn: (place: Place) => Promise<boolean>,
): Promise<void> {
  const place = parts.lanes.enter(request, { line: 'people', body: null });
  response.once('close', () => {
    parts.node.metrics.answered('desk', response.statusCode);
  });
  if (place === null) {
    turnPageAway(request, response, url, parts);
    return;
  }
  try {
    if (!(await serveIn(place))) turnPageAway(request, response, url, parts);
  } finally {
    place.leave();
  }
}

async function serveApi(
  request: IncomingMessage,
  response: ServerResponse,
  target: Target,
  parts: Parts,
): Promise<void> {
  const { catalogue, officeDays, codes, clock, node, lanes } = parts;
  const context = { catalogue, officeDays, codes, clock, node };
  // It says whether the node gets any requests at all: it waits in no line, and costs one look for all who ask.
  if (target.pathname === '/v1/health') {
    const caller = { kind: 'unknown' } as const;
    await handle(request, response, { ...context, pool: lanes.pools.upkeep, caller }, undefined, parts);
    return;
  }
  const wish = wishOf(request.method, target);
  const place = lanes.enter(request, wish);
  const span = tellRequest(request, response, { pathname: target.pathname, lane: wish.line }, parts);
  response.once('close', () => {
    node.metrics.answered(wish.line, response.statusCode);
  });
  if (place === null) {
    turnAway(request, response, parts);
    return;
  }
  try {
    const { pool } = place;
    const admitted = await admit(request, target, { ...parts, pool, place, body: wish.body });
    if (admitted.kind === 'problem') {
      if (admitted.problem === busy) turnAway(request, response, parts);
      else sendProblem(response, admitted.problem);
      return;
    }
    span?.admitted();
    const traced = span === null ? {} : { span: span.span };
    await handle(
      request,
      response,
      { ...context, pool, caller: admitted.caller, ...traced },
      admitted.body,
      parts,
    );
  } finally {
    place.leave();
  }
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  context: VerbContext,
  body: unknown,
  { handler }: Parts,
): Promise<void> {
  // oRPC takes a body that somebody has read from here.
  const { matched } = await handler.handle(Object.assign(request, { body }), response, { context });
  if (!matched) throw new Error('a call of the document that nobody serves');
}

function turnAway(request: IncomingMessage, response: ServerResponse, { random }: Parts): void {
  sendProblem(response, busy, busyHeaders(request, random));
}

function turnPageAway(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  { random, clock }: Parts,
): void {
  sendBusyPage(request, response, url, { nowMs: clock.now(), headers: busyHeaders(request, random) });
}

function busyHeaders(request: IncomingMessage, random: RandomUnit): Record<string, string> {
  return {
    'retry-after': String(retryAfterSeconds(random)),
    connection: isWorthDraining(request) ? 'keep-alive' : 'close',
  };
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
    /^\/(v1\/[a-z]{1,20}|norm\/[a-z.-]{1,40}|desk(?=$|[/?])|openapi\.json|(?=$|\?))/.exec(
      request.url ?? '',
    )?.[0] ?? 'other';
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
    server.listen(port, host, WAITING_TO_BE_ACCEPTED, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`;
}

function closer(server: Server, pools: LanePools, clock: Clock): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= new Promise<void>((resolve) => {
      const cancel = clock.after(CLOSE_GRACE_MS, () => server.closeAllConnections());
      server.close(() => {
        cancel();
        // A database that does not answer keeps nobody from stopping.
        void Promise.race([endAll(pools), sleep(clock, CLOSE_GRACE_MS)]).then(resolve);
      });
      server.closeIdleConnections();
    });
    return closing;
  };
}
