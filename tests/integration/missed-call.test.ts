import { createRouterClient, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { localDate } from '#contract/form/local-date.ts';
import { readSlipCode } from '#contract/queue/slip-code.ts';
import { router, type TerminalRouter } from '#terminal/api/router.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { asStaff } from '../support/signed-in.ts';
import {
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** Somebody did not hear the call, and is back at the kiosk with the slip. */

let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest;
let kiosk: RouterClient<TerminalRouter>['queue'];
let staff: RouterClient<TerminalRouter>['staff']['queue'];

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  under = startTerminalUnderTest({
    dataDir,
    platformUrl: platform.url,
    hasScanner: true,
    // Nobody waits for twenty seconds in a test.
    bend: (config) => ({
      ...config,
      queue: config.queue && { ...config.queue, callsBeforeMissed: 1, recallEverySeconds: 0 },
    }),
  });
  ({ queue: kiosk } = createRouterClient(router, { context: under.terminal.kiosk }));
  ({ queue: staff } = createRouterClient(router, { context: asStaff(under.terminal, 'li-01') }).staff);
  await untilReady(under);
});
afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

async function must(answer: Promise<{ ok: boolean; fault?: { code: string } }>): Promise<void> {
  const { ok, fault } = await answer;
  if (!ok) throw new Error(fault?.code);
}

async function missedCall(): Promise<string> {
  const ticketId = crypto.randomUUID();
  await must(kiosk.take({ ticketId, line: 'A', slug: null, ticketClass: 'ordinary', language: 'zh' }));
  await must(staff.do({ verb: 'open-window', window: '1', lines: ['A'], person: 'li-01' }));
  await must(staff.do({ verb: 'next', window: '1' }));
  await must(staff.do({ verb: 'no-show', window: '1', ticketId }));
  return ticketId;
}

it('the slip under the scanner brings the number back into the queue', async () => {
  const ticketId = await missedCall();
  await expect.poll(() => under.host.printed).toHaveLength(1);
  const code = under.host.printed[0]?.document.nodes.find((node) => node.type === 'qr');
  const scans = await kiosk.watchScan();
  expect((await scans.next()).value).toEqual({ state: 'looking' });
  expect(under.host.watchingCodes).toBe(true);
  under.host.showCode('a code of somebody else');
  expect((await scans.next()).value).toMatchObject({
    state: 'refused',
    nth: 1,
    fault: { code: 'queue.not-a-slip' },
  });
  under.host.showCode(code?.data ?? '');
  const scanned = (await scans.next()).value;
  expect(scanned).toMatchObject({ state: 'slip', nth: 2, number: 'A001' });
  await scans.return?.();
  await expect.poll(() => under.host.watchingCodes).toBe(false);

  const today = localDate(Date.now(), 'Asia/Shanghai');
  expect(readSlipCode(code?.data ?? '')).toEqual({ day: today, number: 'A001' });
  expect(await kiosk.comeBack({ number: 'A001', day: today })).toEqual({ ok: true, value: { ticketId } });
  for await (const ticket of await kiosk.watchTaken({ ticketId })) {
    expect(ticket).toMatchObject({ number: 'A001', state: 'waiting', ahead: 0 });
    break;
  }
});

it('a number that was never given, and a slip of yesterday, are each told as what they are', async () => {
  await missedCall();
  expect(await kiosk.comeBack({ number: 'A002', day: null })).toMatchObject({
    fault: { code: 'queue.ticket-unknown' },
  });
  expect(await kiosk.comeBack({ number: 'A001', day: '2020-01-01' })).toMatchObject({
    fault: { code: 'queue.slip-of-another-day' },
  });
});
