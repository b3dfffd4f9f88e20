import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { KioskClass } from '#contract/queue/snapshot.ts';
import { SimulatedBus } from '#drivers/channel/simulated-bus.ts';
import { serveSimulator, type ServedSimulator } from '#drivers/channel/tcp-server.ts';
import { onbonPanel } from '#drivers/onbon-display/for-tests.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { forkDeviceHost } from '#host/fork-device-host.ts';
import { boardRouter } from '#terminal/api/board-router.ts';
import { router, type TerminalRouter } from '#terminal/api/router.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { asStaff } from '../support/signed-in.ts';
import {
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** The queue through the API as the kiosk, the console and the board reach it. */

const HOST_MAIN = fileURLToPath(new URL('../../electron/device-host/main.ts', import.meta.url));
let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest;
let isClosed: boolean;
let kiosk: RouterClient<TerminalRouter>;
let staff: RouterClient<TerminalRouter>['staff']['queue'];

function connect(): void {
  isClosed = false;
  kiosk = createRouterClient(router, { context: under.terminal.kiosk });
  ({ queue: staff } = createRouterClient(router, {
    context: asStaff(under.terminal, 'li-01'),
  }).staff);
}

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
});
afterEach(async () => {
  await close();
  await platform.close();
  removeDataDir(dataDir);
});

async function must(answer: Promise<{ ok: boolean; fault?: { code: string } }>): Promise<void> {
  const { ok, fault } = await answer;
  if (!ok) throw new Error(fault?.code);
}

async function first<T>(stream: Promise<AsyncIterable<T>>): Promise<T> {
  for await (const value of await stream) return value;
  throw new Error('the stream ended without a word');
}

async function take(line: string, ticketClass: KioskClass, slug: string | null): Promise<string> {
  const ticketId = crypto.randomUUID();
  await must(kiosk.queue.take({ ticketId, line, slug, ticketClass, language: 'zh' }));
  return ticketId;
}

async function seen() {
  const snapshot = await first(staff.watch());
  if (snapshot === null) throw new Error('no queue');
  return snapshot;
}

async function board() {
  const snapshot = await first(
    createRouterClient(boardRouter, { context: under.terminal.board }).board.watch(),
  );
  if (snapshot === null) throw new Error('no queue');
  return snapshot;
}

async function shown(ticketId: string) {
  const ticket = await first(kiosk.queue.watchTaken({ ticketId }));
  if (ticket === null) throw new Error('no ticket');
  return ticket;
}

async function close(): Promise<void> {
  if (isClosed) return;
  isClosed = true;
  await under.close();
}

/** Of a terminal that is closed: while it runs, nobody else opens its store. */
async function audited(): Promise<Record<string, unknown>[]> {
  await close();
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true });
  const rows = database
    .prepare("SELECT event, actor, detail FROM audit WHERE event LIKE 'queue.%' ORDER BY sequence")
    .all();
  database.close();
  return rows.map((row) => ({ ...row }));
}

describe('with displays on a line of their own', () => {
  let screens: OnbonSimulator[];
  let served: ServedSimulator;

  function start(): void {
    under = startTerminalUnderTest({
      dataDir,
      platformUrl: platform.url,
      spawnDeviceHost: () => forkDeviceHost(HOST_MAIN),
      bend: (config) => ({
        ...config,
        queue: config.queue && { ...config.queue, displaysSpeak: true },
        devices: [1, 3].map((screen) => ({
          kind: 'queue-display',
          id: `display-${screen}`,
          channel: `tcp:127.0.0.1:${served.port}`,
          baudRate: 9_600,
          identity: null,
          enabled: true,
          window: String(screen),
          display: { protocol: 'onbon', ...onbonPanel(screen) },
        })),
      }),
    });
    connect();
  }

  beforeEach(async () => {
    screens = [1, 3].map((screen) => new OnbonSimulator({ clock: systemClock, screen }));
    const bus = new SimulatedBus({ clock: systemClock, baudRate: 9_600, members: screens, echo: false });
    served = await serveSimulator(bus, { host: '127.0.0.1', port: 0 });
    start();
  });
  afterEach(() => served.close());

  const onScreens = () => screens.map((screen) => screen.shown?.text ?? null);

  it('a call stands over its window, outlives a restart, and goes when it is done', async () => {
    await untilReady(under);
    const a = await take('A', 'ordinary', null);
    await must(staff.do({ verb: 'open-window', window: '3', lines: ['A', 'B'], person: 'somebody' }));
    await must(staff.do({ verb: 'next', window: '3' }));
    await expect.poll(onScreens, { timeout: 20_000 }).toEqual([null, expect.stringContaining('A001')]);
    await expect.poll(() => screens[1]?.spoken).toEqual(['请A零零一号到三号窗口办理']);

    await close();
    for (const screen of screens) screen.losePower();
    start();
    await expect.poll(onScreens, { timeout: 20_000 }).toEqual([null, expect.stringContaining('A001')]);
    expect(screens[1]?.spoken).toHaveLength(1);
    expect((await board()).calls).toMatchObject([{ number: 'A001', window: '3', isStillCalled: true }]);

    await must(staff.do({ verb: 'serve', window: '3', ticketId: a }));
    await expect.poll(onScreens).toEqual([null, 'A001 正在办理']);
    await must(staff.do({ verb: 'finish', window: '3', ticketId: a }));
    await expect.poll(onScreens).toEqual([null, null]);
    expect((await board()).calls).toMatchObject([{ number: 'A001', isStillCalled: false }]);
  });
});

describe('with a printer', () => {
  beforeEach(async () => {
    under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
    connect();
    await untilReady(under);
  });

  const slips = () =>
    under.host.printed.map(({ document }) =>
      document.nodes.flatMap((node) =>
        node.type === 'text' ? [node.text] : node.type === 'row' ? [`${node.left} ${node.right}`] : [],
      ),
    );

  it('the slip says number, line, people before, and what to bring', async () => {
    await take('C', 'ordinary', null);
    const ticketId = await take('C', 'ordinary', 'elderly-allowance');
    await expect.poll(slips).toHaveLength(2);
    expect(slips()[1]).toEqual(
      expect.arrayContaining(['C002', '民政救助', '您前面 1 人', '大约要等 现在无法预计', '请带好：']),
    );
    expect(await shown(ticketId)).toMatchObject({
      number: 'C002',
      ahead: 1,
      told: null,
      print: { state: 'printed' },
    });
  });

  it('the same touch twice is one ticket and one slip', async () => {
    const asked = {
      ticketId: crypto.randomUUID(),
      line: 'A',
      slug: null,
      ticketClass: 'ordinary' as const,
      language: 'zh' as const,
    };
    await Promise.all([must(kiosk.queue.take(asked)), must(kiosk.queue.take(asked))]);
    await expect.poll(slips).toHaveLength(1);
    expect((await seen()).tickets).toHaveLength(1);
  });

  it('a printer without paper costs nobody his place, and the slip can be had later', async () => {
    under.host.outcome = { end: 'failed', fault: { code: 'printer.paper-out' } };
    const ticketId = await take('A', 'care', null);
    await expect
      .poll(() => shown(ticketId))
      .toMatchObject({ number: 'A001', print: { state: 'failed' }, state: 'waiting' });
    under.host.outcome = { end: 'printed', proof: 'in-order-status' };
    await must(kiosk.queue.reprint({ ticketId, language: 'zh' }));
    await expect.poll(slips).toHaveLength(2);
    expect(slips()[1]?.[0]).toContain('补打');
    await must(kiosk.queue.giveUp({ ticketId, reason: 'never-printed' }));
    expect(await shown(ticketId)).toMatchObject({ state: 'cancelled' });
  });

  it('a card says whether its holder goes first, and nothing else; a visit keeps the reader', async () => {
    const cards = await kiosk.queue.watchCard();
    expect((await cards.next()).value).toEqual({ state: 'looking' });
    expect(under.host.watching).toBe(true);
    under.host.placeCard(zhang);
    expect((await cards.next()).value).toEqual({ state: 'read', goesFirst: true });
    await cards.return?.();
    await expect.poll(() => under.host.watching).toBe(false);
  });

  it('what is done is written down with who, number and window, and with nobody’s name', async () => {
    const ticketId = await take('B', 'honoured', null);
    await must(staff.do({ verb: 'open-window', window: '2', lines: ['B'], person: 'somebody-else' }));
    await must(staff.do({ verb: 'next', window: '2' }));
    await must(staff.do({ verb: 'finish', window: '2', ticketId }));
    expect((await seen()).windows.find(({ window }) => window === '2')).toMatchObject({
      person: 'li-01',
      state: 'open',
      verbs: expect.arrayContaining(['next', 'close-window']),
    });
    expect(await audited()).toEqual([
      { event: 'queue.take', actor: 'resident', detail: 'B001' },
      { event: 'queue.open-window', actor: 'staff', detail: 'window 2 by li-01' },
      { event: 'queue.next', actor: 'staff', detail: 'B001 window 2 by li-01' },
      { event: 'queue.finish', actor: 'staff', detail: 'B001 window 2 by li-01' },
    ]);
  });

  it('what a ticket allows stands beside it', async () => {
    await take('A', 'ordinary', null);
    await must(staff.do({ verb: 'open-window', window: '2', lines: ['A'], person: 'x' }));
    await must(staff.do({ verb: 'next', window: '2' }));
    const [ticket] = (await seen()).tickets;
    // The second call comes before anybody may be said not to have come.
    expect(ticket?.verbs).toEqual(['recall', 'serve', 'finish', 'hold', 'transfer']);
    expect(ticket?.againFromMs).toBeGreaterThan(ticket?.sinceMs ?? Infinity);
  });

  it('staff give out nothing at the kiosk, and a kiosk does nothing of staff', async () => {
    const atWindow = createRouterClient(router, { context: asStaff(under.terminal, 'li-01') });
    const asKiosk = createRouterClient(router, { context: under.terminal.kiosk });
    await expect(atWindow.queue.lines()).rejects.toThrow('Forbidden');
    await expect(asKiosk.staff.queue.do({ verb: 'next', window: '1' })).rejects.toThrow('Forbidden');
  });

  it('a board sees numbers and windows, and no class, ticket or item', async () => {
    await take('C', 'care', 'elderly-allowance');
    await must(staff.do({ verb: 'open-window', window: '4', lines: ['C'], person: 'x' }));
    await must(staff.do({ verb: 'next', window: '4' }));
    const text = JSON.stringify(await board());
    expect(text).toContain('C001');
    expect(text).not.toMatch(/care|elderly|ticketId|li-01/);
  });
});

it('a store from an older copy gives no number out twice, and staff see which are lost', async () => {
  const start = (): void => {
    under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
    connect();
  };
  start();
  await take('A', 'ordinary', null);
  await close();
  const file = join(dataDir, DATABASE_FILE);
  const older = readFileSync(file);
  start();
  await take('A', 'ordinary', null);
  await take('A', 'ordinary', null);
  await close();
  for (const name of readdirSync(dataDir)) {
    if (name.startsWith(DATABASE_FILE) && name !== DATABASE_FILE) writeFileSync(join(dataDir, name), '');
  }
  writeFileSync(file, older);
  start();
  expect((await seen()).lostNumbers).toEqual([{ from: 'A002', to: 'A003' }]);
  const ticketId = await take('A', 'ordinary', null);
  expect(await shown(ticketId)).toMatchObject({ number: 'A004' });
  expect(await audited()).toContainEqual(expect.objectContaining({ event: 'queue.numbers-unknown' }));
});

it('a station without a queue says so', async () => {
  under = startTerminalUnderTest({
    dataDir,
    platformUrl: platform.url,
    bend: (config) => ({ ...config, queue: null }),
  });
  connect();
  expect(await kiosk.queue.lines()).toMatchObject({ ok: false, fault: { code: 'queue.not-here' } });
  expect(await first(staff.watch())).toBeNull();
});
