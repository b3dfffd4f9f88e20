import { lookup } from 'node:dns/promises';
import { request } from 'node:http';
import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { NetworkPath, networkSteps } from '#contract/technician-view.ts';
import { lineFault } from '../outbox/platform-transport.ts';

/** What nobody answers within this time is told as a timeout, for each step by itself, in milliseconds. */
export const networkStepLimitMs = 5_000;

/** Headers of an answer; ours need a few hundred bytes. */
const MAX_HEADER_BYTES = 16_384;
const HEALTH_PATH = '/v1/health';

export interface NetworkPathPorts {
  /** Of the platform, as the configuration has it. */
  readonly url: string;
  /** PEM certificates of the authorities that may vouch for it; null: the well-known ones. */
  readonly authorities: string | null;
  readonly clock: Clock;
  readonly limitMs: number;
}

type StepName = (typeof networkSteps)[number];

/**
 * The way to the platform, step by step over a connection of its own, so that what is said is of now: its name, its address, its
 * certificate, its answer. Each with its time, or with its failure by name; behind a failure nothing is tried.
 */
export async function checkNetworkPath(ports: NetworkPathPorts): Promise<NetworkPath> {
  const { clock } = ports;
  const url = new URL(ports.url);
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const steps: NetworkPath['steps'] = [];
  const sockets: Socket[] = [];
  let isBroken = false;

  /** Null when it failed, or something before it. */
  async function step<T>(name: StepName, work: () => Promise<Result<T, Fault>>): Promise<T | null> {
    if (isBroken) {
      steps.push({ step: name, tookMs: null, fault: null });
      return null;
    }
    const beganMs = clock.monotonicMs();
    const done = await within(work(), ports);
    const tookMs = Math.max(0, Math.round(clock.monotonicMs() - beganMs));
    steps.push({ step: name, tookMs, fault: done.ok ? null : done.fault });
    isBroken = !done.ok;
    return done.ok ? done.value : null;
  }

  const address = await step('resolve', async () => {
    try {
      return ok((await lookup(host)).address);
    } catch (error) {
      return err(faultOf(error));
    }
  });
  const socket = await step('connect', () =>
    opened(sockets, () => connect({ host: address ?? host, port }), 'connect'),
  );
  const secured = isSecure
    ? await step('tls', () =>
        opened(
          sockets,
          () =>
            connectTls({
              ...(socket === null ? {} : { socket }),
              ...(isIP(host) === 0 ? { servername: host } : {}),
              host,
              ...(ports.authorities === null ? {} : { ca: ports.authorities }),
            }),
          'secureConnect',
        ),
      )
    : socket;
  await step('http', () => asked(secured, { host: url.host, path: healthPathOf(url) }));
  for (const open of sockets) open.destroy();
  return { atMs: clock.now(), origin: `${url.protocol}//${host}:${port}`, steps };
}

function healthPathOf(url: URL): string {
  return `${url.pathname.replace(/\/$/, '')}${HEALTH_PATH}`;
}

function opened(
  all: Socket[],
  open: () => Socket,
  event: 'connect' | 'secureConnect',
): Promise<Result<Socket, Fault>> {
  return new Promise((resolve) => {
    const socket = open();
    all.push(socket);
    socket.once(event, () => {
      resolve(ok(socket));
    });
    // Stays: what goes wrong behind it is the next step's.
    socket.on('error', (error) => {
      resolve(err(faultOf(error)));
    });
    socket.once('close', () => {
      resolve(err(fault('platform.unreachable', 'the connection was closed')));
    });
  });
}

function asked(
  socket: Socket | null,
  { host, path }: { readonly host: string; readonly path: string },
): Promise<Result<null, Fault>> {
  return new Promise((resolve) => {
    if (socket === null) {
      resolve(err(fault('platform.unreachable')));
      return;
    }
    const asking = request({
      createConnection: () => socket,
      path,
      headers: { host, accept: 'application/json', connection: 'close' },
      maxHeaderSize: MAX_HEADER_BYTES,
    });
    asking.once('response', ({ statusCode }) => {
      const isWell = statusCode === 200;
      resolve(isWell ? ok(null) : err(fault(faultOfStatus(statusCode ?? 0), `HTTP ${statusCode ?? 0}`)));
    });
    asking.once('error', (error) => {
      const isNoHttp = 'code' in error && String(error.code).startsWith('HPE_');
      resolve(err(isNoHttp ? fault('platform.nonsense', 'no HTTP') : faultOf(error)));
    });
    asking.end();
  });
}

function faultOfStatus(status: number): Fault['code'] {
  if (status >= 300 && status < 400) return 'platform.redirected';
  return status === 429 || status === 503 ? 'platform.busy' : 'platform.failed';
}

function faultOf(error: unknown): Fault {
  return lineFault(new Error('no connection', { cause: error }));
}

function within<T>(
  work: Promise<Result<T, Fault>>,
  { clock, limitMs }: NetworkPathPorts,
): Promise<Result<T, Fault>> {
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, () => {
      resolve(err(fault('platform.timeout', `nobody answered within ${limitMs / 1000} s`)));
    });
    void work.then((done) => {
      cancel();
      resolve(done);
    });
  });
}
