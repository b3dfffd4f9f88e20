import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { startScriptedPlatform } from '../support/scripted-platform.ts';
import {
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  submit,
  until,
  untilReady,
} from '../support/terminal-under-test.ts';

const planted = ['张建国', '999901194503120014', '13800005678', '6222020000000000004', '和平路8号'];

/** As text of either encoding that a file of ours, or of SQLite, could hold it in. */
function holds(bytes: Buffer, value: string): boolean {
  return bytes.includes(Buffer.from(value, 'utf8')) || bytes.includes(Buffer.from(value, 'utf16le'));
}

it('leaves no personal value in plain text on the disk or in the log, before and after the acknowledgement', async () => {
  const platform = await startScriptedPlatform();
  const dataDir = newDataDir();
  const under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  const look = (when: string): void => {
    const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    expect(files.map((entry) => entry.name)).toEqual(
      expect.arrayContaining(['terminal.db', 'terminal.db-wal']),
    );
    for (const { parentPath, name } of files) {
      const bytes = readFileSync(join(parentPath, name));
      for (const value of planted) expect(holds(bytes, value), `${value} in ${name} ${when}`).toBe(false);
    }
    const log = JSON.stringify(under.log);
    for (const value of planted) expect(log, when).not.toContain(value);
  };
  try {
    await untilReady(under);
    platform.down = true;
    await submit(under);
    await until(under.terminal, () => received(under).print.state === 'printed');
    look('while it waits');
    platform.down = false;
    await until(under.terminal, () => received(under).forwarding.state === 'acknowledged');
    under.terminal.kiosk.visits.end('finished');
    look('after the end of the visit');
    // The planted values did travel: otherwise their absence would prove nothing.
    const sent = [...platform.acknowledged.values()].join();
    for (const value of planted) expect(sent).toContain(value);
  } finally {
    await under.close();
    await platform.close();
    removeDataDir(dataDir);
  }
});
