import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { router } from '#terminal/api/router.ts';
import { openStore } from '#terminal/store/store.ts';
import { createTerms } from '#terminal/tickets/members/terms.ts';
import { changed, queueOf, startHubAndKiosk, type HubAndKiosk } from '../support/hub-and-kiosk.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { startTerminalUnderTest, type TerminalUnderTest } from '../support/terminal-under-test.ts';

/** A kiosk that comes from another station, where the hub was terminal 05 since its seventh term. */

let platform: ScriptedPlatform;
let station: HubAndKiosk;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  station = await startHubAndKiosk({
    platformUrl: platform.url,
    before: async (folder) => {
      await startTerminalUnderTest({ dataDir: folder, platformUrl: platform.url }).close();
      const opened = openStore(folder);
      if (!opened.ok) throw new Error(opened.fault.code);
      opened.value.transaction(() => {
        createTerms(opened.value).write({ term: 7, hub: '05', took: null, address: null });
      });
      opened.value.close();
    },
  });
});
afterEach(async () => {
  await station.close();
  await platform.close();
});

/** The number on the screen, or the fault's code. */
async function take({ terminal }: TerminalUnderTest): Promise<string> {
  const { queue } = createRouterClient(router, { context: terminal.kiosk });
  const ticketId = crypto.randomUUID();
  const ticket = { ticketId, line: 'A', slug: null, ticketClass: 'ordinary', language: 'zh' } as const;
  const taken = await queue.take(ticket);
  if (!taken.ok) return taken.fault.code;
  for await (const shown of await queue.watchTaken({ ticketId })) if (shown !== null) return shown.number;
  return 'none';
}

it('is admitted here and switches no hub off by what it knows of there', async () => {
  const { hub, kiosk } = station;
  const told = (at: TerminalUnderTest, event: string): boolean => at.log.some((line) => line.event === event);
  await changed(
    queueOf(kiosk).station,
    () => told(kiosk, 'queue.hub-back') || told(hub, 'queue.hub-replaced'),
  );
  expect([await take(hub), await take(kiosk)]).toEqual(['A001', 'A002']);
  expect(told(hub, 'queue.hub-replaced')).toBe(false);
});
