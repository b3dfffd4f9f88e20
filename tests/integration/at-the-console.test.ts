import { createRouterClient, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { router, type TerminalRouter } from '#terminal/api/router.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { asStaff } from '../support/signed-in.ts';
import {
  expectOk,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  submit,
  until,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** What staff know of a terminal and its kiosk, and what they do there, through the API as the console reaches it. */
let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest;
let kiosk: RouterClient<TerminalRouter>;
let staff: RouterClient<TerminalRouter>['staff'];

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  start();
  await untilReady(under);
});
afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

function start(): void {
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  kiosk = createRouterClient(router, { context: under.terminal.kiosk });
  ({ staff } = createRouterClient(router, { context: asStaff(under.terminal, 's01') }));
}

async function first<T>(stream: Promise<AsyncIterable<T>>): Promise<T> {
  for await (const value of await stream) return value;
  throw new Error('the stream ended without a word');
}

it('a receipt is printed again for who lost it, marked, and not in front of somebody else', async () => {
  const receiptNo = await submit(under);
  await until(under.terminal, () => received(under).print.state === 'printed');
  expect(await staff.terminal.reprint({ receiptNo })).toEqual({
    ok: false,
    fault: { code: 'print.kiosk-busy' },
  });
  expectOk(under.terminal.kiosk.visits.end('finished'));
  const before = under.host.printed.length;
  expectOk(await staff.terminal.reprint({ receiptNo }));
  await until(under.terminal, () => under.host.printed.length > before);
  expect(JSON.stringify(under.host.printed.at(-1))).toContain('补打');
  expect(await staff.terminal.reprint({ receiptNo: '9'.repeat(22) })).toEqual({
    ok: false,
    fault: { code: 'parked.unknown' },
  });
});

it('this terminal is told at one look: devices, line, disk, what waits', async () => {
  const health = await first(staff.terminal.watch());
  expect(health).toMatchObject({
    terminalId: 'demo-01',
    refusedItems: [],
    guideReportsWaiting: 0,
    stationDays: { waiting: 0, refused: [] },
    outbox: { waiting: 0, parked: 0 },
  });
  expect(health.devices.map(({ id, window }) => [id, window])).toEqual([
    ['card-reader', null],
    ['printer', null],
  ]);
  expect(health.disk.freeMb).toBeGreaterThan(0);
});

it('a call from the kiosk is heard while a console listens, survives a restart, and ends with the visit', async () => {
  const heard = await staff.help.watch();
  const words = heard[Symbol.asyncIterator]();
  await words.next();
  expect((await first(kiosk.help.watch())).isHeard).toBe(true);
  expectOk(await kiosk.help.call({ page: 'guide' }));
  const told = await words.next();
  expect(told.value).toMatchObject({ calls: [{ kiosk: '01', page: 'guide', helper: null }] });
  await words.return?.();
  expect((await first(kiosk.help.watch())).isHeard).toBe(false);

  expectOk(
    under.terminal.kiosk.visits.begin({
      slug: 'elderly-allowance',
      language: 'zh',
      requestId: crypto.randomUUID(),
    }),
  );
  await under.close();
  start();
  const [call] = (await first(staff.help.watch())).calls;
  if (!call) throw new Error('the call did not survive');
  expectOk(await staff.help.come({ callId: call.callId }));
  expect((await first(kiosk.help.watch())).call?.helper).toEqual({ staffId: 's01', window: '1' });

  await untilReady(under);
  expectOk(
    under.terminal.kiosk.visits.begin({
      slug: 'elderly-allowance',
      language: 'zh',
      requestId: crypto.randomUUID(),
    }),
  );
  expectOk(await kiosk.visit.end({ reason: 'left' }));
  expect((await first(kiosk.help.watch())).call).toBeNull();
});
