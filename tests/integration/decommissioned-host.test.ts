import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { demoConfig } from '#config/demo/demo-config.ts';
import { testParcel, testVerifyWith } from '#platform/parcels/for-tests.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { putInForce } from '#terminal/parcels/for-tests.ts';
import { markFile } from '#terminal/store/destroy.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

const hostMain = fileURLToPath(new URL('../../electron/host/main.ts', import.meta.url));

test('a terminal taken out of use ends as such however it is started, and finishes what a power cut broke off', () => {
  const dataDir = newDataDir();
  // The configuration in the folder that is emptied, and the station's beside it: neither a fault nor a first start.
  const config = join(dataDir, 'terminal.yaml');
  const bare = join(dataDir, 'decommissioned', 'station.yaml');
  mkdirSync(join(dataDir, 'decommissioned'));
  writeFileSync(markFile(dataDir), '{}\n');
  const demo = demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' });
  const file = stringify({ ...(parse(demo) as object), parcels: { verifyWith: testVerifyWith } }); // of the demo
  writeFileSync(bare, file);
  writeFileSync(config, 'extends: decommissioned/station.yaml\n');
  // Where only a package from afar had the backups laid.
  const backupDir = newDataDir();
  mkdirSync(join(backupDir, 'demo-01'));
  putInForce(
    { file: config, dataDir },
    testParcel('configuration', 'k1', stringify({ storage: { backupDir } })),
  );
  mkdirSync(join(dataDir, 'keys'));
  writeFileSync(join(dataDir, 'keys', 'k1.key'), 'k'.repeat(32));
  for (let starts = 0; starts < 2; starts += 1) {
    const given = [hostMain, '--config', config, '--bare', bare, '--data', dataDir];
    const { status } = spawnSync(process.execPath, given, { encoding: 'utf8', timeout: 30_000 });
    expect(status).toBe(exitCodes.decommissioned);
    expect(readdirSync(dataDir)).toEqual(['decommissioned']);
  }
  expect(readdirSync(backupDir)).toEqual([]);
  for (const folder of [dataDir, backupDir]) removeDataDir(folder);
});
