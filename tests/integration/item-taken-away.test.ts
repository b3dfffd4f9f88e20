import { afterEach, beforeEach, expect, it } from 'vitest';
import { submissionSchema } from '#contract/application.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import {
  expectOk,
  fillIn,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  until,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

let platform: ScriptedPlatform;
let under: TerminalUnderTest;
let dataDir: string;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
  // A look at the list that is still under way would not see what a test changes.
  await until(under.terminal, () => under.terminal.kiosk.catalogue.freshness() === 'fresh');
  await fillIn(under);
});
afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

/** What the platform acknowledged, once the resident's last touch has gone through. */
async function acknowledged() {
  const { visits } = under.terminal.kiosk;
  expectOk(await visits.submit());
  await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
  const [body] = [...platform.acknowledged.values()];
  return submissionSchema.parse(JSON.parse(body ?? ''));
}

const itemNow = () => under.terminal.kiosk.catalogue.item('elderly-allowance');

it('a resident whose item is taken away in the middle of the form finishes, and is received', async () => {
  platform.items = platform.items.filter(({ slug }) => slug !== 'elderly-allowance');
  await under.terminal.kiosk.catalogue.refresh();
  expect(itemNow()).toMatchObject({ ok: false, fault: { code: 'item.unknown' } });
  expect(await acknowledged()).toMatchObject({
    itemSlug: 'elderly-allowance',
    itemVersion: '2026.11-draft1',
  });
});

it('a resident whose item changes in the middle of the form is received under the version that was answered', async () => {
  platform.items = platform.items.map((item) => ({
    ...item,
    version: '2027',
    body: JSON.stringify({ ...JSON.parse(item.body), version: '2027' }),
  }));
  await under.terminal.kiosk.catalogue.refresh();
  expect(itemNow()).toMatchObject({ ok: true, value: { version: '2027' } });
  expect(await acknowledged()).toMatchObject({ itemVersion: '2026.11-draft1' });
});
