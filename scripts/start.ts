/**
 * `npm start`: the demo station. Simulated devices, the reference platform and the terminal come up, then
 * the kiosk's window opens. `npm start -- --help` names the options.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { hasScreen, openBrowserWindow } from './demo/browser-window.ts';
import { ChildFailed, repositoryPath, sentenceOfEnd, type Child } from './demo/child.ts';
import { electronBinary, fetchElectron } from './demo/electron-binary.ts';
import { lockFolder } from './demo/folder-lock.ts';
import { builtFrom, isStale } from './demo/freshness.ts';
import type { StationReady } from './demo/ready-line.ts';
import { parseStartArguments, startUsage } from './demo/start-arguments.ts';
import { startDemoStation, type DemoStation } from './demo/station.ts';
import { installedBrowser } from './find-browser.ts';
import { requireNode } from './node-version.ts';

const EXIT_USAGE = 2;
const EXIT_HELD = 3;
const EXIT_KILLED = 130;

requireNode('npm start');
const given = parseStartArguments(process.argv.slice(2)) ?? stop(startUsage, EXIT_USAGE);
const root = repositoryPath('.');
const dataDir = resolve(given.dataDir ?? repositoryPath('.demo-data'));
// Open to look into: the database's own user must reach its folder when root starts the station.
mkdirSync(dataDir, { recursive: true, mode: 0o755 });
const lock = lockFolder(dataDir);
if (!lock.held) stop(`The data folder ${dataDir} is in use by process ${lock.byPid ?? '?'}.`, EXIT_HELD);

const givingUp = new AbortController();
let station: DemoStation | null = null;
let window: Child<null> | null = null;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);

try {
  await run();
} catch (error) {
  if (!givingUp.signal.aborted) {
    say(error instanceof ChildFailed || isPortTaken(error) ? error.message : String(error));
    process.exitCode = 1;
  }
  leave();
}

async function run(): Promise<void> {
  say(`The station's data is in ${dataDir}.`);
  const wantsWindow = given.window && hasScreen(process.platform, process.env);
  if (given.window && !wantsWindow) say('There is no screen here (DISPLAY is not set), so no window opens.');
  buildWhatIsStale(['renderer', 'glyphs']);
  const electron = wantsWindow ? (electronBinary() ?? (await fetchElectron(say, givingUp.signal))) : null;
  if (givingUp.signal.aborted) return leave();
  if (electron !== null) buildWhatIsStale(['shell', 'device-host']);

  station = await startWith(electron).catch((error: unknown) => {
    if (electron === null || !(error instanceof ChildFailed) || givingUp.signal.aborted) throw error;
    say(`${error.message} The kiosk opens in the system's browser instead.`);
    return startWith(null);
  });
  if (givingUp.signal.aborted) return endStation();
  announce(station);
  if (wantsWindow) await openWindow(station.addresses().resident);
  if ((await station.over) === 'closed' && !givingUp.signal.aborted) {
    say('The window was closed.');
    onSignal();
  }
}

function startWith(electron: string | null): Promise<DemoStation> {
  return startDemoStation({
    dataDir,
    ports: given.ports,
    cutMode: given.cutMode,
    camera: given.camera,
    voice: given.voice === null ? null : resolve(given.voice),
    timeZone: given.timeZone,
    departments: given.departments,
    clock: systemClock,
    electron,
    signal: givingUp.signal,
    say,
    onResidentAddress: (address) => {
      // Null before the station is up, whose addresses are announced in one piece.
      if (station === null || address === null) return;
      say(`The resident's screen is at ${address}`);
      if (window !== null) void openWindow(address);
    },
  });
}

/** A restarted terminal has a new token, so its window is opened anew. */
async function openWindow(address: string | null): Promise<void> {
  if (address === null) return;
  const browser = installedBrowser();
  if (browser === null) {
    say('No Chromium or Chrome is installed: open the address of the resident’s screen in a browser.');
    return;
  }
  const previous = window;
  window = null;
  await previous?.stop();
  try {
    const opened = await openBrowserWindow(browser, address, dataDir);
    window = opened;
    void opened.ended.then((end) => {
      if (window !== opened || givingUp.signal.aborted) return;
      const what =
        end.code === 0
          ? 'The window was closed.'
          : `${sentenceOfEnd(opened.name, end)} Its log is ${opened.logFile}.`;
      say(`${what} The station runs on until Ctrl-C.`);
    });
  } catch (error) {
    say(error instanceof ChildFailed ? error.message : String(error));
  }
}

function buildWhatIsStale(targets: readonly (keyof typeof builtFrom)[]): void {
  const stale = targets.filter((target) => isStale(root, builtFrom[target]));
  if (stale.length === 0) return;
  say(`Building ${stale.join(', ')} …`);
  const { status } = spawnSync(process.execPath, [repositoryPath('scripts/build.ts'), ...stale], {
    cwd: root,
    // stdout belongs to the addresses.
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new ChildFailed(`The build of ${stale.join(', ')} failed.`);
}

function announce(running: DemoStation): void {
  const { resident, board, door, bench, platform, desk, platformApi } = running.addresses();
  if (given.json) {
    const ready: StationReady = {
      dataDir,
      resident,
      door,
      board,
      bench,
      platform,
      platformApi,
      pids: running.pids(),
    };
    console.log(JSON.stringify({ station: ready }));
    return;
  }
  console.log(
    [
      '',
      '  一站 Yizhan — the demo station is up',
      '',
      `  resident's screen   ${resident ?? 'in the Electron window'}`,
      `  windows and boards  ${door ?? 'the door is not open yet; the terminal’s log says why'}`,
      ...(board === null ? [] : [`  board in the hall   ${board}`]),
      `  device bench        ${bench}`,
      `  platform            ${platform}`,
      `  officials' desk     ${desk.url}`,
      desk.official.firstPassword === null
        ? `                      as ${desk.official.id}`
        : `                      as ${desk.official.id}, first password ${desk.official.firstPassword} (shown once)`,
      '',
      '  Ctrl-C ends it; what was submitted stays in the data folder.',
      '',
    ].join('\n'),
  );
}

/** The first time in good order, the second time at once. */
function onSignal(): void {
  if (givingUp.signal.aborted) {
    station?.kill();
    window?.kill();
    process.exit(EXIT_KILLED);
  }
  givingUp.abort();
  // While the station comes up, its start is given up, and ends what it has started.
  if (station !== null) void endStation();
}

async function endStation(): Promise<void> {
  await Promise.all([station?.stop(), window?.stop()]);
  leave();
}

function leave(): void {
  if (lock.held) lock.release();
  process.exit();
}

function isPortTaken(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
}

function say(sentence: string): void {
  console.error(sentence);
}

function stop(sentence: string, exitCode: number): never {
  console.error(sentence);
  process.exit(exitCode);
}
