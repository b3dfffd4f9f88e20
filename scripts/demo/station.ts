import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { demoCamera, demoConfig, demoDisplays, demoLan } from '#config/demo/demo-config.ts';
import type { Clock } from '#contract/ports.ts';
import { PacedSimulator } from '#drivers/channel/paced-simulator.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { scannerProfile } from '#drivers/scanner/profiles.ts';
import { ScannerSimulator } from '#drivers/scanner/simulator.ts';
import { assetsUnder } from '#terminal/api/asset-files.ts';
import { tellDemoBookings } from './bookings.ts';
import { Bench, demoBaudRates } from './bench.ts';
import { startBenchServer } from './bench-server.ts';
import { repositoryPath, sentenceOfEnd, startChild } from './child.ts';
import { CodeBook } from './code-book.ts';
import { demoPace, startDemoDepartments } from './departments.ts';
import { DisplayBoard } from './display-board.ts';
import { demoEnrolmentCode } from './enrolment.ts';
import { startLine, type CutMode } from './line.ts';
import { ScannerBench } from './scanner-bench.ts';
import { superviseTerminal } from './terminal-process.ts';
import { watchTerminal } from './terminal-view.ts';
import { demoOfficial, type DemoOfficial } from './official.ts';
import { demoTokens } from './tokens.ts';
import { watchedSimulator } from './watched-simulator.ts';

const LOOPBACK = '127.0.0.1';
const DEMO_TERMINAL_ID = 'demo-01';
const DEMO_STATION_ID = '999901001';
/** A real mechanism's pace would make every demonstration wait; this one is quick, and still seen to work. */
const PRINTER_LINE_MS = 15;
/** By then the mechanism has obeyed what came in one burst. */
const PAPER_RESTS_MS = 400;

/** Each 0 takes a free port. */
export interface StationPorts {
  readonly cardReader: number;
  readonly printer: number;
  readonly displays: number;
  readonly scanner: number;
  readonly departments: number;
  readonly line: number;
  readonly platform: number;
  readonly terminal: number;
  readonly bench: number;
}

export interface StationSettings {
  readonly dataDir: string;
  readonly ports: StationPorts;
  readonly clock: Clock;
  /** How the line to the platform looks while the bench has it cut. */
  readonly cutMode: CutMode;
  /** Papers are photographed with this machine's own camera. */
  readonly camera: boolean;
  /** A folder of packages of recorded clips; null: the station has no voice. */
  readonly voice: string | null;
  /** IANA name of the station's zone; null: the demo's own. */
  readonly timeZone: string | null;
  /** Departments work on what is submitted, at a pace that can be watched. */
  readonly departments: boolean;
  /** Electron's binary, to run the terminal in its window; null runs it in plain Node. */
  readonly electron: string | null;
  /** Gives the start up: every part that runs by then is ended. */
  readonly signal: AbortSignal | null;
  /** One sentence for whoever started the station. */
  readonly say: (sentence: string) => void;
  /** The resident's address, at the start and after each restart of the terminal. */
  readonly onResidentAddress: (address: string | null) => void;
}

export interface StationAddresses {
  /** null in Electron: the screen is its window. */
  readonly resident: string | null;
  /** Where windows and boards come in; null in Electron. */
  readonly door: string | null;
  /** The board in the hall; null in Electron, which serves none. */
  readonly board: string | null;
  readonly bench: string;
  /** The latest cases of the platform in a browser. */
  readonly platform: string;
  /** Where officials work, and who can sign in there. */
  readonly desk: { readonly url: string; readonly official: DemoOfficial };
  /** The platform's API, past the line that the bench can cut. */
  readonly platformApi: { readonly url: string; readonly deskToken: string };
}

export interface DemoStation {
  addresses(): StationAddresses;
  /** Of the station's children that are alive. */
  pids(): { readonly terminal: number | null; readonly platform: number };
  /** When the terminal will not come back. */
  readonly over: Promise<'closed' | 'down'>;
  /** Ends every child within 5 s. */
  stop(): Promise<void>;
  /** Ends every child at once. */
  kill(): void;
}

const platformReadySchema = z.object({ ready: z.object({ url: z.url(), dataDir: z.string() }) });

/** Brings up the whole demo station. Rejects, with nothing left running, when a part does not start. */
export async function startDemoStation(settings: StationSettings): Promise<DemoStation> {
  const { dataDir, ports, clock, say } = settings;
  const folders = makeFolders(dataDir);
  const tokens = demoTokens(dataDir);
  const parts: { stop: () => Promise<void>; kill: () => void }[] = [];
  const servers: (() => Promise<void>)[] = [];
  let stopping = false;
  let bench: Bench | null = null;
  const stopAll = async () => {
    stopping = true;
    // Children first and at once; a terminal that sees its devices vanish would write it down as a fault.
    await Promise.all(parts.map((part) => part.stop()));
    await Promise.all(servers.map((close) => close()));
  };
  const killAll = () => {
    stopping = true;
    for (const part of parts) part.kill();
  };

  try {
    const profile = printerProfile('generic-80');
    if (profile === null) throw new Error('the demo printer’s profile is missing');
    const reader = new CardReaderSimulator({
      clock,
      samId: EXAMPLE_SAM_ID,
      baudRate: null,
      habits: FRANK_MODULE,
    });
    const printer = new ReceiptPrinterSimulator({
      clock,
      profile,
      name: 'DEMO-80',
      lineMs: PRINTER_LINE_MS,
      afterStop: 'continue',
    });
    const readerLine = new PacedSimulator(reader, clock, demoBaudRates.reader);
    const readerPlug = await serveSimulator(readerLine, { host: LOOPBACK, port: ports.cardReader });
    servers.push(readerPlug.close);
    const watched = watchedSimulator(printer, clock, PAPER_RESTS_MS, () => bench?.showPaper());
    const printerLine = new PacedSimulator(watched, clock, demoBaudRates.printer);
    const printerPlug = await serveSimulator(printerLine, { host: LOOPBACK, port: ports.printer });
    servers.push(printerPlug.close);
    const displays = new DisplayBoard(demoDisplays, clock, demoBaudRates.displays);
    const displaysPlug = await serveSimulator(displays.line, { host: LOOPBACK, port: ports.displays });
    servers.push(displaysPlug.close);
    const scanner = await scannerBench(ports.scanner, join(dataDir, 'demo-codes.json'), clock);
    servers.push(() => scanner.bench.close());

    const platform = await startChild({
      name: 'the platform',
      command: process.execPath,
      args: [repositoryPath('platform/main.ts')],
      env: {
        ...process.env,
        DATABASE_URL: undefined,
        YIZHAN_PLATFORM_HOST: LOOPBACK,
        YIZHAN_PLATFORM_PORT: String(ports.platform),
        YIZHAN_PLATFORM_DATA: folders.platform,
        YIZHAN_DESK_TOKEN: tokens.desk,
        YIZHAN_DEMO_CODES: scanner.codesFile,
        // The demo's departments are called on this machine.
        YIZHAN_WEBHOOK_NETWORKS: `${LOOPBACK}/32`,
      },
      cwd: repositoryPath('.'),
      logFile: join(folders.logs, 'platform.log'),
      ipc: true,
      readyLine: platformReadySchema,
      signal: settings.signal,
    });
    parts.push(platform);
    void platform.ended.then((end) => {
      if (!stopping) say(`${sentenceOfEnd('the platform', end)} Its log is ${platform.logFile}.`);
    });
    const platformUrl = platform.ready?.ready.url ?? '';
    await tellDemoBookings({ url: platformUrl, deskToken: tokens.desk }, DEMO_STATION_ID, clock);
    const official = await demoOfficial(folders.platform, clock);
    if (settings.departments) {
      const departments = await startDemoDepartments({
        dataDir,
        platform: { url: platformUrl, dataDir: folders.platform },
        host: LOOPBACK,
        port: ports.departments,
        logFile: join(folders.logs, 'departments.log'),
        pace: demoPace,
        clock,
        signal: settings.signal,
      });
      parts.push(departments);
      void departments.ended.then((end) => {
        if (!stopping)
          say(`${sentenceOfEnd('the demo’s departments', end)} Its log is ${departments.logFile}.`);
      });
    }
    const databaseDir = platform.ready?.ready.dataDir ?? folders.platform;
    if (!databaseDir.startsWith(folders.platform)) {
      say(`The platform's database is in ${databaseDir}: its own user cannot reach the data folder.`);
    }

    const line = await startLine({
      host: LOOPBACK,
      port: ports.line,
      target: { host: LOOPBACK, port: Number(new URL(platformUrl).port) },
    });
    servers.push(line.close);

    const code = await demoEnrolmentCode({
      platformDataDir: folders.platform,
      terminalDataDir: folders.terminal,
      terminalId: DEMO_TERMINAL_ID,
      stationId: DEMO_STATION_ID,
      clock,
    });
    const enrolmentCodeFile = join(dataDir, 'enrolment-code');
    if (code !== null) secretFile(enrolmentCodeFile, code);

    const configFile = join(dataDir, 'terminal.yaml');
    const writeConfig = (doorPort: number): void => {
      const parts = {
        cardReaderPort: readerPlug.port,
        printerPort: printerPlug.port,
        displayPort: displaysPlug.port,
        scannerPort: scanner.port,
        platformUrl: `http://${LOOPBACK}:${line.port}`,
        enrolmentCodeFile,
        overrides: {
          camera: settings.camera ? demoCamera : null,
          speech: { clipsDir: settings.voice },
          ...(settings.timeZone === null ? {} : { timeZone: settings.timeZone }),
          lan: { ...demoLan, port: doorPort },
        },
      };
      writeFileSync(configFile, demoConfig(parts));
    };
    writeConfig(demoLan.port);

    bench = new Bench({
      reader,
      readerLine,
      readerPlug,
      printer,
      printerLine,
      printerPlug,
      printerProfile: profile,
      displays,
      displaysPlug,
      scanner: scanner.bench,
      line,
      cutMode: settings.cutMode,
    });
    const benchServer = await startBenchServer({
      bench,
      port: ports.bench,
      token: tokens.bench,
      readAsset: assetsUnder(repositoryPath('dist/renderer')),
    });
    servers.push(benchServer.close);

    const onBench = bench;
    const view = watchTerminal(clock, (devices) => onBench.showTerminal(devices));
    servers.push(() => Promise.resolve(view.close()));
    let resident: string | null = null;
    let door: string | null = null;
    let board: string | null = null;
    const terminal = await superviseTerminal({
      configFile,
      dataDir: folders.terminal,
      logFile: join(folders.logs, 'terminal.log'),
      port: ports.terminal,
      electron: settings.electron,
      clock,
      say,
      signal: settings.signal,
      onAddress: (address, boardAddress, doorAddress) => {
        resident = address;
        board = boardAddress;
        door = doorAddress;
        // The door that was free at the first start is where windows and boards come back to after a restart.
        if (doorAddress !== null) writeConfig(Number(new URL(doorAddress).port));
        view.at(address);
        settings.onResidentAddress(address);
      },
    });
    parts.push(terminal);

    return {
      addresses: () => ({
        resident,
        door,
        board,
        bench: benchServer.entry,
        platform: `${platformUrl}/?token=${tokens.desk}`,
        desk: { url: `${platformUrl}/desk`, official },
        platformApi: { url: platformUrl, deskToken: tokens.desk },
      }),
      pids: () => ({ terminal: terminal.pid(), platform: platform.pid }),
      over: terminal.over,
      stop: stopAll,
      kill: killAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

/** The scanner that the demo's configuration names, and the telephones that are held to it. */
async function scannerBench(
  port: number,
  codesFile: string,
  clock: Clock,
): Promise<{ bench: ScannerBench; port: number; codesFile: string }> {
  const profile = scannerProfile('newland');
  if (profile === null) throw new Error('the demo scanner’s profile is missing');
  const simulator = new ScannerSimulator({ clock, profile, baudRate: 9_600 });
  const plug = await serveSimulator(simulator, { host: LOOPBACK, port });
  const codes = new CodeBook(codesFile, clock, randomBytes);
  return { bench: new ScannerBench({ clock, simulator, plug, codes }), port: plug.port, codesFile };
}

function makeFolders(dataDir: string): { terminal: string; platform: string; logs: string } {
  const folders = {
    terminal: join(dataDir, 'terminal'),
    platform: join(dataDir, 'platform'),
    logs: join(dataDir, 'logs'),
  };
  for (const folder of [folders.terminal, folders.logs]) mkdirSync(folder, { recursive: true, mode: 0o700 });
  return folders;
}

/** Writes what only the owner may read, and gives the path back. */
function secretFile(path: string, text: string): string {
  writeFileSync(path, text, { mode: 0o600 });
  chmodSync(path, 0o600);
  return path;
}
