import { afterEach, beforeEach, expect, it } from 'vitest';
import { openCutLine, type CutLine } from '../support/cut-line.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import {
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  until,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

let dataDir: string;
let platform: ScriptedPlatform;
let line: CutLine;
let under: TerminalUnderTest;
beforeEach(async () => {
  dataDir = newDataDir();
  platform = await startScriptedPlatform();
  line = await openCutLine(Number(new URL(platform.url).port));
  under = startTerminalUnderTest({
    dataDir,
    platformUrl: `http://127.0.0.1:${String(line.port)}`,
    timeoutSeconds: 10,
    // It does not look by itself while this test runs.
    bend: (config) => ({ ...config, platform: { ...config.platform, checkSeconds: 600 } }),
  });
  await untilReady(under);
});
afterEach(async () => {
  await under.close();
  await line.close();
  await platform.close();
  removeDataDir(dataDir);
});

it('a report on a guide that finds no line is how the line is known to be away, long before the next look', async () => {
  const { station, guideReports } = under.terminal.kiosk;
  await until(under.terminal, () => station.snapshot().platform === 'online');
  line.set('refused');
  expect(guideReports.report('elderly-allowance', 'phone').ok).toBe(true);
  await until(under.terminal, () => station.snapshot().platform === 'offline');
});
