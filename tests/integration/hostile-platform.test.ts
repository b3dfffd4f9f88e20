/**
 * What an address that should be the platform may do instead of answering: the client names it, in bounded
 * time and memory. What becomes of the row then is in platform-answers.test.ts.
 */
import { createServer, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPlatformClient, type WholePlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';
import { newAuthority, type Authority, type Issued } from '../support/certificates.ts';
import { unsigned } from '../support/enrolment.ts';

const KEY = { applicationId: '018f0000-0000-7000-8000-000000000001', revision: 1 };
const TIMEOUT_MS = 700;
const GOOD_DAYS = [-1, 1] as const;

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanUps.splice(0)) await clean();
});

async function listening(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  cleanUps.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port; // it listens on TCP
}

function clientOf(url: string, trusted: string | null = null): WholePlatformClient {
  const client = createPlatformClient({
    url,
    signing: unsigned,
    timeoutMs: TIMEOUT_MS,
    transport: createPlatformTransport(trusted),
  });
  cleanUps.push(() => client.close());
  return client;
}

async function faultOf(client: WholePlatformClient) {
  const found = await client.find(KEY);
  return found.ok ? null : found.fault;
}

async function faultFrom(answer: RequestListener) {
  return faultOf(clientOf(`http://127.0.0.1:${await listening(createServer(answer))}`));
}

const alive: RequestListener = (_request, response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ status: 'ok', time: '2026-11-21T00:00:00Z' }));
};

describe('a certificate', () => {
  let district: Authority;
  let stranger: Authority;
  beforeAll(async () => {
    [district, stranger] = await Promise.all([newAuthority(), newAuthority()]);
  });

  async function clientTo(
    issued: Issued,
    trusted: string | null = district.pem,
  ): Promise<WholePlatformClient> {
    const port = await listening(createTlsServer(issued, alive));
    return clientOf(`https://localhost:${port}`, trusted);
  }

  it('of the district’s own authority is trusted', async () => {
    const client = await clientTo(await district.issue({ name: 'localhost', validDays: GOOD_DAYS }));
    expect(await client.isAlive()).toEqual({ ok: true, value: null });
  });

  it('that has expired is not', async () => {
    const client = await clientTo(await district.issue({ name: 'localhost', validDays: [-3, -2] }));
    expect(await faultOf(client)).toEqual({ code: 'platform.untrusted', detail: 'CERT_HAS_EXPIRED' });
  });

  it('that is not valid yet is not: mostly a clock that lost its battery', async () => {
    const client = await clientTo(await district.issue({ name: 'localhost', validDays: [2, 3] }));
    expect(await faultOf(client)).toEqual({ code: 'platform.untrusted', detail: 'CERT_NOT_YET_VALID' });
  });

  it('of another name is not', async () => {
    const client = await clientTo(await district.issue({ name: 'elsewhere.invalid', validDays: GOOD_DAYS }));
    expect(await faultOf(client)).toMatchObject({
      code: 'platform.untrusted',
      detail: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });

  it('of another authority is not', async () => {
    const client = await clientTo(await stranger.issue({ name: 'localhost', validDays: GOOD_DAYS }));
    expect(await faultOf(client)).toMatchObject({ code: 'platform.untrusted' });
  });

  it('of the district’s authority is not where none was configured', async () => {
    const client = await clientTo(await district.issue({ name: 'localhost', validDays: GOOD_DAYS }), null);
    expect(await faultOf(client)).toMatchObject({ code: 'platform.untrusted' });
  });

  it('is asked for by a platform that speaks plain HTTP there: nothing is sent', async () => {
    let requests = 0;
    const server = createServer((_request, response) => {
      requests += 1;
      response.end();
    });
    const client = clientOf(`https://localhost:${await listening(server)}`, district.pem);
    expect(await faultOf(client)).toMatchObject({ code: 'platform.unreachable' });
    expect(requests).toBe(0);
  });
});

describe('an answer', () => {
  it('that drips a byte at a time is given up after the time limit of the whole', async () => {
    const dripping = await faultFrom((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      drip(response, ' ', 50);
    });
    expect(dripping).toEqual({ code: 'platform.timeout' });
  });

  it('whose headers drip is given up as well', async () => {
    const port = await listening(
      createTcpServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nx-drip: ');
        drip(socket, 'a', 50);
      }),
    );
    expect(await faultOf(clientOf(`http://127.0.0.1:${port}`))).toEqual({ code: 'platform.timeout' });
  });

  it.each([
    [200, 'platform.too-large'],
    // That it was refused is known from the head; who goes on about it is not asked why.
    [404, 'platform.rejected'],
    [500, 'platform.too-large'],
  ])('with status %i that never ends is cut off, and little of it was taken', async (status, code) => {
    let writtenBytes = 0;
    const chunk = Buffer.alloc(65_536, 0x20);
    const answer = await faultFrom((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' });
      const more = (): void => {
        do writtenBytes += chunk.length;
        while (!response.destroyed && response.write(chunk) && writtenBytes < 100_000_000);
      };
      response.on('drain', more);
      more();
    });
    expect(answer).toMatchObject({ code });
    // The limit is 2 MiB; what else the server got rid of lay in the sockets' buffers.
    expect(writtenBytes).toBeLessThan(20_000_000);
  });

  it.each([
    [403, 'platform.not-authorised'],
    [404, 'platform.rejected'],
  ])(
    'of %i, a proxy’s page longer than ours would be, is the refusal of a day all the same',
    async (status, code) => {
      const page = `<html>${'该网页已被阻止 '.repeat(400)}</html>`;
      const port = await listening(
        createServer((_request, response) => {
          response.writeHead(status, { 'content-type': 'text/html' });
          response.end(page);
        }),
      );
      const client = clientOf(`http://127.0.0.1:${port}`);
      const report = { term: 1, events: 1, rows: [], windows: [] };
      expect(await client.reportStationDay('2026-11-21', report)).toMatchObject({
        ok: false,
        fault: { code },
      });
    },
  );

  it('is not waited for where the platform would refuse what is to be sent: no such report leaves', async () => {
    const asked: unknown[] = [];
    const port = await listening(
      createServer((request, response) => {
        asked.push(request.url);
        response.end();
      }),
    );
    const named = { term: 1, events: 1, rows: [], windows: [{ window: '1', served: 1, person: 's01' }] };
    const answer = await clientOf(`http://127.0.0.1:${port}`).reportStationDay('2026-11-21', named);
    expect(answer).toMatchObject({
      ok: false,
      fault: { code: 'platform.rejected', detail: 'not a report: windows.0' },
    });
    expect(asked).toEqual([]);
  });

  it('that unpacks to a hundred times its size is measured unpacked', async () => {
    const packed = gzipSync(Buffer.alloc(10_000_000, 0x20));
    const bomb = await faultFrom((_request, response) => {
      response.writeHead(500, { 'content-encoding': 'gzip', 'content-length': packed.length });
      response.end(packed);
    });
    expect(bomb).toMatchObject({ code: 'platform.too-large' });
  });

  it('that says it is packed and is not is nonsense', async () => {
    const broken = await faultFrom((_request, response) => {
      response.writeHead(200, { 'content-encoding': 'gzip' });
      response.end('{"status":"ok"}');
    });
    expect(broken).toMatchObject({ code: 'platform.nonsense' });
  });

  it('with headers beyond every measure is too large', async () => {
    const bloated = await faultFrom((_request, response) => {
      response.writeHead(200, { 'x-bloat': 'a'.repeat(200_000) });
      response.end();
    });
    expect(bloated).toMatchObject({ code: 'platform.too-large' });
  });

  it('that is not HTTP is nonsense', async () => {
    const port = await listening(
      createTcpServer((socket) => {
        socket.once('data', () => socket.write('SSH-2.0-OpenSSH_9.2\r\n'));
      }),
    );
    expect(await faultOf(clientOf(`http://127.0.0.1:${port}`))).toMatchObject({ code: 'platform.nonsense' });
  });

  it.each([301, 302, 303, 307, 308])('with status %i to another host is not followed', async (status) => {
    let visits = 0;
    const elsewhere = await listening(
      createTcpServer((socket) => {
        visits += 1;
        socket.destroy();
      }),
    );
    const sentAway = await faultFrom((_request, response) => {
      response.writeHead(status, { location: `http://127.0.0.1:${elsewhere}/v1/health` });
      response.end();
    });
    expect(sentAway).toEqual({ code: 'platform.redirected', detail: `HTTP ${status}` });
    expect(visits).toBe(0);
  });
});

function drip(to: ServerResponse | Socket, byte: string, everyMs: number): void {
  const timer = setInterval(() => to.write(byte), everyMs);
  to.on('close', () => clearInterval(timer));
  to.on('error', () => clearInterval(timer));
}
