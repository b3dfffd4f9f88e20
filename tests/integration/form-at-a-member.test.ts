import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { router } from '#terminal/api/router.ts';
import { changed, queueOf, startHubAndKiosk, type HubAndKiosk } from '../support/hub-and-kiosk.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { asStaff } from '../support/signed-in.ts';
import { expectOk, fillIn, untilReady, zhang } from '../support/terminal-under-test.ts';

/** A form that was begun at a member's kiosk, opened at a window of the hub, over the members' TLS line. */

const MOBILE = '13800005678';
const PLANTED = [zhang.number, MOBILE, '6222020000000000004', '张建国'];

let platform: ScriptedPlatform;
let station: HubAndKiosk;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  station = await startHubAndKiosk({ platformUrl: platform.url, before: () => Promise.resolve() });
  const { hub, kiosk } = station;
  await untilReady(kiosk);
  // A console is open at the hub, and the kiosk has heard of it: each hears the other.
  hub.terminal.kiosk.help.listen();
  await changed(kiosk.terminal.kiosk.help, ({ atKiosk }) => atKiosk().isHeard);
  await changed(queueOf(kiosk).station, () => kiosk.log.some(({ event }) => event === 'queue.hub-back'));
});
afterEach(async () => {
  await station.close();
  await platform.close();
});

const window = () => createRouterClient(router, { context: asStaff(station.hub.terminal, 'li-01') }).staff;

async function handOver(): Promise<string> {
  const { kiosk } = station;
  await fillIn(kiosk);
  const ticketId = crypto.randomUUID();
  const { queue } = createRouterClient(router, { context: kiosk.terminal.kiosk });
  expectOk(await queue.toWindow({ ticketId, consent: true, language: 'zh' }));
  const { queue: calls } = window();
  expectOk(await calls.do({ verb: 'open-window', window: '1', lines: ['C'], person: 'li-01' }));
  expectOk(await calls.do({ verb: 'next', window: '1' }));
  return ticketId;
}

it('is looked at by who called the number, masked and whole, and lies nowhere but sealed at its kiosk', async () => {
  const ticketId = await handOver();
  expect(await window().handed.look({ ticketId })).toEqual({
    ok: true,
    value: { isThere: true, silentKiosk: null },
  });
  const masked = await window().handed.open({ ticketId, whole: false });
  expect(masked).toMatchObject({ value: { itemName: { zh: '高龄津贴申领' } } });
  expect(JSON.stringify(masked)).toContain('138****5678');
  expect(JSON.stringify(masked)).not.toContain(MOBILE);
  expect(JSON.stringify(await window().handed.open({ ticketId, whole: true }))).toContain(MOBILE);
  const { hub, kiosk, folders } = station;
  for (const text of PLANTED) {
    expect(JSON.stringify([hub.log, kiosk.log])).not.toContain(text);
    for (const folder of folders) for (const file of filesIn(folder)) expect(file.includes(text)).toBe(false);
  }
});

it('says which kiosk does not answer while the line is cut, and opens when it is whole again', async () => {
  const ticketId = await handOver();
  station.line.set('refused');
  expect(await window().handed.open({ ticketId, whole: false })).toMatchObject({
    fault: { code: 'handed.kiosk-silent', detail: '02' },
  });
  expect(await window().handed.look({ ticketId })).toMatchObject({ value: { silentKiosk: '02' } });
  station.line.set('whole');
  await expect
    .poll(async () => (await window().handed.open({ ticketId, whole: false })).ok, { timeout: 30_000 })
    .toBe(true);
});

function filesIn(folder: string): Buffer[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map(({ parentPath, name }) => readFileSync(join(parentPath, name)));
}
