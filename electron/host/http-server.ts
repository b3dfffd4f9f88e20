import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from '#contract/ports.ts';
import type { ScreenNews } from '#contract/screen-news.ts';
import { ENTER_PATH, RPC_PATH, SCREEN_NEWS_PATH } from '#contract/transport.ts';
import { closerOf, refuseUpgrade } from '#door/end-connections.ts';
import { serveAsset, type ReadAsset } from '#terminal/api/assets.ts';
import { send } from '#door/send.ts';
import { takeScreenNews } from './screen-news.ts';
import type { Sessions } from './sessions.ts';

export interface HostServerOptions {
  readonly host: string;
  readonly port: number;
  readonly sessions: Sessions;
  readonly readAsset: ReadAsset;
  /** The page behind `/`, such as `/index.html`. */
  readonly startPage: string;
  /** One WebSocket message over this closes its connection, in bytes. */
  readonly maxMessageBytes: number;
  /** Called with each admitted connection. */
  readonly serveRpc: (socket: WebSocket) => void;
  /** What the session that shows the page tells of it; null: nobody does. */
  readonly onNews: ((news: ScreenNews) => void) | null;
  readonly refused: (reason: Refusal) => void;
  readonly clock: Clock;
}

export type Refusal = 'no-session' | 'foreign-origin' | 'foreign-host';

export interface HostServer {
  readonly url: string;
  /** Whether it answers just now, asked over its own address; any status is an answer. */
  answers(): Promise<boolean>;
  close(): Promise<void>;
}

/** Time limits of the http server, in milliseconds: our own page needs none of them. */
const HEADERS_WITHIN_MS = 5_000;
const REQUEST_WITHIN_MS = 10_000;
/** Of the server asked by itself. */
const ANSWERS_WITHIN_MS = 5_000;

/** Serves a page of the renderer and its API on one address, to whoever has a session. Rejects when the port cannot be had. */
export async function startHostServer(options: HostServerOptions): Promise<HostServer> {
  const server = createServer({ headersTimeout: HEADERS_WITHIN_MS, requestTimeout: REQUEST_WITHIN_MS });
  const close = closerOf(server);
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
  });
  const port = await listen(server, options.host, options.port);
  const url = `http://${options.host}:${port}`;

  server.on('request', (request, response) => {
    // A body that ends in the middle, by its sender or by the time limit: nobody is left to be answered.
    answer(request, response, url, options).catch(() => response.destroy());
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refuse = (status: string): void => {
      refuseUpgrade(socket, status, options.clock);
    };
    if (isForeignHost(request, url)) {
      options.refused('foreign-host');
      refuse('421 Misdirected Request');
    } else if (request.url !== RPC_PATH || !options.sessions.isOpen(request.headers.cookie)) {
      options.refused('no-session');
      refuse('401 Unauthorized');
    } else if (request.headers.origin !== url) {
      // A page of another origin that the same browser shows would bring our cookie along.
      options.refused('foreign-origin');
      refuse('403 Forbidden');
    } else {
      sockets.handleUpgrade(request, socket, head, options.serveRpc);
    }
  });

  return { url, answers: () => answers(url), close };
}

async function answers(url: string): Promise<boolean> {
  try {
    await (await fetch(url, { signal: AbortSignal.timeout(ANSWERS_WITHIN_MS) })).body?.cancel();
    return true;
  } catch {
    return false;
  }
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (typeof address === 'object' && address !== null) resolve(address.port);
      else reject(new Error('the server listens on no port'));
    });
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  url: string,
  options: HostServerOptions,
): Promise<void> {
  const target = URL.parse(request.url ?? '/', url);
  if (target === null || isForeignHost(request, url)) {
    send(response, target === null ? 400 : 421, {}, '');
    return;
  }
  if (target.pathname === ENTER_PATH) {
    enter(target, response, options.sessions);
    return;
  }
  if (target.pathname === SCREEN_NEWS_PATH && options.onNews !== null) {
    const { sessions, onNews } = options;
    await takeScreenNews(request, response, { isToken: sessions.isToken, onNews });
    return;
  }
  if (!options.sessions.isOpen(request.headers.cookie)) {
    send(response, 401, {}, '请使用本机打印的完整地址打开。 Open the whole address that was printed.');
    return;
  }
  const pathname = target.pathname === '/' ? options.startPage : target.pathname;
  const served = await serveAsset({ method: request.method ?? 'GET', pathname }, options.readAsset);
  response.writeHead(served.status, Object.fromEntries(served.headers));
  response.end(Buffer.from(await served.arrayBuffer()));
}

/** A name that somebody else's DNS points at this address (DNS rebinding) is not ours. */
function isForeignHost(request: IncomingMessage, url: string): boolean {
  return `http://${request.headers.host ?? ''}` !== url;
}

function enter(target: URL, response: ServerResponse, sessions: Sessions): void {
  const cookie = sessions.enter(target.searchParams.get('token'));
  if (cookie === null) {
    send(response, 401, {}, '地址中的口令不对。 The token in the address is wrong.');
    return;
  }
  // On to a page whose address holds no token: it stays out of history and referrers.
  send(response, 303, { location: '/', 'set-cookie': cookie }, '');
}
