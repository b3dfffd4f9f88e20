import { createServer, type Server } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import type { Clock } from '#contract/ports.ts';
import { createPlatformTransport } from '../outbox/platform-transport.ts';
import { systemClock } from '../system-ports.ts';
import { checkNetwork } from './check-network.ts';

const servers: { close(done: () => void): unknown }[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(resolve))));
});

async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

async function look(url: string, clock: Clock = systemClock) {
  const transport = createPlatformTransport(null);
  const seen = await checkNetwork({ url, transport, clock });
  transport.destroy();
  return { ...seen, states: seen.stages.map(({ state, code }) => code ?? state) };
}

/** Answers as a platform does, by a clock of its own. */
const platformAt = (nowMs: number, body = '{"status":"ok"}') =>
  createServer((_request, response) => {
    response.setHeader('date', new Date(nowMs).toUTCString());
    response.setHeader('connection', 'close');
    response.end(body);
  });

test('a platform that answers is good at every stage, and its Date says how far it is ahead', async () => {
  const nowMs = Date.UTC(2026, 10, 22, 8);
  const port = await listening(platformAt(nowMs + 3_600_000));
  const seen = await look(`http://127.0.0.1:${String(port)}`, { ...systemClock, now: () => nowMs });
  expect(seen.states).toEqual(['good', 'good', 'good', 'good']);
  // The middle of the second that it says.
  expect(seen.answered).toEqual({ aheadMs: 3_600_500 });
});

test('a name that nobody has ends at the first stage', async () => {
  // RFC 6761: never resolves.
  const { states } = await look('https://platform.invalid');
  expect(states).toEqual(['network.name-unknown', 'not-tried', 'not-tried', 'not-tried']);
});

test('a port at which nobody listens is said as that', async () => {
  const server = createTcpServer();
  const port = await listening(server);
  await new Promise<void>((resolve) => servers.pop()?.close(resolve));
  expect((await look(`http://127.0.0.1:${String(port)}`)).states).toEqual([
    'good',
    'network.refused',
    'not-tried',
    'not-tried',
  ]);
});

test('a machine that ends each connection has no platform, and nothing is said of its certificate', async () => {
  const port = await listening(
    createTcpServer((socket) => {
      socket.destroy();
    }),
  );
  const { states, answered } = await look(`https://127.0.0.1:${String(port)}`);
  expect(states).toEqual(['good', 'good', 'not-tried', 'platform.unreachable']);
  expect(answered).toBeNull();
});

test.each([
  ['a hotel’s page', 200, '<html>Welcome</html>', 'platform.nonsense'],
  ['a page without an end', 200, 'x'.repeat(100_000), 'platform.nonsense'],
  ['a way to somewhere else', 302, '', 'platform.redirected'],
  ['a proxy without a platform behind it', 502, '', 'platform.failed'],
])('%s is no platform', async (_what, status, body, code) => {
  const port = await listening(
    createServer((_request, response) => {
      response.writeHead(status, { connection: 'close', location: 'http://other.example/' });
      response.end(body);
    }),
  );
  expect((await look(`http://127.0.0.1:${String(port)}`)).states.at(-1)).toBe(code);
});
