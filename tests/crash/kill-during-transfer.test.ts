import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { parseConfig } from '#config/load.ts';
import { openOffline } from '#terminal/outbox/offline.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { expectValue } from '../support/expect-value.ts';
import { twoPeopleLines } from '../support/two-people.ts';
import { seeded } from '../support/seeded.ts';
import { terminalThatWaits } from '../support/terminal-that-waits.ts';

const ROWS = 150;
const KILLS = 2;
const CLI = join(import.meta.dirname, '../../electron/host/outbox-cli.ts');
const random = seeded(41);

let folder: string;
const configFile = (): string => join(folder, 'terminal.yaml');
const dataOf = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-kill-transfer-'));
  writeFileSync(
    configFile(),
    demoConfig({
      cardReaderPort: 1,
      printerPort: 2,
      platformUrl: 'http://127.0.0.1:1',
    }),
  );
  await makeTerminal('source', ROWS);
  await makeTerminal('target', 0);
});
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const makeTerminal = (name: string, rows: number): Promise<void> =>
  terminalThatWaits({ dataDir: dataOf(name), config: config(), masterKey: () => masterKey(name), rows });

function config() {
  const parsed = parseConfig(
    demoConfig({ cardReaderPort: 1, printerPort: 2, platformUrl: 'http://127.0.0.1:1' }),
    'test.yaml',
  );
  if (!parsed.ok) throw new Error('the demo configuration does not parse');
  return parsed.value;
}

function masterKey(name: string): Uint8Array {
  return expectValue(openKeyFile(dataOf(name), systemRandomBytes));
}

/** Runs the command line; killed after so many milliseconds, or never. */
function run(
  args: readonly string[],
  name: string,
  killAfterMs: number | null,
): Promise<{ code: number | null; out: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [CLI, ...args, '--config', configFile(), '--data', dataOf(name)], {
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    // A kill may come before it has read them.
    child.stdin.on('error', () => undefined);
    child.stdin.end(twoPeopleLines);
    let out = '';
    child.stdout.on('data', (bytes: Buffer) => (out += bytes.toString()));
    child.stderr.on('data', (bytes: Buffer) => (out += bytes.toString()));
    const kill = killAfterMs === null ? null : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.once('close', (code) => {
      if (kill !== null) clearTimeout(kill);
      resolve({ code, out });
    });
  });
}

const codeIn = (out: string): string | null => /^ {2}([0-9A-Z-]{47})$/m.exec(out)?.[1] ?? null;

/** A start and two PINs take this long; what follows is the work that a kill should strike. */
async function startUpMs(): Promise<number> {
  const from = performance.now();
  const { code, out } = await run(['export', join(folder, 'nothing')], 'target', null);
  expect(code, out).toBe(0);
  return performance.now() - from;
}

function rowsAt(name: string): { waiting: number; parked: number; handedOver: number } {
  const opened = openOffline({
    config: config(),
    dataDir: dataOf(name),
    masterKey: masterKey(name),
    clock: systemClock,
    randomBytes: systemRandomBytes,
  });
  if (!opened.ok) throw new Error(`${opened.fault.code}: ${opened.fault.detail ?? ''}`);
  const handed = opened.value.parked.list({ which: 'handed-over', after: null, limit: 200 });
  const counts = { ...opened.value.counts(), handedOver: handed.ok ? handed.value.length : 0 };
  opened.value.close();
  return counts;
}

describe('a transfer that is killed', () => {
  it('loses nothing at the source, and nothing at the target once it is done again', async () => {
    const startMs = await startUpMs();
    const strike = (): number => startMs * (0.6 + random() * 0.7);
    for (let round = 0; round < KILLS; round += 1) {
      const file = join(folder, `killed-${round}`);
      // Each kill finds a terminal that has everything still: one that comes too late leaves nothing for the next.
      const source = `source-${round}`;
      cpSync(dataOf('source'), dataOf(source), { recursive: true });
      const { out } = await run(['export', file, '--hand-over'], source, strike());
      const { waiting, parked, handedOver } = rowsAt(source);
      expect(waiting + parked + handedOver).toBe(ROWS);
      // Nothing is handed over before the file is whole and its code was shown.
      if (handedOver > 0) expect(existsSync(file) && codeIn(out) !== null).toBe(true);
    }
    const file = join(folder, 'whole');
    const exported = await run(['export', file, '--hand-over'], 'source', null);
    expect(exported.code, exported.out).toBe(0);
    expect(rowsAt('source')).toEqual({ waiting: 0, parked: 0, handedOver: ROWS });
    const code = codeIn(exported.out);
    if (code === null) throw new Error('no code was shown');

    for (let round = 0; round < KILLS; round += 1) {
      await run(['import', file, '--code', code], 'target', strike());
      expect(rowsAt('target').waiting).toBeLessThanOrEqual(ROWS);
    }
    const imported = await run(['import', file, '--code', code], 'target', null);
    expect(imported.code, imported.out).toBe(0);
    expect(rowsAt('target')).toEqual({ waiting: ROWS, parked: 0, handedOver: 0 });
  });

  it('is not begun in a folder that holds no terminal, and makes none there', async () => {
    const { code, out } = await run(['list'], 'nowhere', null);
    expect([code, out]).toEqual([4, expect.stringContaining('there is no terminal’s data')]);
    expect(existsSync(dataOf('nowhere'))).toBe(false);
  });
});
