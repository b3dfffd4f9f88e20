import { writeFileSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { heldRefusal, lastOfAudit, silentConnection } from '../support/held-connections.ts';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

let dataDir: string;
let host: HostProcess;
let held: Socket | null;
beforeEach(async () => {
  dataDir = newDataDir();
  const config = join(dataDir, 'terminal.yaml');
  // Ports 9 and 10 of the loopback: nobody listens there.
  const parts = { cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' };
  writeFileSync(config, demoConfig(parts));
  host = await startHost({ config, dataDir });
  held = null;
});
afterEach(async () => {
  held?.destroy();
  await host.kill();
  removeDataDir(dataDir);
});

it.each([
  ['says nothing', (port: number) => silentConnection(port)],
  ['was refused and does not hang up', (port: number) => heldRefusal(port, null)],
])('a host is stopped as it should be while somebody at its port %s', async (_what, hold) => {
  held = await hold(Number(new URL(host.url).port));
  expect(await host.stop()).toBe(0);
  expect(lastOfAudit(dataDir)).toBe('terminal.stopped');
});
