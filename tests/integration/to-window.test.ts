import { readdirSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { router, type TerminalRouter } from '#terminal/api/router.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { asStaff } from '../support/signed-in.ts';
import {
  expectOk,
  fillIn,
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** Somebody is stuck in the middle of a form, takes a number, and lets the window have what is filled in. */

const PLANTED = [zhang.number, '13800005678', '6222020000000000004', '张建国'];
const everyDay = { weekdays: [1, 2, 3, 4, 5, 6, 7], closedOn: [], openOn: [], from: '00:00', to: '23:59' };
let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest;
let isClosed: boolean;
let kiosk: RouterClient<TerminalRouter>['queue'];
let staff: RouterClient<TerminalRouter>['staff'];
let other: RouterClient<TerminalRouter>['staff'];

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  start();
  await untilReady(under);
});
afterEach(async () => {
  await close();
  await platform.close();
  removeDataDir(dataDir);
});

function start(): void {
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  isClosed = false;
  ({ queue: kiosk } = createRouterClient(router, { context: under.terminal.kiosk }));
  ({ staff } = createRouterClient(router, { context: asStaff(under.terminal, 'li-01') }));
  ({ staff: other } = createRouterClient(router, { context: asStaff(under.terminal, 'wu-02') }));
}

async function close(): Promise<void> {
  if (isClosed) return;
  isClosed = true;
  await under.close();
}

async function must(answer: Promise<{ ok: boolean; fault?: { code: string } }>): Promise<void> {
  const { ok, fault } = await answer;
  if (!ok) throw new Error(fault?.code);
}

async function toWindow(consent: boolean): Promise<string> {
  const ticketId = crypto.randomUUID();
  await must(kiosk.toWindow({ ticketId, consent, language: 'zh' }));
  return ticketId;
}

/** Called to window 1, where li-01 sits. */
async function call(): Promise<void> {
  await must(staff.queue.do({ verb: 'open-window', window: '1', lines: ['C'], person: 'li-01' }));
  await must(staff.queue.do({ verb: 'next', window: '1' }));
}

const looked = async (ticketId: string) => {
  const answer = await staff.handed.look({ ticketId });
  return answer.ok ? answer.value.isThere : answer.fault.code;
};
const opened = (ticketId: string, whole: boolean) => staff.handed.open({ ticketId, whole });

function expectNowhere(): void {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    for (const text of PLANTED) expect(bytes.includes(text), `${text} in ${name}`).toBe(false);
  }
}

/** Of a terminal that is closed. */
async function audited(): Promise<unknown[]> {
  await close();
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE), { readOnly: true });
  const rows = database
    .prepare("SELECT event, disposition, detail FROM audit WHERE event LIKE 'handed.%' ORDER BY sequence")
    .all();
  const left = database.prepare('SELECT count(*) AS n FROM handed_draft').get();
  database.close();
  return [...rows.map((row) => ({ ...row })), { ...left }];
}

it('whoever serves the number sees the answers, masked and then whole, each time noted; when it is over they are gone', async () => {
  await fillIn(under);
  const ticketId = await toWindow(true);
  expect(under.terminal.kiosk.visits.snapshot()).toBeNull();
  expectNowhere();
  expect(await looked(ticketId)).toBe('handed.not-yours');
  await call();
  expect(await looked(ticketId)).toBe(true);
  const masked = await opened(ticketId, false);
  expect(masked).toMatchObject({ value: { itemName: { zh: '高龄津贴申领' } } });
  expect(JSON.stringify(masked)).not.toMatch(/13800005678|999901194503120014|6222020000000000004/);
  expect(JSON.stringify(masked)).toContain('138****5678');
  const whole = JSON.stringify(await opened(ticketId, true));
  expect(whole).toContain('13800005678');
  expect(whole).not.toContain('strokes');
  expectNowhere();
  await must(staff.queue.do({ verb: 'finish', window: '1', ticketId }));
  expect(await looked(ticketId)).toBe('handed.not-yours');
  expect(await audited()).toEqual([
    { event: 'handed.kept', disposition: 'success', detail: null },
    { event: 'handed.opened', disposition: 'masked', detail: 'by li-01' },
    { event: 'handed.opened', disposition: 'whole', detail: 'by li-01' },
    { event: 'handed.erased', disposition: 'ticket-over', detail: null },
    { n: 0 },
  ]);
});

it('somebody at another window sees nothing of it, and after a transfer only the one to whom it came', async () => {
  await fillIn(under);
  const ticketId = await toWindow(true);
  await call();
  expect(await other.handed.open({ ticketId, whole: false })).toMatchObject({
    fault: { code: 'handed.not-yours' },
  });
  await must(other.queue.do({ verb: 'open-window', window: '2', lines: ['A'], person: 'wu-02' }));
  const target = { to: 'window', window: '2' } as const;
  await must(staff.queue.do({ verb: 'transfer', window: '1', ticketId, target, reason: 'expert' }));
  expect(await looked(ticketId)).toBe('handed.not-yours');
  await must(other.queue.do({ verb: 'next', window: '2' }));
  expect(await other.handed.open({ ticketId, whole: false })).toMatchObject({ ok: true });
});

it('without consent there is the number and its item alone; who is 81 goes first', async () => {
  await fillIn(under);
  const ticketId = await toWindow(false);
  await call();
  expect(await looked(ticketId)).toBe(false);
  expect(await opened(ticketId, false)).toMatchObject({ fault: { code: 'handed.none' } });
  expect(JSON.stringify(under.host.printed.at(-1)?.document)).toContain('高龄津贴');
  for await (const ticket of await kiosk.watchTaken({ ticketId })) {
    expect(ticket).toMatchObject({ line: { zh: '民政救助' }, ticketClass: 'care' });
    break;
  }
});

it('the same touch twice is one ticket, and who is in the middle of nothing goes nowhere', async () => {
  expect(
    await kiosk.toWindow({ ticketId: crypto.randomUUID(), consent: true, language: 'zh' }),
  ).toMatchObject({ fault: { code: 'visit.wrong-step' } });
  await fillIn(under);
  const asked = { ticketId: crypto.randomUUID(), consent: true, language: 'zh' } as const;
  await must(kiosk.toWindow(asked));
  await must(kiosk.toWindow(asked));
  expect((await staff.queue.find({ number: 'C001' })).ok).toBe(true);
  expect((await staff.queue.find({ number: 'C002' })).ok).toBe(false);
});

it('a line that gives no numbers any more leaves the form as it is', async () => {
  await close();
  under = startTerminalUnderTest({
    dataDir,
    platformUrl: platform.url,
    // The last number was due to be given a week before the end of the day.
    bend: (config) => ({
      ...config,
      queue: config.queue && { ...config.queue, hours: [everyDay], lastTicketMinutes: 10_080 },
    }),
  });
  isClosed = false;
  ({ queue: kiosk } = createRouterClient(router, { context: under.terminal.kiosk }));
  await untilReady(under);
  await fillIn(under);
  expect(
    await kiosk.toWindow({ ticketId: crypto.randomUUID(), consent: true, language: 'zh' }),
  ).toMatchObject({ fault: { code: 'queue.line-closed' } });
  expect(under.terminal.kiosk.visits.snapshot()?.step.kind).toBe('review');
  expectOk(under.terminal.kiosk.visits.end('left'));
});

it('after a restart it is there for the window still', async () => {
  await fillIn(under);
  const ticketId = await toWindow(true);
  await close();
  start();
  await untilReady(under);
  await call();
  expect(await opened(ticketId, false)).toMatchObject({ ok: true });
});
