import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { LogLine } from '../log.ts';
import { createPlatformTransport } from './platform-transport.ts';
import { toldTransport } from './told-transport.ts';

it('tells method, kind, answer and time of each request, and nothing of whose it is', async () => {
  const lines: LogLine[] = [];
  const server = createServer((_request, response) => {
    response.statusCode = 404;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // of a server that listens on a port
  const own = createPlatformTransport(null);
  onTestFinished(() => {
    own.destroy();
    server.close();
  });
  const transport = toldTransport(own, (line) => lines.push(line), new SimulatedClock());
  const url = `http://127.0.0.1:${port}/v1/cases/9999012026112200017?code=ABCD`;
  expect((await transport.fetch(url, { method: 'PUT' })).status).toBe(404);
  await new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  await expect(transport.fetch(url, {})).rejects.toThrow('fetch failed');
  expect(lines).toEqual([
    { level: 'debug', event: 'platform.call', detail: 'PUT /v1/cases 404 0 ms' },
    {
      level: 'debug',
      event: 'platform.call',
      code: 'platform.unreachable',
      detail: 'GET /v1/cases no answer 0 ms',
    },
  ]);
});
