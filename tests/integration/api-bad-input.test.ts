import { untilItsItemIsThere } from '../support/robot-resident.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import { RPC_PATH } from '#contract/transport.ts';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';
import { enter, openScreen, type ScreenClient } from '../support/screen-client.ts';

let station: RealStation;
let host: HostProcess;
let screen: ScreenClient;

beforeAll(async () => {
  station = await startRealStation();
  host = await startHost({ config: station.config, dataDir: station.dataDir });
  screen = await openScreen(host);
  // Before its catalogue has come, a terminal answers another fault for an item that nobody has.
  await untilItsItemIsThere(screen.api);
});

afterAll(async () => {
  screen.close();
  await host.stop();
  await station.close();
});

/** After every attack the terminal still serves its own screen. */
async function stillWorks(): Promise<void> {
  expect(host.child.exitCode).toBeNull();
  expect(await screen.api.visit.touch()).toEqual({ ok: true, value: null });
}

async function rawSocket(): Promise<WebSocket> {
  const cookie = await enter(host.resident);
  const socket = new WebSocket(host.url.replace('http', 'ws') + RPC_PATH, {
    headers: { cookie },
    origin: host.url,
  });
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('open', resolve));
  return socket;
}

const closeCode = (socket: WebSocket): Promise<number> =>
  new Promise((resolve) => {
    socket.once('close', resolve);
  });

describe('a call to the API that', () => {
  it.each([
    ['has a wrong type', { slug: 7, language: 'zh', requestId: crypto.randomUUID() }],
    ['lacks a key', { slug: 'elderly-allowance' }],
    [
      'names an unknown language',
      { slug: 'elderly-allowance', language: 'xx', requestId: crypto.randomUUID() },
    ],
    ['is null', null],
  ])('%s is malformed by name, and says nothing of what it held', async (_what, input) => {
    const call = screen.api.visit.begin(input as never);
    await expect(call).rejects.toMatchObject({
      code: 'BAD_REQUEST',
      data: { fault: { code: 'api.malformed' } },
    });
    await expect(call).rejects.not.toHaveProperty('data.issues');
    await stillWorks();
  });

  it('is for staff is refused to the kiosk’s own screen', async () => {
    const { parked } = screen.api.staff;
    const key = { applicationId: '018f0000-0000-7000-8000-000000000000', revision: 1 };
    for (const call of [
      parked.list({ which: 'parked', after: null, limit: 10 }),
      parked.open(key),
      parked.retry(key),
      parked.correct({ ...key, answers: {} }),
      parked.handOver({ ...key, to: 'window', note: 'x' }),
    ]) {
      await expect(call).rejects.toMatchObject({
        code: 'FORBIDDEN',
        data: { fault: { code: 'api.forbidden' } },
      });
    }
    await stillWorks();
  });

  it('names a procedure that does not exist is refused', async () => {
    const api = screen.api as unknown as Record<string, Record<string, () => Promise<unknown>>>; // past the types on purpose
    await expect(api['visit']?.['explode']?.()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await stillWorks();
  });

  it('has an answer too long for its field is malformed', async () => {
    const call = screen.api.visit.answer({ pageId: 'mobile', value: 'x'.repeat(2001), confirmedOdd: false });
    await expect(call).rejects.toMatchObject({ data: { fault: { code: 'api.malformed' } } });
    await stillWorks();
  });

  it.each(['张\0国', '张\ud842', { region: '', street: '', community: '', detail: '\0' }])(
    'has an answer that the platform could never store, %j, is malformed: it would be received and refused later',
    async (value) => {
      const call = screen.api.visit.answer({ pageId: 'mobile', value, confirmedOdd: false });
      await expect(call).rejects.toMatchObject({ data: { fault: { code: 'api.malformed' } } });
      await stillWorks();
    },
  );

  it('comes without a visit is a fault, not an error', async () => {
    await screen.api.visit.end({ reason: 'left' });
    expect(await screen.api.visit.submit()).toMatchObject({ ok: false, fault: { code: 'visit.none' } });
    expect(
      await screen.api.visit.begin({ slug: 'no-such-item', language: 'zh', requestId: crypto.randomUUID() }),
    ).toMatchObject({
      ok: false,
      fault: { code: 'item.unknown' },
    });
  });
});

describe('a message that', () => {
  it('is larger than the limit closes its connection with 1009', async () => {
    const socket = await rawSocket();
    const closed = closeCode(socket);
    socket.send('x'.repeat(MAX_API_MESSAGE_BYTES + 1));
    expect(await closed).toBe(1009);
    await stillWorks();
  });

  it.each([
    ['no JSON', 'hello'],
    ['JSON of another shape', '{"hello":1}'],
    ['an array', '[]'],
    ['a deep nest', '['.repeat(50_000)],
    ['an address out of the API', '{"i":"1","p":{"u":"/../../etc/passwd"}}'],
  ])('is %s closes its connection with 1007', async (_what, text) => {
    const socket = await rawSocket();
    const closed = closeCode(socket);
    socket.send(text);
    expect(await closed).toBe(1007);
    await stillWorks();
  });

  it('is binary closes its connection', async () => {
    const socket = await rawSocket();
    const closed = closeCode(socket);
    socket.send(Buffer.from([0xff, 0x00, 0x01]));
    expect(await closed).toBe(1007);
    await stillWorks();
  });
});

describe('a visitor who', () => {
  const statusOfUpgrade = (headers: Record<string, string>, origin: string): Promise<number> =>
    new Promise((resolve) => {
      const socket = new WebSocket(host.url.replace('http', 'ws') + RPC_PATH, { headers, origin });
      socket.on('error', () => undefined);
      socket.once('unexpected-response', (_request, response) => {
        resolve(response.statusCode ?? 0);
      });
      socket.once('open', () => {
        resolve(101);
      });
    });

  it('has no session gets neither page nor API', async () => {
    expect((await fetch(host.url)).status).toBe(401);
    expect(await statusOfUpgrade({}, host.url)).toBe(401);
    expect((await fetch(`${host.url}/enter?token=wrong`, { redirect: 'manual' })).status).toBe(401);
  });

  it('comes from a page of another origin is refused with a good cookie too', async () => {
    const cookie = await enter(host.resident);
    expect(await statusOfUpgrade({ cookie }, 'http://evil.example')).toBe(403);
    expect(await statusOfUpgrade({ cookie }, host.url)).toBe(101);
  });

  it('climbs out of the folder finds nothing', async () => {
    const cookie = await enter(host.resident);
    for (const path of [
      '/../package.json',
      '/%2e%2e/package.json',
      '/..%2fpackage.json',
      '/assets/../../package.json',
    ]) {
      expect((await fetch(host.url + path, { headers: { cookie } })).status, path).toBe(404);
    }
  });
});
