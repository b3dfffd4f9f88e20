/** Wiring only: what is decided is decided, and tested, in the files beside this one. */
import { existsSync } from 'node:fs';
import { app, Menu, protocol, safeStorage, session, utilityProcess, type BrowserWindow } from 'electron';
import { RPCHandler } from '@orpc/server/message-port';
import { configCommand } from '#config/command.ts';
import type { ConfigFault } from '#config/faults.ts';
import { describeConfigFault, loadConfig } from '#config/load.ts';
import type { TerminalConfig } from '#config/schema.ts';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { staffCommand } from '#door/control/staff-command.ts';
import { closedSoon } from '#door/end-connections.ts';
import { openEntrances } from '#door/open-entrances.ts';
import { assetsUnder } from '#terminal/api/asset-files.ts';
import { nameFaults } from '#terminal/api/name-faults.ts';
import { router } from '#terminal/api/router.ts';
import { bootId } from '#terminal/health/boot-id.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import { endWhenStoreBreaks } from '#terminal/health/broken-store.ts';
import { CRASH_EXIT_CODE, crashDelays } from '#terminal/health/crash-ladder.ts';
import { createCrashNotes } from '#terminal/health/crashes.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { tellSupervisor } from '#terminal/health/sd-notify.ts';
import { madeMs } from '#terminal/health/trusted-time.ts';
import { watchedDeviceHost } from '#terminal/health/watched-device-host.ts';
import {
  configurationBeside,
  configurationInForce,
  type ConfigurationInForce,
} from '#terminal/parcels/configuration-in-force.ts';
import { layerBeside } from '#terminal/parcels/layer-beside.ts';
import { hostParcels, type HostParcels } from '#terminal/parcels/take-parcels.ts';
import { systemAtEndOfTurn, systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import {
  keyFilePath,
  needsItsKey,
  openKeyFile,
  openMasterKey,
  wrappedKeyFilePath,
} from '#terminal/store/key-file.ts';
import { backupFolderOf } from '#terminal/store/backup.ts';
import { destroyData, isDecommissioned } from '#terminal/store/destroy.ts';
import { settleExchange } from '#terminal/store/master-key-exchange.ts';
import { startTerminal, type Terminal } from '#terminal/terminal.ts';
import { appScheme, handleAppRequest } from './app-protocol.ts';
import { selfStarter } from './begin-anew.ts';
import { applySwitches, findRefusedSwitches } from './command-line.ts';
import { forkDeviceHost } from './device-host-process.ts';
import { errorDetail, logTo } from './log-line.ts';
import { lockDownApp, lockDownSession } from './lock-down.ts';
import { openSealingKey } from './key-store.ts';
import { openKiosk, openOutOfService } from './open-kiosk.ts';
import { shellPaths } from './paths.ts';
import { harmless, selfTestMode } from '#terminal/self-test/self-test-mode.ts';
import { holdSingleInstance } from './single-instance.ts';
import { defaultConfigPath, parseStartArguments } from './start-arguments.ts';
import { KIOSK_PARTITION } from './window-options.ts';

/** sysexits EX_CONFIG: the configuration or the command line is wrong; the log names the key. */
const CONFIG_EXIT_CODE = 78;
/** A close that hangs must not keep the supervisor waiting; nothing confirmed depends on it. */
const CLOSE_TIMEOUT_MS = 4_000;
/** As long as the plain host's unit gives a start (`TimeoutStartSec`): a configuration on trial whose page has not come by then is put back. */
const READY_WITHIN_MS = 120_000;

const paths = shellPaths(import.meta.dirname);
const log = logTo((text) => process.stderr.write(text), systemClock.now);
const argv = process.argv.slice(app.isPackaged ? 1 : 2);
const args = parseStartArguments(argv, defaultConfigPath(process.platform, process.env));
const folders = { renderer: assetsUnder(paths.renderer), outOfService: assetsUnder(paths.outOfService) };
const spawnDeviceHost = () =>
  forkDeviceHost((...fork) => utilityProcess.fork(...fork), paths.deviceHost, process.env);
let window: BrowserWindow | null = null;
let close = (): Promise<void> => Promise.resolve();
let isLeaving = false;
/** What this start goes by; null: it has not come so far, or is no start of a terminal. */
let inForce: ConfigurationInForce | null = null;
/** From here on an end is not the start's own, which would come to the same end again at once, and for ever. */
let comesBack = false;
const brokenStore = endWhenStoreBreaks({ clock: systemClock, log, exit: end });
const supervisor = tellSupervisor({ env: process.env, clock: systemClock, log });
const beginAnew = selfStarter({
  isPackaged: app.isPackaged,
  isSupervised: args.supervised,
  relaunch: () => app.relaunch(),
  appImage: process.env['APPIMAGE'],
  pid: process.pid,
  argv,
});

// Electron's own handler for an uncaught exception is a modal dialog, which a kiosk must never show.
process.on('uncaughtException', (error) => {
  if (brokenStore.isEcho(error)) return;
  log({ level: 'error', event: 'shell.uncaught', detail: errorDetail(error) });
  end(CRASH_EXIT_CODE);
});
process.on('unhandledRejection', (error) => {
  log({ level: 'error', event: 'shell.unhandled-rejection', detail: errorDetail(error) });
});

const refused = app.isPackaged ? findRefusedSwitches(app.commandLine) : [];
if (refused.length > 0) {
  log({ level: 'error', event: 'shell.switch-refused', detail: refused.join(', ') });
  app.exit(CONFIG_EXIT_CODE);
} else if (args.selfTest === null && args.command === null && !holdSingleInstance(app, () => window)) {
  app.exit(0);
} else if (args.command?.name === 'configuration') {
  // Before Electron is ready, which takes a display: a technician asks over ssh.
  app.exit(configCommand(args.command.argv, 'yizhan --configuration', layerBeside, process));
} else {
  protocol.registerSchemesAsPrivileged([appScheme]);
  applySwitches(app.commandLine);
  app.enableSandbox();
  lockDownApp(app, Menu);
  // What is awaited to its end nobody else would catch: a program without a window would stay.
  app
    .whenReady()
    .then(run)
    .catch((error: unknown) => {
      log({ level: 'error', event: 'shell.start-failed', detail: errorDetail(error) });
      end(CRASH_EXIT_CODE);
    });
}

async function run(): Promise<void> {
  const dataDir = args.dataDir ?? app.getPath('userData');
  if (args.command !== null) {
    const { argv } = args.command;
    app.exit(await staffCommand(argv, { program: 'yizhan --staff', dataDir, streams: process }));
    return;
  }
  if (args.selfTest !== null) {
    const config = loadConfig(args.configPath);
    const hasDoor = config.ok && config.value.lan !== null;
    app.exit(
      await selfTestMode({
        version: app.getVersion(),
        clock: systemClock,
        reportTo: args.selfTest,
        renderer: folders.renderer,
        spawnDeviceHost,
        // In a folder of its own that is thrown away: no keyring is asked for that.
        start: (dataDir) => {
          const masterKey = openKeyFile(dataDir, systemRandomBytes);
          const started = startIn(dataDir, masterKey, spawnDeviceHost, () =>
            config.ok ? ok({ config: harmless(config.value), parcels: null }) : config,
          );
          return started.ok ? ok(started.value.terminal) : started;
        },
        tryDoor: hasDoor
          ? async (dataDir) => {
              const { tryDoor } = await import('#door/lan/try-door.ts');
              return tryDoor({ dataDir, clock: systemClock, randomBytes: systemRandomBytes });
            }
          : null,
      }),
    );
    return;
  }
  const kioskSession = session.fromPartition(KIOSK_PARTITION);
  lockDownSession(session.defaultSession);
  lockDownSession(kioskSession);
  kioskSession.protocol.handle(appScheme.scheme, (request) => handleAppRequest(request, folders));
  app.on('child-process-gone', (_event, { type, reason, exitCode }) =>
    log({ level: 'error', event: 'shell.child-gone', detail: `${type} ${reason} ${exitCode}` }),
  );

  const kiosk = app.isPackaged || !args.windowed;
  const crashes = createCrashNotes({ dataDir, clock: systemClock, log, bootId: bootId() });
  const options = {
    preloadPath: paths.preload,
    kiosk,
    clock: systemClock,
    log,
    exit: (code: number) => leave(code),
    crashes,
  };
  const masterKey = await openKey(dataDir);
  const spawn = watchedDeviceHost(spawnDeviceHost, crashes);
  const started = startIn(dataDir, masterKey, spawn, () => configured(dataDir));
  if (!started.ok) {
    const { code, detail } = started.fault;
    log({ level: 'error', event: 'shell.start-failed', code, ...(detail === undefined ? {} : { detail }) });
    comesBack = true;
    if (inForce?.isTrial === true) {
      // Residents are not shown what the configuration before mends.
      leave(exitCodes.restartProgram);
      return;
    }
    crashes.outOfService(true);
    const exitCode = code === 'terminal.decommissioned' ? exitCodes.decommissioned : CONFIG_EXIT_CODE;
    window = openOutOfService(options, exitCode, crashDelays.outOfServiceMs);
    return;
  }
  const { terminal, config } = started.value;
  comesBack = true;
  // `systemctl reload`: another program is to begin here as soon as nobody stands there. Electron's own answer, to quit, is from before it was ready.
  // Without a supervisor it is a session's end, and stays Electron's.
  if (args.supervised) process.on('SIGHUP', terminal.restartWhenIdle);
  crashes.started();
  crashes.outOfService(false);
  // Residents do not wait for it, nor for its certificate.
  const entrances = openEntrances({
    terminal,
    lan: config.lan,
    dataDir,
    readAsset: folders.renderer,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    log: terminal.log,
  });
  closeBeforeLeaving(() =>
    closedSoon(
      systemClock,
      entrances.then(({ close }) => close()),
    )
      .finally(terminal.close)
      .then(crashes.ended),
  );
  const handler = new RPCHandler(router, nameFaults(terminal.log));
  const page = Promise.withResolvers<null>();
  window = openKiosk(options, (port) => {
    const screen = terminal.ownScreen(port.close);
    port.on('close', screen.close);
    handler.upgrade(port, { context: screen.context });
    page.resolve(null);
  });
  confirmWhen(terminal, Promise.all([entrances, page.promise]));
}

/** The terminal is ready when its page has asked for it, and what leads to it is open or has said why not. Nobody else ends a trial that hangs. */
function confirmWhen(terminal: Terminal, ready: Promise<unknown>): void {
  const giveUp = inForce?.isTrial
    ? systemClock.after(READY_WITHIN_MS, () => {
        log({ level: 'error', event: 'shell.not-ready', code: 'parcel.not-ready' });
        leave(exitCodes.restartProgram);
      })
    : () => undefined;
  ready
    .then(async () => {
      giveUp();
      await supervisor.ready(() => Promise.resolve(terminal.isWell()), 'at work');
      inForce?.confirm();
    })
    .catch((error: unknown) => {
      log({ level: 'error', event: 'shell.not-ready', detail: errorDetail(error) });
    });
}

function openKey(dataDir: string): Promise<Result<Uint8Array>> {
  return openSealingKey({
    safeStorage,
    platform: process.platform,
    hasKeyFile: existsSync(keyFilePath(dataDir)),
    openKeyFile: () => {
      const settled = settleExchange(dataDir);
      return settled.ok ? openMasterKey(dataDir, process.env, systemRandomBytes) : settled;
    },
    wrappedKeyFile: wrappedKeyFilePath(dataDir),
    randomBytes: systemRandomBytes,
    mayCreate: !needsItsKey(dataDir),
  });
}

interface Started {
  readonly terminal: Terminal;
  readonly config: TerminalConfig;
}

/** What a start goes by, and what packages may change of it. */
interface Configured {
  readonly config: TerminalConfig;
  readonly parcels: HostParcels | null;
}

function configured(dataDir: string): Result<Configured, readonly ConfigFault[]> {
  const read = configurationInForce({ file: args.configPath, dataDir }, log);
  if (!read.ok) return read;
  inForce = read.value;
  // Whatever ends this start, the next one puts back what is on trial.
  comesBack = inForce.isTrial;
  return ok({ config: inForce.config, parcels: hostParcels(args.configPath, inForce, false) });
}

function startIn(
  dataDir: string,
  masterKey: Result<Uint8Array>,
  spawn: () => DeviceHostProcess,
  configure: () => Result<Configured, readonly ConfigFault[]>,
): Result<Started> {
  if (isDecommissioned(dataDir)) {
    // Whatever broke it off is finished, before anybody asks for a key that is gone. A package may have said where the backups lie.
    const last = configurationBeside({ file: args.configPath, dataDir }, () => undefined);
    const gone = destroyData(dataDir, last.ok ? backupFolderOf(last.value) : null);
    return gone.ok ? err(fault('terminal.decommissioned', dataDir)) : gone;
  }
  if (!masterKey.ok) return masterKey;
  const chosen = configure();
  if (!chosen.ok) {
    // The log redacts digits, of a file's name as well; these sentences hold no values.
    for (const problem of chosen.fault) process.stderr.write(`${describeConfigFault(problem)}\n`);
    const sentences = chosen.fault.map(describeConfigFault).join('\n');
    return err(fault(chosen.fault[0]?.code ?? 'config.unreadable', sentences));
  }
  const { config, parcels } = chosen.value;
  const terminal = startTerminal({
    config,
    dataDir,
    masterKey: masterKey.value,
    clock: systemClock,
    atEndOfTurn: systemAtEndOfTurn,
    randomBytes: systemRandomBytes,
    random: systemRandom,
    spawnDeviceHost: spawn,
    log,
    program: app.getVersion(),
    // What lies in Electron's archive has no time of its own.
    programMadeMs: madeMs(process.execPath),
    leave,
    parcels,
    onStoreBroken: brokenStore.onBroken,
  });
  return terminal.ok ? ok({ terminal: terminal.value, config }) : terminal;
}

function closeBeforeLeaving(closeAll: () => Promise<void>): void {
  close = closeAll;
  app.on('before-quit', (event) => {
    event.preventDefault();
    leave(0);
  });
}

/** A page that died too often ends a hub as well: its members and its audit are told, as at any other end. */
function leave(code: number): void {
  if (isLeaving) return;
  isLeaving = true;
  const cancel = systemClock.after(CLOSE_TIMEOUT_MS, () => end(code));
  void supervisor.stopping();
  close()
    .finally(cancel)
    .then(
      () => end(code),
      () => end(CRASH_EXIT_CODE),
    );
}

function end(code: number): void {
  // Once: each call would start another one.
  if (comesBack) beginAnew(code);
  comesBack = false;
  app.exit(code);
}
