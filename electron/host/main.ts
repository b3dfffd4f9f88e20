/**
 * The terminal in plain Node: serves the resident's screen to a Chromium in kiosk mode. Prints one JSON
 * line when it listens, log lines on standard error, and ends within seconds on SIGTERM or SIGINT.
 */
import { describeConfigFault } from '#config/load.ts';
import type { Fault } from '#contract/fault.ts';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import { BOARD_COOKIE, CLOSE_SIGNED_OUT, ENTER_PATH, SESSION_COOKIE } from '#contract/transport.ts';
import { openEntrances } from '#door/open-entrances.ts';
import { createBoardRpc, createRpc } from '#door/rpc.ts';
import { assetsUnder } from '#terminal/api/asset-files.ts';
import { bootId } from '#terminal/health/boot-id.ts';
import { endWhenStoreBreaks } from '#terminal/health/broken-store.ts';
import { createCrashNotes } from '#terminal/health/crashes.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { tellSupervisor } from '#terminal/health/sd-notify.ts';
import { madeMs } from '#terminal/health/trusted-time.ts';
import { watchedDeviceHost } from '#terminal/health/watched-device-host.ts';
import { type LogLine, redact } from '#terminal/log.ts';
import {
  configurationBeside,
  configurationInForce,
  type ConfigurationInForce,
} from '#terminal/parcels/configuration-in-force.ts';
import { hostParcels } from '#terminal/parcels/take-parcels.ts';
import { backupFolderOf } from '#terminal/store/backup.ts';
import { destroyData, isDecommissioned } from '#terminal/store/destroy.ts';
import { openMasterKey } from '#terminal/store/key-file.ts';
import { settleExchange } from '#terminal/store/master-key-exchange.ts';
import { systemAtEndOfTurn, systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { startTerminal } from '#terminal/terminal.ts';
import { announce } from './announce.ts';
import { hostArguments, usage, type HostArguments } from './arguments.ts';
import { createEnding } from './ending.ts';
import { otherUsersFolder } from './folder-owner.ts';
import { forkDeviceHost } from './fork-device-host.ts';
import { startHostServer } from './http-server.ts';
import { deviceHostModule, programVersion, rendererFolder } from './places.ts';
import { isFirstStart, provisionFirst } from './provision.ts';
import { noteScreenNews } from './screen-news.ts';
import { boardToken, createSessions, screenToken } from './sessions.ts';

const EXIT_USAGE = 2;
const EXIT_CONFIG = 3;
const EXIT_STORE = 4;
const EXIT_PORT = 5;
/** sysexits EX_SOFTWARE, as in the shell. */
const EXIT_UNCAUGHT = 70;

const brokenStore = endWhenStoreBreaks({ clock: systemClock, log, exit: (code) => process.exit(code) });
process.on('uncaughtException', (error) => {
  if (brokenStore.isEcho(error)) return;
  log({ level: 'error', event: 'host.uncaught', detail: error.stack ?? error.message });
  process.exit(EXIT_UNCAUGHT);
});

/** SIGHUP, by `systemctl reload`: another program is to begin here as soon as nobody stands there. It may come at any time of a start. */
let isAskedAnew = false;
let beginAnew = (): void => {
  isAskedAnew = true;
};
process.on('SIGHUP', () => {
  beginAnew();
});

const given = hostArguments(process.argv.slice(2), { renderer: rendererFolder() });
if (!given) stop(usage, EXIT_USAGE);
const otherUsers = otherUsersFolder(given.dataDir);
if (otherUsers !== null) stopForFault(otherUsers);
if (isDecommissioned(given.dataDir)) finishDecommission(given);
const isFirst = isFirstStart(given);
// Before anything is made in the data folder: a configuration that is wrong stops a start that leaves nothing behind.
const before = isFirst ? null : configured(given);
const settled = settleExchange(given.dataDir);
if (!settled.ok) stopForFault(settled.fault);
const masterKey = openMasterKey(given.dataDir, process.env, systemRandomBytes);
if (!masterKey.ok) stopForFault(masterKey.fault);

const crashes = createCrashNotes({ dataDir: given.dataDir, clock: systemClock, log, bootId: bootId() });
const spawnDeviceHost = watchedDeviceHost(() => forkDeviceHost(deviceHostModule()), crashes);
const supervisor = tellSupervisor({ env: process.env, clock: systemClock, log });
/** The wizard's page becomes the resident's: it finds the terminal where the wizard was. */
const port = isFirst
  ? await provisionFirst({
      given,
      masterKey: masterKey.value,
      spawnDeviceHost,
      supervisor,
      log,
      stop,
      portTaken,
    })
  : given.port;
const inForce = before ?? configured(given);
const { config } = inForce;

const started = startTerminal({
  config,
  dataDir: given.dataDir,
  masterKey: masterKey.value,
  clock: systemClock,
  atEndOfTurn: systemAtEndOfTurn,
  randomBytes: systemRandomBytes,
  random: systemRandom,
  spawnDeviceHost,
  log,
  program: programVersion(),
  programMadeMs: madeMs(import.meta.filename),
  leave: (exitCode) => void ending.end(exitCode),
  parcels: hostParcels(given.config, inForce, true),
  onStoreBroken: brokenStore.onBroken,
});
if (!started.ok) stopForFault(started.fault);
const terminal = started.value;
const ending = createEnding({
  clock: systemClock,
  stopping: supervisor.stopping,
  closeTerminal: async () => {
    await terminal.close();
    crashes.ended();
  },
  exit: (code) => process.exit(code),
});
// Before anything listens: an order may come as soon as the terminal runs.
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void ending.end(0));
// Started by a parent that died: nobody would ever stop this process.
process.on('disconnect', () => void ending.end(0));
// Behind the store, which lets in one terminal at a time.
crashes.started();
crashes.outOfService(false);

const serveRpc = createRpc(terminal.log);
const serveBoard = createBoardRpc(terminal.log);
const token = screenToken(given.dataDir, systemRandomBytes);
const readAsset = assetsUnder(given.renderer);
const refused = (reason: string): void => {
  log({ level: 'warn', event: 'host.refused', code: 'api.forbidden', detail: reason });
};
const opening = startHostServer({
  host: '127.0.0.1',
  port,
  sessions: createSessions(SESSION_COOKIE, token, systemRandomBytes),
  readAsset,
  startPage: '/index.html',
  maxMessageBytes: MAX_API_MESSAGE_BYTES,
  serveRpc: (socket) => {
    const screen = terminal.ownScreen(() => {
      socket.close(CLOSE_SIGNED_OUT);
    });
    socket.once('close', screen.close);
    serveRpc(socket, screen.context);
  },
  onNews: (news) => {
    noteScreenNews(news, crashes);
  },
  refused,
  clock: systemClock,
});
const server = await ending.opened(opening.catch(portTaken(port)));

/** A second screen of this machine in the hall. It reaches the board's API, and has a token of its own. */
const boardEntry = boardToken(token);
const board =
  terminal.board.queue === null
    ? null
    : await ending.opened(
        startHostServer({
          host: '127.0.0.1',
          port: given.boardPort,
          sessions: createSessions(BOARD_COOKIE, boardEntry, systemRandomBytes),
          readAsset,
          startPage: '/board.html',
          maxMessageBytes: MAX_API_MESSAGE_BYTES,
          serveRpc: (socket) => {
            serveBoard(socket, terminal.board, refused);
          },
          onNews: null,
          refused,
          clock: systemClock,
        }).catch(portTaken(given.boardPort)),
      );

const entrances = await ending.opened(
  openEntrances({
    terminal,
    lan: config.lan,
    dataDir: given.dataDir,
    readAsset,
    clock: systemClock,
    randomBytes: systemRandomBytes,
    log: terminal.log,
  }),
);

const resident = `${server.url}${ENTER_PATH}?token=${token}`;
const boardAddress = board && `${board.url}${ENTER_PATH}?token=${boardEntry}`;
const ready = { url: server.url, resident, board: boardAddress, lan: entrances.lan() };
beginAnew = terminal.restartWhenIdle;
if (isAskedAnew) beginAnew();
announce(given.readyFile, ready);
// Behind them: who reads it may stop us at once.
console.log(JSON.stringify({ ready }));
await supervisor.ready(async () => terminal.isWell() && (await server.answers()), 'at work');
inForce.confirm();

/** A power cut may have broken it off. Nothing is left that a start could be tried again for. */
function finishDecommission({ config, dataDir }: HostArguments): never {
  // A package may have said where the backups lie.
  const loaded = configurationBeside({ file: config, dataDir }, () => undefined);
  const gone = destroyData(dataDir, loaded.ok ? backupFolderOf(loaded.value) : null);
  if (!gone.ok) stopForFault(gone.fault);
  stop(`the terminal cannot start: terminal.decommissioned: ${dataDir}`, exitCodes.decommissioned);
}

function log(line: LogLine): void {
  const text = { at: new Date(systemClock.now()).toISOString(), ...line };
  process.stderr.write(`${redact(JSON.stringify(text))}\n`);
}

function configured({ config, dataDir }: HostArguments): ConfigurationInForce {
  const loaded = configurationInForce({ file: config, dataDir }, log);
  return loaded.ok ? loaded.value : stop(loaded.fault.map(describeConfigFault).join('\n'), EXIT_CONFIG);
}

function stop(sentence: string, exitCode: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}

function portTaken(port: number): (error: unknown) => never {
  return (error) => stop(`port ${port} cannot be had: ${String(error)}`, EXIT_PORT);
}

function stopForFault({ code, detail }: Fault): never {
  stop(`the terminal cannot start: ${code}: ${detail ?? ''}`, EXIT_STORE);
}
