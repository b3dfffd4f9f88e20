import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TerminalConfig } from '#config/schema.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { ReadAsset } from '#terminal/api/assets.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import { deviceHostCheck, rendererCheck, terminalCheck } from './self-checks.ts';
import { runSelfTest, type SelfCheck } from './self-test.ts';

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
  let dataDir: string;
  try {
    dataDir = await mkdtemp(join(tmpdir(), 'yizhan-self-test-'));
  } catch (error) {
    // A disk that is full, or only read: what the test is there to say.
    return reported(options, [{ name: 'temporary-folder', run: () => Promise.reject(error as Error) }]);
  }
  try {
    return await reported(options, [
      rendererCheck(options.renderer),
      deviceHostCheck(options.spawnDeviceHost),
      terminalCheck(() => options.start(dataDir)),
      ...(tryDoor === null ? [] : [{ name: 'door', run: () => tryDoor(dataDir) }]),
    ]);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** A report that cannot be written where it was asked for is said on standard output, and is none. */
async function reported(
  { version, clock, reportTo }: SelfTestMode,
  checks: readonly SelfCheck[],
): Promise<0 | 1> {
  const report = await runSelfTest(version, checks, clock);
  const json = `${JSON.stringify(report, null, 2)}\n`;
  try {
    if (reportTo !== '-') await writeFile(reportTo, json);
  } catch (error) {
    process.stderr.write(`the report cannot be written: ${String(error)}\n`);
    process.stdout.write(json);
    return 1;
  }
  if (reportTo === '-') process.stdout.write(json);
  return report.ok ? 0 : 1;
}
