import { createServer, type ServerResponse } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterEach, expect, test } from 'vitest';
import { send, type Visit } from './answer.ts';

const PIECE = new Uint8Array(65_536);
const stops: (() => void)[] = [];
afterEach(() => stops.splice(0).forEach((stop) => stop()));

/** A file without end, asked for by somebody; `pieces`: how many were made, `ended`: when it is given up. */
async function askForFile(unreadMs: number) {
  let pieces = 0;
  const { promise: asked, resolve: isAsked } = Promise.withResolvers<{
    readonly response: ServerResponse;
    readonly ended: Promise<void>;
  }>();
  async function* endless() {
    for (;;) {
      pieces += 1;
      yield await Promise.resolve(PIECE);
    }
  }
  // Of a visit nothing else is looked at for a file.
  const visit = { isNewBrowser: false } as unknown as Visit;
  const server = createServer((_request, response) => {
    const file = { kind: 'file', type: 'text/csv', bytes: endless() } as const;
    isAsked({ response, ended: send(response, visit, file, unreadMs) });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo; // a TCP port
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined);
  stops.push(() => {
    socket.destroy();
    server.close();
  });
  socket.write('GET / HTTP/1.1\r\nHost: desk\r\n\r\n');
  return { socket, pieces: () => pieces, ...(await asked) };
}

test('a file that nobody reads is given up', async () => {
  const { socket, ended, response } = await askForFile(200);
  socket.pause();
  await ended;
  expect(response.destroyed).toBe(true);
});

test('a file that is read slowly is sent on, and each wait leaves nothing behind', async () => {
  const { socket, pieces, response } = await askForFile(60_000);
  const before = response.listenerCount('close');
  let most = 0;
  socket.on('data', () => (most = Math.max(most, response.listenerCount('close'))));
  await expect.poll(pieces, { timeout: 20_000 }).toBeGreaterThan(200);
  expect(most).toBeLessThanOrEqual(before + 1);
});
