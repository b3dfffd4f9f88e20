import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TerminalConfig } from '#config/schema.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { ReadAsset } from '#terminal/api/assets.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import { deviceHostCheck, rendererCheck, terminalCheck } from './self-checks.ts';
import { runSelfTest } from './self-test.ts';

export interface SelfTestMode {
  readonly version: string;
  readonly clock: Clock;
  /** File for the JSON report; `-` is standard output. */
  readonly reportTo: string;
  readonly renderer: ReadAsset;
  readonly spawnDeviceHost: () => DeviceHostProcess;
  /** Starts the whole terminal over `dataDir`. */
  readonly start: (dataDir: string) => Result<{ readonly close: () => Promise<void> }>;
  /** Makes a certificate in `dataDir` and serves by it, on the loopback; null: the configuration has no door. */
  readonly tryDoor: ((dataDir: string) => Promise<Result<string>>) | null;
}

/**
 * As a self-test may use it, beside a terminal that runs and over an empty folder: it opens no device, does not spend the code that waits for the
 * real enrolment, and puts no copy of an empty database in front of the station's own.
 */
export function harmless(config: TerminalConfig): TerminalConfig {
  const platform = { ...config.platform };
  delete platform.enrolmentCodeFile;
  return { ...config, platform, devices: [], storage: { ...config.storage, backupDir: null } };
}

/** Writes the report and gives the exit code. Its data folder is its own: a running terminal is not touched. */
export async function selfTestMode(options: SelfTestMode): Promise<0 | 1> {
  const { tryDoor } = options;
  const dataDir = await mkdtemp(join(tmpdir(), 'yizhan-self-test-'));
  try {
    const report = await runSelfTest(
      options.version,
      [
        rendererCheck(options.renderer),
        deviceHostCheck(options.spawnDeviceHost),
        terminalCheck(() => options.start(dataDir)),
        ...(tryDoor === null ? [] : [{ name: 'door', run: () => tryDoor(dataDir) }]),
      ],
      options.clock,
    );
    const json = `${JSON.stringify(report, null, 2)}\n`;
    if (options.reportTo === '-') process.stdout.write(json);
    else await writeFile(options.reportTo, json);
    return report.ok ? 0 : 1;
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
