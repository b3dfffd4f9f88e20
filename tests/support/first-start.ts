import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { demoCamera, demoConfig } from '#config/demo/demo-config.ts';
import { serveSimulator, type ServedSimulator } from '#drivers/channel/tcp-server.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPeople, syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { SimulatedBus } from '#drivers/channel/simulated-bus.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { scannerProfile } from '#drivers/scanner/profiles.ts';
import { ScannerSimulator } from '#drivers/scanner/simulator.ts';
import { catalogueDir } from '#platform/catalogue/load-catalogue.ts';
import { startTestPostgres } from '#platform/database/for-tests.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { connect } from '#platform/database/connect.ts';
import { readinessLinesOf } from '#platform/readiness/readiness.ts';
import { startPlatform } from '#platform/server.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { freePort, openCutLine, type CutLine } from './cut-line.ts';
import { newDataDir, removeDataDir } from './terminal-under-test.ts';

export const NEW_TERMINAL = { id: '999901-001-01', region: '999901', station: '001', number: '01' } as const;
const LINE_BAUD = 9600;

/**
 * A cabinet as it was delivered: the cables of reader and printer are crossed, the scanner is at another port than the station's file
 * says, the displays of two windows hang over each other's, the clock is wrong, and the platform is not there yet.
 */
export interface FirstStartStation {
  readonly dataDir: string;
  readonly bare: string;
  readonly config: string;
  readonly enrolmentCode: string;
  readonly reader: CardReaderSimulator;
  readonly printer: ReceiptPrinterSimulator;
  readonly scanner: ScannerSimulator;
  /** Where the scanner really is. */
  readonly scannerPort: number;
  readonly platformLine: CutLine;
  /** Over which window somebody who stands there sees something; null: all are dark. */
  litWindow(): string | null;
  placeCard(): void;
  /** The machine's wall clock, off by so much from now on. */
  setClock(offMs: number): void;
  /** What the platform's operator reads of this terminal; null: nothing came. */
  readiness(): Promise<readonly string[] | null>;
  start(...more: readonly string[]): FirstStartProcess;
  close(): Promise<void>;
}

export interface FirstStartProcess {
  readonly child: ChildProcess;
  /** Its first line, which a supervisor reads. Rejects with what it said when it ends before. */
  readonly first: Promise<unknown>;
  readonly said: () => string;
  readonly ended: Promise<number | null>;
}

const hostMain = fileURLToPath(new URL('../../electron/host/main.ts', import.meta.url));
const shiftedClock = pathToFileURL(fileURLToPath(new URL('./shifted-clock.ts', import.meta.url))).href;

export async function startFirstStartStation(): Promise<FirstStartStation> {
  const dataDir = newDataDir();
  const postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  const platform = await startPlatform({
    databaseUrl,
    host: '127.0.0.1',
    port: 0,
    deskToken: 'desk-token-of-the-test',
    clock: systemClock,
    catalogueDir,
  });
  const platformLine = await openCutLine(Number(new URL(platform.url).port));
  platformLine.set('refused');

  const clock = systemClock;
  const reader = new CardReaderSimulator({
    clock,
    samId: EXAMPLE_SAM_ID,
    baudRate: 115200,
    habits: FRANK_MODULE,
  });
  const printer = new ReceiptPrinterSimulator({
    clock,
    profile: expected(printerProfile('generic-80')),
    name: 'SIM',
    lineMs: 1,
    afterStop: 'continue',
  });
  const scanner = new ScannerSimulator({
    clock,
    profile: expected(scannerProfile('newland')),
    baudRate: null,
  });
  const screens = [1, 2].map((screen) => new OnbonSimulator({ clock, screen }));
  const bus = new SimulatedBus({ clock, baudRate: LINE_BAUD, members: screens, echo: false });
  const lines = await Promise.all(
    [reader, printer, scanner, bus].map((simulator) =>
      serveSimulator(simulator, { host: '127.0.0.1', port: 0 }),
    ),
  );
  const [readerPort = 0, printerPort = 0, scannerPort = 0, displayPort = 0] = lines.map(
    ({ port }: ServedSimulator) => port,
  );

  const demo = parse(
    demoConfig({
      cardReaderPort: printerPort,
      printerPort: readerPort,
      scannerPort: await freePort(),
      displayPort,
      platformUrl: `http://127.0.0.1:${String(platformLine.port)}`,
      checkSeconds: 1,
      overrides: { camera: demoCamera },
    }),
  ) as Record<string, unknown> & { devices: { id: string }[] }; // of the demo's own form
  const bare = join(dataDir, 'station.yaml');
  const here = demo.devices.filter(({ id }) => !['display-3', 'display-4'].includes(id));
  // Neither a number nor a measured screen: that is what a first start finds out.
  const station = {
    ...demo,
    terminal: { region: '999901', station: '001' },
    screen: undefined,
    devices: here,
  };
  writeFileSync(bare, stringify(station));
  const clockFile = join(dataDir, 'clock-off');
  writeFileSync(clockFile, '0');
  const config = join(dataDir, 'terminal.yaml');
  const pool = connect(databaseUrl);

  return {
    dataDir,
    bare,
    config,
    enrolmentCode: await issueTestCode(databaseUrl, NEW_TERMINAL.id, '999901001', systemClock.now()),
    reader,
    printer,
    scanner,
    scannerPort,
    platformLine,
    // Screen 1 hangs over window 2, and screen 2 over window 1.
    litWindow: () => {
      const lit = screens.map((screen) => screen.isOn && screen.shown !== null);
      return lit[0] === true ? '2' : lit[1] === true ? '1' : null;
    },
    placeCard: () => {
      reader.placeCard(syntheticPerson(syntheticPeople[0]?.id ?? ''));
    },
    setClock: (offMs) => {
      writeFileSync(clockFile, String(offMs));
    },
    readiness: () => readinessLinesOf(pool, NEW_TERMINAL.id),
    start: (...more) =>
      startProcess(['--config', config, '--data', join(dataDir, 'terminal'), ...more], clockFile),
    close: async () => {
      await Promise.all(lines.map((line) => line.close()));
      await pool.end();
      await platformLine.close();
      await platform.close();
      await postgres.close();
      removeDataDir(dataDir);
    },
  };
}

function startProcess(argv: readonly string[], clockFile: string): FirstStartProcess {
  const child = spawn(process.execPath, ['--import', shiftedClock, hostMain, ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, YIZHAN_TEST_CLOCK: clockFile },
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-20_000);
    });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  const first = new Promise<unknown>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', (text) => {
      try {
        resolve(JSON.parse(text));
      } catch {
        reject(new Error(text));
      }
    });
    void ended.then((code) => {
      reject(new Error(`ended with ${String(code)}: ${said}`));
    });
  });
  // Whoever follows a file reads no first line.
  first.catch(() => undefined);
  return { child, first, said: () => said, ended };
}

function expected<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error('there is no such profile');
  return value;
}
