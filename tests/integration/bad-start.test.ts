import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { startHost } from '../support/host-process.ts';
import { openScreen } from '../support/screen-client.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

let dataDir: string;
let config: string;
beforeEach(() => {
  dataDir = newDataDir();
  config = join(dataDir, 'terminal.yaml');
});
afterEach(() => {
  removeDataDir(dataDir);
});

function writeConfig(change: (text: string) => string): void {
  // Port 9 of the loopback: nobody listens there.
  const parts = { cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' };
  writeFileSync(config, change(demoConfig(parts)));
}

describe('a start', () => {
  it.each([
    [
      'an unknown key',
      (text: string) => `${text}colour: red\n`,
      /terminal\.yaml:\d+: colour: .*\(config\.unknown-key\)/,
    ],
    [
      'a wrong type',
      (text: string) => text.replace('widthMm: 268', 'widthMm: wide'),
      /screen\.widthMm: expected a number, 100 to 3000 \(config\.wrong-type\)/,
    ],
  ])('with %s stops with a sentence that names it', async (_what, change, sentence) => {
    writeConfig(change);
    await expect(startHost({ config, dataDir })).rejects.toThrow(sentence);
  });

  it.each([
    ['of a terminal', () => config],
    ['that is the first', () => join(dataDir, 'none.yaml')],
  ])('%s at a port that another program has ends with 5, and says so', async (_which, own) => {
    writeConfig((text) => text);
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo; // of a server that listens
    const args = ['--bare', config, '--port', String(port)];
    const said = new RegExp(`ended with 5: .*port ${String(port)} cannot be had`, 's');
    await expect(startHost({ config: own(), dataDir, args })).rejects.toThrow(said);
    other.close();
  });

  it('on a database of a newer version stops, and leaves it as it is', async () => {
    writeConfig((text) => text);
    mkdirSync(join(dataDir, 'keys'));
    writeFileSync(join(dataDir, 'keys', 'k1.key'), Buffer.alloc(32, 1));
    writeFileSync(
      join(dataDir, 'terminal.db'),
      'not a database at all, only some text in its place'.repeat(50),
    );
    await expect(startHost({ config, dataDir })).rejects.toThrow(/cannot start: store\./);
    expect(readFileSync(join(dataDir, 'terminal.db'), 'utf8')).toContain('not a database at all');
  });

  it('over a decommission that a power cut broke off finishes it: no key and no row is left, and nothing is started', async () => {
    // Beside the folder: what is destroyed is everything in it.
    const aside = newDataDir();
    config = join(aside, 'terminal.yaml');
    writeConfig((text) => text);
    for (const folder of ['keys', 'decommissioned']) mkdirSync(join(dataDir, folder));
    writeFileSync(join(dataDir, 'keys', 'k1.key'), Buffer.alloc(32, 1));
    writeFileSync(join(dataDir, 'terminal.db'), 'rows of residents');
    writeFileSync(join(dataDir, 'decommissioned', 'decommissioned.json'), '{}');
    await expect(startHost({ config, dataDir })).rejects.toThrow(/terminal\.decommissioned/);
    expect(readdirSync(dataDir)).toEqual(['decommissioned']);
    removeDataDir(aside);
  });

  it('with ports and a platform that do not exist works, and says what is missing', async () => {
    writeConfig((text) => text.replace('tcp:127.0.0.1:10', 'serial:/dev/does-not-exist'));
    const host = await startHost({ config, dataDir });
    const screen = await openScreen(host);
    for await (const snapshot of await screen.api.station.watch()) {
      const [reader, printer] = snapshot.devices.map((device) => device.status);
      if (reader?.state !== 'lost' && reader?.state !== 'absent') continue;
      if (printer?.state !== 'lost' && printer?.state !== 'absent') continue;
      if (snapshot.platform !== 'offline') continue;
      if (printer.state === 'lost') expect(printer.fault.code).toBe('device.port-missing');
      expect(snapshot.catalogue).toBe('empty');
      break;
    }
    expect(await screen.api.catalogue.list()).toMatchObject({
      ok: false,
      fault: { code: 'catalogue.empty' },
    });
    screen.close();
    expect(await host.stop()).toBe(0);
  });

  it('is refused to a second terminal on the same folder', async () => {
    writeConfig((text) => text);
    const first = await startHost({ config, dataDir });
    await expect(startHost({ config, dataDir })).rejects.toThrow(/cannot start: store\.in-use/);
    expect(await first.stop()).toBe(0);
  });
});
