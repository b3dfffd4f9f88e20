import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { readinessReportSchema } from '#contract/readiness.ts';
import { NEW_TERMINAL, startFirstStartStation, type FirstStartStation } from '../support/first-start.ts';
import { startHost } from '../support/host-process.ts';
import { openScreen } from '../support/screen-client.ts';

let station: FirstStartStation;
let answers = '';

beforeAll(async () => {
  station = await startFirstStartStation();
  answers = join(station.dataDir, 'answers.yaml');
});
afterAll(async () => {
  await station.close();
});

function say(devices: readonly object[]): void {
  const { region, station: number, number: own } = NEW_TERMINAL;
  const enrolmentCodeFile = join(station.dataDir, 'code');
  writeFileSync(enrolmentCodeFile, `${station.enrolmentCode}\n`);
  writeFileSync(
    answers,
    stringify({
      terminal: { region, station: number, number: own },
      screen: { widthMm: 476, heightMm: 268 },
      enrolmentCodeFile,
      devices,
    }),
  );
}

/** Follows the file to its end: the exit code, and each line of what it said. */
async function follow(): Promise<{ readonly code: number | null; readonly lines: readonly string[] }> {
  const running = station.start('--provision', answers);
  const code = await running.ended;
  return { code, lines: running.said().split('\n') };
}

/** The ports of the delivered cabinet, put right. */
function portsPutRight(): readonly object[] {
  const bare = readFileSync(station.bare, 'utf8');
  const [, crossedReader] = /id: card-reader\n(?:.*\n)*?\s+channel: (\S+)/.exec(bare) ?? [];
  const [, crossedPrinter] = /id: printer\n(?:.*\n)*?\s+channel: (\S+)/.exec(bare) ?? [];
  return [
    { id: 'card-reader', channel: crossedPrinter },
    { id: 'printer', channel: crossedReader },
    { id: 'scanner', channel: `tcp:127.0.0.1:${String(station.scannerPort)}` },
  ];
}

test('a file that is no answer stops with what is wrong, and nothing is written', async () => {
  writeFileSync(answers, 'screen: { widthMm: 476 }\nenrolmentCode: ABCD\n');
  const { code, lines } = await follow();
  expect(code).toBe(3);
  expect(lines.join('\n')).toMatch(/config\.wrong-value: .*answers\.yaml: screen\.heightMm/);
  expect(existsSync(station.config)).toBe(false);
});

test('a file of the code that is not there stops with its name, and no configuration is written', async () => {
  const file = join(station.dataDir, 'no-code');
  writeFileSync(
    answers,
    stringify({
      terminal: { region: '999901', station: '001', number: '01' },
      screen: { widthMm: 476, heightMm: 268 },
      enrolmentCodeFile: file,
    }),
  );
  const { code, lines } = await follow();
  expect(code).toBe(3);
  expect(lines.join('\n')).toContain(`config.unreadable: enrolmentCodeFile: ${file} cannot be read`);
  expect(existsSync(station.config)).toBe(false);
});

test('a dead platform, crossed cables and a wrong port are each said by name; no configuration is written', async () => {
  say([]);
  const { code, lines } = await follow();
  expect(code).toBe(6);
  expect(lines).toEqual(
    expect.arrayContaining([
      expect.stringMatching(/^red {2}clock {2}clock\.not-confirmed/),
      expect.stringMatching(/^red {2}network {2}platform\.unreachable/),
      expect.stringMatching(/^red {2}enrolment {2}platform\.unreachable/),
      expect.stringMatching(
        /^red {2}device card-reader {2}device\.other-answers {2}tcp:127\.0\.0\.1:\d+: printer$/,
      ),
      expect.stringMatching(
        /^red {2}device printer {2}device\.other-answers {2}tcp:127\.0\.0\.1:\d+: card-reader$/,
      ),
      expect.stringMatching(/^red {2}device scanner {2}device\.port-missing/),
      expect.stringMatching(/^green {2}device display-1/),
      expect.stringMatching(/^green {2}configuration/),
      'report  printed not  sent bad',
    ]),
  );
  expect(existsSync(station.config)).toBe(false);
  const kept: unknown = JSON.parse(readFileSync(join(station.dataDir, 'terminal/readiness.json'), 'utf8'));
  expect(readinessReportSchema.parse(kept).by).toBe('file');
});

test('a clock that is an hour off is said with the hour, and stops the start', async () => {
  station.platformLine.set('whole');
  station.setClock(3_600_000);
  say(portsPutRight());
  const { code, lines } = await follow();
  expect(code).toBe(6);
  expect(lines).toContainEqual(expect.stringMatching(/^red {2}clock {2}clock\.differs {2}3(600|599|601) s$/));
  expect(existsSync(station.config)).toBe(false);
});

test('followed again it goes on where it was: all that a machine can see is green, the platform knows, and the terminal starts', async () => {
  station.setClock(0);
  say(portsPutRight());
  const { code, lines } = await follow();
  expect(lines.filter((line) => line.startsWith('red'))).toEqual([]);
  expect(code).toBe(0);
  // Nobody was there to look: it says so, and does not call it good.
  expect(lines).toContainEqual(expect.stringMatching(/^not-here {2}display {2}test\.nobody-there$/));
  expect(lines).toContain('report  printed good  sent good');
  expect(await station.readiness()).toContain('  green  device card-reader  ' + lineOf(lines, 'card-reader'));
  const loaded = loadConfig(station.config);
  expect(loaded.ok && loaded.value.terminal).toEqual(NEW_TERMINAL);

  const host = await startHost({ config: station.config, dataDir: join(station.dataDir, 'terminal') });
  const screen = await openScreen({ url: host.url, resident: host.resident });
  for await (const snapshot of await screen.api.station.watch()) {
    const areReady = snapshot.devices.every(({ status }) => status.state === 'ready');
    if (areReady && snapshot.platform === 'online' && snapshot.catalogue === 'fresh') break;
  }
  screen.close();
  expect(await host.stop()).toBe(0);
});

function lineOf(lines: readonly string[], device: string): string {
  const start = `green  device ${device}  `;
  return lines.find((line) => line.startsWith(start))?.slice(start.length) ?? 'is not there';
}
