import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { LanSettings } from '#config/schema.ts';
import type { Browser } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import {
  CLOSE_SIGNED_OUT,
  RPC_PATH,
  SIGN_IN_PATH,
  SIGN_OUT_PATH,
  TECHNICIAN_PAGE,
} from '#contract/transport.ts';
import { serveAsset, type ReadAsset } from '#terminal/api/assets.ts';
import type { Access, Guest } from '#terminal/access/access.ts';
import type { Log } from '#terminal/log.ts';
import { closerOf, refuseUpgrade } from '../end-connections.ts';
import { send } from '../send.ts';
import { cookieOf, doorCookies, dropCookie, setCookie } from './cookies.ts';
import type { MemberDoor } from './member-door.ts';
import { KNOCK_STYLE_PATH, knockPage, knockStyle } from './knock-page.ts';
import { readSignIn } from './sign-in-request.ts';
import type { StationCertificate } from './station-certificate.ts';

/** All time limits of the door, in milliseconds. */
export const doorDelays = {
  handshakeMs: 10_000,
  headersMs: 5_000,
  requestMs: 10_000,
  /** A browser that was switched off says no good-bye; what does not answer twice is gone. */
  pingEveryMs: 20_000,
} as const;

/** All that one door holds at a time: thirty browsers with a few connections each. */
export const doorLimits = {
  connections: 200,
  connectionsOfOneAddress: 40,
  apiOfOneBrowser: 6,
  headerBytes: 8_192,
} as const;

export interface DoorOptions {
  readonly settings: Pick<LanSettings, 'host' | 'port' | 'names'>;
  readonly certificate: StationCertificate;
  readonly access: Access;
  readonly readAsset: ReadAsset;
  /** The page behind `/`, by what the browser was let in as. */
  readonly startPages: Readonly<Record<Exclude<Browser['kind'], 'member'>, string>>;
  /** One WebSocket message over this closes its connection, in bytes. */
  readonly maxMessageBytes: number;
  readonly serveRpc: (socket: WebSocket, guest: Guest) => void;
  /** Absent: the station's other terminals are not answered. */
  readonly serveMember?: MemberDoor;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Door {
  readonly port: number;
  /** By its first name. */
  readonly url: string;
  /** For connections from now on. */
  useCertificate(certificate: Pick<StationCertificate, 'cert' | 'key'>): void;
  close(): Promise<void>;
}

interface ApiConnection {
  readonly socket: WebSocket;
  readonly guest: Guest;
  isAlive: boolean;
}

/** Opens the door in the station's network. Faults: `lan.port-busy`, `lan.cannot-listen`. */
export async function openDoor(options: DoorOptions): Promise<Result<Door, Fault>> {
  const { settings, access, clock, log } = options;
  const server = createServer({
    cert: options.certificate.cert,
    key: options.certificate.key,
    minVersion: 'TLSv1.2',
    handshakeTimeout: doorDelays.handshakeMs,
    headersTimeout: doorDelays.headersMs,
    requestTimeout: doorDelays.requestMs,
    maxHeaderSize: doorLimits.headerBytes,
  });
  server.maxConnections = doorLimits.connections;
  const close = closerOf(server);
  limitByAddress(server, (address) => {
    access.refusals.add('too-many', address, 'connection');
  });
  const listening = await listen(server, settings);
  if (!listening.ok) return listening;
  const port = listening.value;
  // What cannot be accepted (no more file handles) ends nothing: the door is open all the same.
  server.on('error', (error) => {
    log({ level: 'error', event: 'lan.trouble', detail: String(error) });
  });
  const hosts = new Set(settings.names.map((name) => (port === 443 ? name : `${name}:${port}`)));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
  });
  const connections = new Set<ApiConnection>();

  server.on('request', (request, response) => {
    // Whatever goes wrong with one request ends that one: nobody at the door ends the terminal.
    answer(request, response, hosts, options).catch((error: unknown) => {
      log({ level: 'error', event: 'lan.trouble', detail: String(error) });
      response.destroy();
    });
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const judged = judgeUpgrade(request, hosts, access);
    if ('refuse' in judged) {
      refuseUpgrade(socket, judged.refuse, clock);
      return;
    }
    const { guest } = judged;
    if (ofBrowser(guest).length >= doorLimits.apiOfOneBrowser) {
      access.refusals.add('too-many', guest.browser.name, RPC_PATH);
      refuseUpgrade(socket, '503 Service Unavailable', clock);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (upgraded) => {
      admitted(upgraded, guest);
    });
  });

  function ofBrowser({ browserHash }: Guest): ApiConnection[] {
    return [...connections].filter(({ guest }) => guest.browserHash.equals(browserHash));
  }

  function admitted(socket: WebSocket, guest: Guest): void {
    const connection = { socket, guest, isAlive: true };
    connections.add(connection);
    socket.on('pong', () => {
      connection.isAlive = true;
    });
    socket.on('close', () => {
      connections.delete(connection);
    });
    options.serveRpc(socket, guest);
  }

  const stopListening = access.changes.subscribe(() => {
    for (const { socket, guest } of connections) {
      if (!access.isStillIn(guest)) socket.close(CLOSE_SIGNED_OUT);
    }
  });
  let cancelPing = clock.after(doorDelays.pingEveryMs, ping);
  function ping(): void {
    for (const connection of connections) {
      if (!connection.isAlive) connection.socket.terminate();
      connection.isAlive = false;
      connection.socket.ping();
    }
    cancelPing = clock.after(doorDelays.pingEveryMs, ping);
  }

  return ok({
    port,
    url: `https://${[...hosts][0] ?? ''}`,
    useCertificate: ({ cert, key }) => {
      server.setSecureContext({ cert, key, minVersion: 'TLSv1.2' });
    },
    close: () => {
      cancelPing();
      stopListening();
      return close();
    },
  });
}

function listen(
  server: Server,
  { host, port }: Pick<LanSettings, 'host' | 'port'>,
): Promise<Result<number, Fault>> {
  return new Promise((resolve) => {
    const failed = (error: NodeJS.ErrnoException): void => {
      const code = error.code ?? error.message;
      const where = `${host}:${port}`;
      resolve(
        err(
          code === 'EADDRINUSE'
            ? fault('lan.port-busy', where)
            : fault('lan.cannot-listen', `${code} ${where}`),
        ),
      );
    };
    server.once('error', failed);
    server.listen(port, host, () => {
      server.off('error', failed);
      const address = server.address();
      resolve(ok(typeof address === 'object' && address !== null ? address.port : port));
    });
  });
}

/** Before TLS: a handshake costs us more than it costs whoever asks for it. */
function limitByAddress(server: Server, onTooMany: (address: string) => void): void {
  const open = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? 'unknown';
    const count = (open.get(address) ?? 0) + 1;
    if (count > doorLimits.connectionsOfOneAddress) {
      onTooMany(address);
      socket.destroy();
      return;
    }
    open.set(address, count);
    socket.once('close', () => {
      const left = (open.get(address) ?? 1) - 1;
      if (left === 0) open.delete(address);
      else open.set(address, left);
    });
  });
}

function judgeUpgrade(
  request: IncomingMessage,
  hosts: ReadonlySet<string>,
  access: Access,
): { readonly guest: Guest } | { readonly refuse: string } {
  const from = addressOf(request);
  if (!isOurHost(request, hosts)) {
    access.refusals.add('foreign-host', from, RPC_PATH);
    return { refuse: '421 Misdirected Request' };
  }
  // A page of another origin that the same browser shows would bring our cookies along.
  if (!isOurOrigin(request)) {
    access.refusals.add('foreign-origin', from, RPC_PATH);
    return { refuse: '403 Forbidden' };
  }
  const arrival = access.arrive(
    cookieOf(doorCookies.browser, request.headers.cookie),
    cookieOf(doorCookies.session, request.headers.cookie),
  );
  if (arrival.kind === 'refused') {
    access.refusals.add(arrival.refusal, from, RPC_PATH);
    return { refuse: '401 Unauthorized' };
  }
  if (arrival.guest.browser.kind === 'member') {
    access.refusals.add('another-role', arrival.guest.browser.name, RPC_PATH);
    return { refuse: '403 Forbidden' };
  }
  if (request.url !== RPC_PATH) return { refuse: '404 Not Found' };
  if (arrival.refusal !== null) {
    access.refusals.add(arrival.refusal, arrival.guest.browser.name, RPC_PATH);
    return { refuse: '401 Unauthorized' };
  }
  return { guest: arrival.guest };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: ReadonlySet<string>,
  options: DoorOptions,
): Promise<void> {
  const { access } = options;
  const target = URL.parse(request.url ?? '/', 'https://door.invalid');
  if (target === null) return send(response, 400, {}, '');
  const path = target.pathname;
  // Before the name is looked at: no browser brings a member's admission along, whatever leads it here.
  const served = options.serveMember?.(request, response, path) ?? null;
  if (served !== null) return served;
  if (!isOurHost(request, hosts)) {
    access.refusals.add('foreign-host', addressOf(request), path);
    return send(response, 421, {}, '');
  }
  if (path === KNOCK_STYLE_PATH)
    return send(response, 200, { 'content-type': 'text/css; charset=utf-8' }, knockStyle);
  const arrival = access.arrive(
    cookieOf(doorCookies.browser, request.headers.cookie),
    cookieOf(doorCookies.session, request.headers.cookie),
  );
  if (arrival.kind === 'refused') return refuseStranger(request, response, path, arrival.refusal, access);
  const { guest } = arrival;
  if (arrival.refusal !== null) {
    access.refusals.add(arrival.refusal, guest.browser.name, path);
    // What it is will not become true again: the browser forgets it.
    response.appendHeader('set-cookie', dropCookie(doorCookies.session));
  }
  if (path === SIGN_IN_PATH || path === SIGN_OUT_PATH) return sign(request, response, path, guest, access);
  return page(request, response, path, guest, options);
}

/** Nobody knows it: it gets the page with its code, or nothing. */
function refuseStranger(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  refusal: 'no-admission' | 'admission-revoked',
  access: Access,
): void {
  const isPage = path === '/' && request.method === 'GET';
  // A browser that waits comes again every few seconds, as it should.
  if (!isPage || refusal === 'admission-revoked') access.refusals.add(refusal, addressOf(request), path);
  if (!isPage) {
    send(response, 401, {}, '');
    return;
  }
  const knocked = cookieOf(doorCookies.knock, request.headers.cookie);
  const token = access.browsers.collect(knocked);
  if (token !== null) {
    response.appendHeader('set-cookie', setCookie(doorCookies.browser, token, true));
    response.appendHeader('set-cookie', dropCookie(doorCookies.knock));
    send(response, 303, { location: '/' }, '');
    return;
  }
  const knock = access.browsers.knock(knocked, addressOf(request));
  response.appendHeader('set-cookie', setCookie(doorCookies.knock, knock.token, false));
  if (refusal === 'admission-revoked') response.appendHeader('set-cookie', dropCookie(doorCookies.browser));
  send(response, 401, { 'content-type': 'text/html; charset=utf-8' }, knockPage(knock.code));
}

async function sign(
  request: IncomingMessage,
  response: ServerResponse,
  path: typeof SIGN_IN_PATH | typeof SIGN_OUT_PATH,
  guest: Guest,
  access: Access,
): Promise<void> {
  if (request.method !== 'POST') return send(response, 405, { allow: 'POST' }, '');
  const refuse = (
    why: 'foreign-origin' | 'another-role' | 'malformed' | 'too-large',
    status: number,
  ): void => {
    access.refusals.add(why, guest.browser.name, path);
    // What is still to come of the body is not waited for.
    send(response, status, { connection: 'close' }, '');
  };
  if (!isOurOrigin(request)) return refuse('foreign-origin', 403);
  if (path === SIGN_OUT_PATH) {
    const done = access.signOut(guest);
    response.appendHeader('set-cookie', dropCookie(doorCookies.session));
    return sendJson(response, done);
  }
  if (guest.browser.kind !== 'window') return refuse('another-role', 403);
  const given = await readSignIn(request);
  if (given === 'too-large') return refuse(given, 413);
  if (given === 'malformed') return refuse(given, 400);
  const signedIn = await access.signIn(guest, given);
  if (!signedIn.ok) return sendJson(response, signedIn);
  response.appendHeader('set-cookie', setCookie(doorCookies.session, signedIn.value, false));
  return sendJson(response, ok(null));
}

/** Its own start page and what that loads: the other pages are other people's. */
async function page(
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  { browser }: Guest,
  options: DoorOptions,
): Promise<void> {
  if (browser.kind === 'member') {
    options.access.refusals.add('another-role', browser.name, path);
    return send(response, 403, {}, '');
  }
  let pathname = path;
  if (path === '/') {
    pathname = options.startPages[browser.kind];
    const token = cookieOf(doorCookies.browser, request.headers.cookie);
    if (token !== null) response.appendHeader('set-cookie', setCookie(doorCookies.browser, token, true));
  } else if (!path.startsWith('/assets/') && !isTechnicians(path, browser.kind)) {
    return send(response, 404, {}, '');
  }
  const served = await serveAsset({ method: request.method ?? 'GET', pathname }, options.readAsset);
  response.writeHead(served.status, Object.fromEntries(served.headers));
  response.end(Buffer.from(await served.arrayBuffer()));
}

/** A name that somebody else's DNS points at this address (DNS rebinding) is not ours. */
function isOurHost(request: IncomingMessage, hosts: ReadonlySet<string>): boolean {
  return hosts.has(request.headers.host ?? '');
}

/** Behind `isOurHost`. */
function isOurOrigin(request: IncomingMessage): boolean {
  return request.headers.origin === `https://${request.headers.host ?? ''}`;
}

function addressOf(request: IncomingMessage): string {
  return request.socket.remoteAddress ?? 'unknown';
}

function sendJson(response: ServerResponse, result: Result<null, Fault>): void {
  const said = result.ok ? { ok: true } : { ok: false, fault: { code: result.fault.code } };
  send(response, 200, { 'content-type': 'application/json; charset=utf-8' }, JSON.stringify(said));
}

/** The other page of a window's computer. What it shows is for who signs in there as a technician. */
function isTechnicians(path: string, kind: Guest['browser']['kind']): boolean {
  return path === TECHNICIAN_PAGE && kind === 'window';
}
