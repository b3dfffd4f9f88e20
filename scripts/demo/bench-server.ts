import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { ENTER_PATH, RPC_PATH } from '#contract/transport.ts';
import { securityHeaders, serveAsset, type ReadAsset } from '#terminal/api/assets.ts';
import type { Bench } from './bench.ts';
import { benchRouter } from './bench-router.ts';

/** A browser sends cookies to every port of a host: another name than the resident's screen has. */
export const BENCH_COOKIE = 'yizhan_bench';
const BENCH_PAGE = '/bench.html';
/** The largest call names one person. */
const MAX_MESSAGE_BYTES = 16_384;
const HEADERS_WITHIN_MS = 5_000;
const REQUEST_WITHIN_MS = 10_000;

export interface BenchServer {
  readonly url: string;
  /** The address with its token, to open in a browser. */
  readonly entry: string;
  close(): Promise<void>;
}

/** Serves the device bench's page and API on loopback. Rejects when the port cannot be had. */
export async function startBenchServer(options: {
  bench: Bench;
  port: number;
  token: string;
  readAsset: ReadAsset;
}): Promise<BenchServer> {
  const { token, readAsset } = options;
  const server = createServer({ headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS });
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const handler = new RPCHandler(benchRouter(options.bench));
  const url = `http://127.0.0.1:${await listen(server, options.port)}`;
  // Derived, so that a page that is open over a restart of the station stays in.
  const session = digest(`bench session ${token}`).toString('base64url');

  server.on('request', (request, response) => {
    void answer(request, response);
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== RPC_PATH || !isOpen(request)) refuse(socket, '401 Unauthorized');
    else if (request.headers.origin !== url) refuse(socket, '403 Forbidden');
    else {
      sockets.handleUpgrade(request, socket, head, (client) => {
        // An oversized or broken frame: ws closes the connection itself, and the page connects anew.
        client.on('error', () => undefined);
        void handler.upgrade(client);
      });
    }
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const target = URL.parse(request.url ?? '/', url);
    if (target === null) {
      send(response, 400, {}, 'Bad Request');
    } else if (target.pathname === ENTER_PATH) {
      enter(target.searchParams.get('token'), response);
    } else if (!isOpen(request)) {
      send(response, 401, {}, '请使用启动时打印的完整地址打开。 Open the whole address that was printed.');
    } else {
      if (target.pathname === '/') target.pathname = BENCH_PAGE;
      const served = await serveAsset(new Request(target, { method: request.method ?? 'GET' }), readAsset);
      response.writeHead(served.status, Object.fromEntries(served.headers));
      response.end(Buffer.from(await served.arrayBuffer()));
    }
  }

  function enter(given: string | null, response: ServerResponse): void {
    if (given === null || !timingSafeEqual(digest(given), digest(token))) {
      send(response, 401, {}, '地址中的口令不对。 The token in the address is wrong.');
      return;
    }
    const cookie = `${BENCH_COOKIE}=${session}; HttpOnly; SameSite=Strict; Path=/`;
    send(response, 303, { location: '/', 'set-cookie': cookie }, '');
  }

  function isOpen(request: IncomingMessage): boolean {
    const cookies = (request.headers.cookie ?? '').split(';').map((pair) => pair.trim());
    const given = cookies.find((pair) => pair.startsWith(`${BENCH_COOKIE}=`));
    return (
      given !== undefined &&
      timingSafeEqual(digest(given.slice(BENCH_COOKIE.length + 1)), digest(session)) &&
      `http://${request.headers.host}` === url
    );
  }

  return {
    url,
    entry: `${url}${ENTER_PATH}?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        for (const client of sockets.clients) client.terminate();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the bench listens on no port'));
    });
  });
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function send(response: ServerResponse, status: number, headers: Record<string, string>, body: string): void {
  response.writeHead(status, {
    ...securityHeaders,
    'cache-control': 'no-store',
    'content-type': 'text/plain; charset=utf-8',
    ...headers,
  });
  response.end(body);
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
