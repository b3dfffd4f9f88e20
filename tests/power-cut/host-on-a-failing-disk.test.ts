import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BROKEN_STORE_EXIT_CODE } from '#terminal/health/broken-store.ts';
import { installedCompiler } from '../../scripts/find-compiler.ts';
import { startHost } from '../support/host-process.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';
import { submitOne, untilItsItemIsThere } from '../support/robot-resident.ts';
import { openScreen } from '../support/screen-client.ts';
import { buildRecorder, type Recorder } from './recorder.ts';

const compiler = installedCompiler();
const why = compiler === null ? ' (skipped: no C compiler for Linux, so nothing can be preloaded)' : '';

describe.skipIf(compiler === null)(`the whole terminal${why}`, () => {
  let station: RealStation;
  let recorder: Recorder;
  beforeAll(async () => {
    recorder = buildRecorder(compiler ?? '');
    station = await startRealStation();
  });
  afterAll(async () => {
    await station.close();
    recorder.dispose();
  });

  it('whose disk fails under a submission refuses it, ends with its reason, and is whole when it is started again', async () => {
    const { config, dataDir } = station;
    const diskFails = join(dataDir, 'the-disk-fails');
    const host = await startHost({
      config,
      dataDir,
      env: {
        LD_PRELOAD: recorder.library,
        YIZHAN_DISK_ROOT: dataDir,
        YIZHAN_DISK_FAULT: 'eio-sync:1:stay',
        YIZHAN_DISK_FAULT_WHEN: diskFails,
      },
    });
    const screen = await openScreen(host);
    await untilItsItemIsThere(screen.api);
    const confirmed = await submitOne(screen.api, () => undefined);
    writeFileSync(diskFails, '');
    await expect(submitOne(screen.api, () => undefined)).rejects.toThrow('store.failed');
    expect(await host.ended).toBe(BROKEN_STORE_EXIT_CODE);
    screen.close();

    const again = await startHost({ config, dataDir });
    const next = await openScreen(again);
    await untilItsItemIsThere(next.api);
    const since = await submitOne(next.api, () => undefined);
    next.close();
    expect(await again.stop()).toBe(0);
    const stored = receiptNumbers(dataDir);
    expect(stored).toContain(confirmed);
    expect(stored).toContain(since);
    expect(new Set(stored).size).toBe(stored.length);
  });
});

function receiptNumbers(dataDir: string): string[] {
  const database = new DatabaseSync(join(dataDir, 'terminal.db'), { readOnly: true });
  try {
    const rows = database.prepare('SELECT receipt_no FROM application').all();
    return rows.map((row) => String(row['receipt_no']));
  } finally {
    database.close();
  }
}
