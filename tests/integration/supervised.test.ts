/**
 * The terminal's unit under a real systemd: what the watchdog hears, what it does, and where three ends lead. The unit is the
 * delivered one, but for its user and its walls, which take the machine's own systemd, and for its programs' places.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { readCrashes } from '#terminal/health/crashes.ts';
import { startSystemd, whyNoSystemd, type Systemd } from '../support/systemd.ts';

const root = join(import.meta.dirname, '../..');
const packaged = join(root, 'electron/host/packaging/systemd');
const UNIT = 'yizhan-terminal.service';
const ALARM = 'yizhan-out-of-service.service';
/** Of the delivered unit: what its life is like. The rest is how it is walled in. */
const ofItsLife =
  /^(Description|StartLimit\w+|OnFailure|Type|NotifyAccess|TimeoutStartSec|TimeoutStopSec|WatchdogSignal|Restart|LimitCORE|OOMPolicy)=|^\[(Unit|Service)\]$/;
/** In place of a minute. */
const WATCHDOG_SECONDS = 3;

const why = whyNoSystemd();
if (why !== null) console.log(`supervised.test.ts is skipped: ${why}`);

// skipped where no systemd can be had: there is nothing that would speak its protocol but itself.
describe.skipIf(why !== null)('the terminal under systemd', () => {
  let systemd: Systemd;
  let dataDir: string;

  beforeAll(async () => {
    systemd = await startSystemd();
  });
  afterAll(() => systemd.close());
  beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'yizhan-supervised-'));
    return () => {
      systemd.run('stop', UNIT);
      systemd.run('reset-failed');
      rmSync(dataDir, { recursive: true, force: true });
    };
  });

  function install(): void {
    const config = join(dataDir, 'terminal.yaml');
    // Ports 9 and 10 of the loopback: nobody listens there.
    writeFileSync(
      config,
      demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' }),
    );
    const lived = (unit: string): string =>
      readFileSync(join(packaged, unit), 'utf8')
        .split('\n')
        .filter((line) => ofItsLife.test(line))
        .join('\n');
    const program = (file: string, args: string): string =>
      `ExecStart=${process.execPath} ${join(root, 'electron/host', file)} --data ${dataDir} ${args}\n`;
    const watched = `WatchdogSec=${WATCHDOG_SECONDS}\nRestartSec=0\n`;
    writeFileSync(
      join(systemd.units, UNIT),
      `${lived(UNIT)}\n${watched}${program('main.ts', `--config ${config}`)}`,
    );
    writeFileSync(
      join(systemd.units, ALARM),
      `${lived(ALARM)}\n[Service]\nType=oneshot\n${program('out-of-service.ts', '')}`,
    );
    systemd.run('daemon-reload');
    systemd.run('start', '--no-block', UNIT);
  }

  const kill = (signal: string): string =>
    systemd.run('kill', '--kill-whom=main', `--signal=${signal}`, UNIT);
  const restarts = (): number => Number(systemd.property(UNIT, 'NRestarts'));
  async function upAgain(times: number): Promise<void> {
    await expect.poll(restarts, { timeout: 60_000 }).toBe(times);
    await systemd.until(UNIT, /^active\/running/);
  }

  test('is up when it says so, is left alone while it is well, and ends as it is asked', async () => {
    install();
    await systemd.until(UNIT, /^active\/running/);
    // Twice the watchdog's patience, by the watchdog's own record of when it last heard.
    const heard = (): number => Number(systemd.property(UNIT, 'WatchdogTimestampMonotonic'));
    const first = heard();
    await expect.poll(heard, { timeout: 60_000 }).toBeGreaterThan(first + 2 * WATCHDOG_SECONDS * 1_000_000);
    expect(restarts()).toBe(0);
    systemd.run('stop', UNIT);
    expect(systemd.property(UNIT, 'Result')).toBe('success');
    expect(readCrashes(dataDir)).toMatchObject({ running: null, crashes: [] });
  });

  test('that hangs is killed by the watchdog and started again', async () => {
    install();
    await systemd.until(UNIT, /^active\/running/);
    kill('SIGSTOP');
    await upAgain(1);
    expect(readCrashes(dataDir).crashes).toMatchObject([{ part: 'terminal' }]);
  });

  test('that ends three times in ten minutes stays down, and that is noted for the platform', async () => {
    install();
    await systemd.until(UNIT, /^active\/running/);
    for (const times of [1, 2]) {
      kill('SIGKILL');
      await upAgain(times);
    }
    kill('SIGKILL');
    await systemd.until(UNIT, /^failed/);
    await expect.poll(() => readCrashes(dataDir).outOfServiceSince, { timeout: 20_000 }).not.toBeNull();
    // What the timer does ten minutes later; by then its own count is over.
    systemd.run('reset-failed', UNIT);
    systemd.run('start', '--no-block', UNIT);
    await systemd.until(UNIT, /^active\/running/);
    expect(readCrashes(dataDir)).toMatchObject({
      outOfServiceSince: null,
      crashes: [{ part: 'terminal' }, { part: 'terminal' }, { part: 'terminal' }],
    });
  });
});
