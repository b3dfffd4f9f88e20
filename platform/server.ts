import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { OpenAPIHandler } from '@orpc/openapi/node';
import type pg from 'pg';
import type { Clock } from '#contract/ports.ts';
import { watchAbandoned } from './attachments/forget-abandoned.ts';
import { loadCatalogue, type Catalogue } from './catalogue/load-catalogue.ts';
import { noCodes, type CodeResolver } from './codes/code-resolver.ts';
import { connect } from './database/connect.ts';
import { migrate, migrationsDir } from './database/migrate.ts';
import { serveDesk } from './desk/desk-handler.ts';
import { isDeskPath, serveDeskPages } from './desk/serve-desk.ts';
import { admit } from './http/admit.ts';
import { norms } from './http/norms.ts';
import { openApiDocument } from './http/openapi.ts';
import { problem, sendProblem, toContractError } from './http/problem.ts';
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
} as const;

interface Parts {
  readonly pool: pg.Pool;
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
  const pool = connect(options.databaseUrl);
  try {
    const migrated = await migrate(pool, migrationsDir).catch((error: unknown) => {
      throw new Error(`The database cannot be used (${errorCode(error) || 'no answer'}).`, { cause: error });
    });
    if (!migrated.ok) throw new Error(migrated.fault.detail ?? migrated.fault.code);
    const server = listener({
      pool,
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
    const abandoned = watchAbandoned(pool, options.clock, log);
    const stopSweeping = keepNoncesFew(pool, options.clock, log);
    const close = closer(server, pool, options.clock);
    return {
      url,
      close: () => {
        abandoned.stop();
        stopSweeping();
        return close();
      },
    };
  } catch (error) {
    await pool.end();
    throw error;
  }
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
    await serveDesk(request, response, url.searchParams, parts);
    return;
  }
  if (isDeskPath(url.pathname)) {
    await serveDeskPages(request, response, url, parts);
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
  const admitted = await admit(request, pathname, parts);
  if (admitted.kind === 'problem') {
    // What is left of the body is not read.
    if (hasBody(request)) response.setHeader('connection', 'close');
    sendProblem(response, admitted.problem);
    return;
  }
  const { pool, catalogue, codes, clock } = parts;
  // oRPC takes a body that somebody has read from here.
  const { matched } = await parts.handler.handle(Object.assign(request, { body: admitted.body }), response, {
    context: { pool, catalogue, codes, clock, caller: admitted.caller },
  });
  if (!matched) sendProblem(response, problem('NOT_FOUND', 404, 'There is no such call'));
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
    /^\/(v1\/[a-z]{1,20}|norm\/[a-z.]{1,40}|desk(?=$|[/?])|openapi\.json|(?=$|\?))/.exec(
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
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${String(bound)}`;
}

function closer(server: Server, pool: pg.Pool, clock: Clock): () => Promise<void> {
  let closing: Promise<void> | undefined;
  return () => {
    closing ??= new Promise<void>((resolve) => {
      const cancel = clock.after(limits.closeGraceMs, () => server.closeAllConnections());
      server.close(() => {
        cancel();
        pool.end().then(resolve, resolve);
      });
      server.closeIdleConnections();
    });
    return closing;
  };
}
