import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { NetworkPath } from '#contract/technician-view.ts';
import { newAuthority } from '../../../tests/support/certificates.ts';
import { systemClock } from '../system-ports.ts';
import { checkNetworkPath } from './network-path.ts';

/** Each way in which a platform is not reached, over real sockets, and at which step it is told. */
async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
  });
  const address = server.address() as AddressInfo; // of a server that listens on a port
  return address.port;
}

const check = (url: string, authorities: string | null = null, limitMs = 2_000) =>
  checkNetworkPath({ url, authorities, clock: systemClock, limitMs });

/** `connect: platform.unreachable`, and `-` for what was not tried. */
const told = ({ steps }: NetworkPath): string[] =>
  steps.map(({ step, tookMs, fault }) => `${step}: ${tookMs === null ? '-' : (fault?.code ?? 'ok')}`);

it('tells each step of a platform that is there, without TLS and with it', async () => {
  const asked: string[] = [];
  const plain = createHttpServer((request, response) => {
    asked.push(request.url ?? '');
    response.end('{}');
  });
  const path = await check(`http://127.0.0.1:${await portOf(plain)}/under/`);
  expect(told(path)).toEqual(['resolve: ok', 'connect: ok', 'http: ok']);
  expect(asked).toEqual(['/under/v1/health']);

  const authority = await newAuthority();
  const issued = await authority.issue({ name: 'localhost', validDays: [-1, 1] });
  const secure = createHttpsServer(issued, (_request, response) => response.end('{}'));
  const secured = await check(`https://localhost:${await portOf(secure)}`, authority.pem);
  expect(told(secured)).toEqual(['resolve: ok', 'connect: ok', 'tls: ok', 'http: ok']);
});

it('tells a name that nobody knows', async () => {
  const path = await check('https://no-such-platform.invalid');
  expect(told(path)).toEqual(['resolve: platform.unreachable', 'connect: -', 'tls: -', 'http: -']);
  expect(path.steps[0]?.fault?.detail).toMatch(/^E/);
});

it('tells a port at which nobody listens', async () => {
  const server = createServer();
  const port = await portOf(server);
  await new Promise((resolve) => server.close(resolve));
  const path = await check(`http://127.0.0.1:${port}`);
  expect(told(path)).toEqual(['resolve: ok', 'connect: platform.unreachable', 'http: -']);
  expect(path.steps[1]?.fault?.detail).toBe('ECONNREFUSED');
});

it('tells a certificate of somebody else’s authority, and one that has ended', async () => {
  const ours = await newAuthority();
  for (const [authority, days] of [
    [await newAuthority(), [-1, 1]],
    [ours, [-3, -1]],
  ] as const) {
    const issued = await authority.issue({ name: 'localhost', validDays: days });
    const server = createHttpsServer(issued, (_request, response) => response.end('{}'));
    const path = await check(`https://localhost:${await portOf(server)}`, ours.pem);
    expect(told(path)).toEqual(['resolve: ok', 'connect: ok', 'tls: platform.untrusted', 'http: -']);
  }
});

it('tells a server that speaks no TLS', async () => {
  const server = createHttpServer((_request, response) => response.end('{}'));
  const path = await check(`https://127.0.0.1:${await portOf(server)}`);
  expect(told(path).slice(0, 3)).toEqual(['resolve: ok', 'connect: ok', 'tls: platform.unreachable']);
});

it('tells one that accepts and never answers, after the time limit', async () => {
  const server = createServer((socket) => {
    onTestFinished(() => {
      socket.destroy();
    });
  });
  const path = await check(`http://127.0.0.1:${await portOf(server)}`, null, 200);
  expect(told(path)).toEqual(['resolve: ok', 'connect: ok', 'http: platform.timeout']);
});

it('tells one that hangs up, one that is no HTTP, and each answer that is not the platform’s', async () => {
  const hangs = createServer((socket) => socket.destroy());
  expect(told(await check(`http://127.0.0.1:${await portOf(hangs)}`)).at(-1)).toMatch(
    /: platform\.unreachable$/,
  );
  const speaks = createServer((socket) => socket.end('220 mail.example ESMTP\r\n\r\n'));
  expect(told(await check(`http://127.0.0.1:${await portOf(speaks)}`)).at(-1)).toBe(
    'http: platform.nonsense',
  );
  for (const [status, code] of [
    [302, 'platform.redirected'],
    [429, 'platform.busy'],
    [404, 'platform.failed'],
    [500, 'platform.failed'],
  ] as const) {
    const server = createHttpServer((_request, response) => {
      response.statusCode = status;
      response.end();
    });
    const path = await check(`http://127.0.0.1:${await portOf(server)}`);
    expect(told(path).at(-1)).toBe(`http: ${code}`);
    expect(path.steps.at(-1)?.fault?.detail).toBe(`HTTP ${status}`);
  }
});
