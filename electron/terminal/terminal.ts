import { randomUUID } from 'node:crypto';
import { fault, type Fault } from '#contract/fault.ts';
import type { AtEndOfTurn, Clock, RandomBytes, RandomUnit } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Access, Guest } from './access/access.ts';
import { takeUpAloneNotes } from './access/alone-notes.ts';
import { openAccess, openCards } from './access/open-access.ts';
import { createAfterwards } from './afterwards/afterwards.ts';
import type { BoardContext } from './api/board-router.ts';
import type { BrowserContext, KioskContext, StaffContext } from './api/context.ts';
import { createContexts } from './api/contexts.ts';
import { createAudit } from './audit/audit.ts';
import { checkAll } from './audit/check-chain.ts';
import { createTellAudit } from './audit/tell-audit.ts';
import type { Verified } from './audit/verify.ts';
import { createBookings } from './bookings/bookings.ts';
import { openCatalogue } from './catalogue/open-catalogue.ts';
import type { DeviceHostProcess } from './devices/device-host-process.ts';
import { createReaderUse } from './devices/reader-use.ts';
import { startDevices } from './devices/start-devices.ts';
import { districtCertificateUntil } from './fleet/certificate-until.ts';
import { startFleet } from './fleet/start-fleet.ts';
import { startHall, type HallDesk } from './hall/start-hall.ts';
import { startUpkeep } from './health/upkeep.ts';
import { exitCodes } from './health/exit-codes.ts';
import { watchPlatformLine } from './health/platform-line.ts';
import { recoverTerminal } from './health/recover-terminal.ts';
import { createServiceMode, type ServiceMode } from './health/service-mode.ts';
import { createStation } from './health/station.ts';
import { watchTerminalHealth } from './health/terminal-health.ts';
import { createWhyClosed } from './health/why-closed.ts';
import type { Identity } from './identity/identity.ts';
import { platformIdentity } from './identity/platform-identity.ts';
import { openIntake } from './intake/open-intake.ts';
import type { Log } from './log.ts';
import { connectPlatform } from './outbox/connect-platform.ts';
import { createPlatformRounds } from './outbox/platform-rounds.ts';
import { readAuthorities } from './outbox/platform-transport.ts';
import { doubtAcknowledged } from './outbox/put-back.ts';
import { startForwarding } from './outbox/start-forwarding.ts';
import { createParcels, type HostParcels } from './parcels/take-parcels.ts';
import { createPrintQueue, kickWhenReady } from './printing/print-queue.ts';
import { createReprintForStaff } from './printing/reprint-for-staff.ts';
import { createRegions } from './regions/regions.ts';
import { createSavedDrafts } from './saved-drafts/saved-drafts.ts';
import { openClipLibrary } from './speech/clip-library.ts';
import { backupFolderOf } from './store/backup.ts';
import { throwOffBallast } from './store/ballast.ts';
import { destroyData, isDecommissioned } from './store/destroy.ts';
import { openData } from './store/open-data.ts';
import { createRoom, freeBytesOf } from './store/room.ts';
import type { Store } from './store/store.ts';
import { suites } from './store/suites.ts';
import { createLogBook } from './technician/log-book.ts';
import { stickFolders } from './technician/log-export.ts';
import { createTechnician } from './technician/technician.ts';
import { watchTerminal } from './telemetry/watch-terminal.ts';
import type { Desk } from './tickets/members/desk.ts';
import { leaveWindow } from './tickets/leave-window.ts';
import { startQueue } from './tickets/start-queue.ts';
import type { StationDays } from './tickets/station-days.ts';
import { uuidV7 } from './uuid.ts';
import { startVisits } from './visits/start-visits.ts';

export interface TerminalOptions {
  readonly config: TerminalConfig;
  readonly dataDir: string;
  /** From wherever this host keeps keys (store/key-file.ts, the shell's key store). */
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly atEndOfTurn: AtEndOfTurn;
  readonly randomBytes: RandomBytes;
  readonly random: RandomUnit;
  readonly spawnDeviceHost: () => DeviceHostProcess;
  readonly log: Log;
  /** The version of the program. */
  readonly program: string;
  /** When it was made, in ms since 1970 (health/trusted-time.ts). */
  readonly programMadeMs: number;
  /** Somebody asked for an end: the terminal is to be closed, and the process to end with this code (health/exit-codes.ts). */
  readonly leave: (exitCode: number) => void;
  /** What versions of program, configuration or catalogue that the platform orders change here; null: nothing. */
  readonly parcels: HostParcels | null;
  /** The disk under the store failed: the process must end, and its supervisor start it anew. */
  readonly onStoreBroken: (why: Fault) => void;
}

export interface Terminal {
  /** The context of this kiosk's own screen, at which nobody signs in. */
  readonly kiosk: KioskContext;
  /** That of one connection of it, at which somebody may. `onOver`: a session has ended: the connection is to be closed. */
  readonly ownScreen: (onOver: () => void) => { readonly context: KioskContext; close(): void };
  /** The log as a technician reads it, for whatever belongs to this terminal. */
  readonly log: Log;
  /** Who this terminal is to the platform; for the technician. */
  readonly identity: Identity;
  /** The context of a connection that was admitted as a board in the hall. */
  readonly board: BoardContext;
  /** Whether this terminal serves, by a technician's word or the platform's. */
  readonly serviceMode: ServiceMode;
  /** Who may come in through the LAN door. */
  readonly access: Access;
  /** Looks the whole audit through, while residents are served. */
  readonly verifyAudit: () => Promise<Verified>;
  /** Where the station's other terminals are answered; null: no queue is here. */
  readonly desks: { readonly queue: Desk; readonly hall: HallDesk } | null;
  /** The context of a connection that came through it. */
  readonly guest: (guest: Guest) => StaffContext | BrowserContext;
  /** Reads the store and asks after the device host, now: what a watchdog goes by. */
  isWell(): boolean;
  /** Leaves with the code of a restart as soon as no visit is open. */
  restartWhenIdle(): void;
  close(): Promise<void>;
}

/** contract/booking.ts, `tagKeySchema`. */
const BOOKING_KEY_BYTES = 32;
const BYTES_PER_MB = 1_048_576;

/**
 * Builds the terminal out of its parts and starts it. Read it as the table of contents: what comes later knows what came
 * before. Where two parts know each other, the earlier one is given a function that looks when it is called: by then
 * the other one is there.
 * Faults: `terminal.decommissioned`; those of the store; `config.unreadable` for the authorities.
 */
export function startTerminal(options: TerminalOptions): Result<Terminal, Fault> {
  const { config, dataDir, masterKey, clock, random, randomBytes, program, programMadeMs } = options;
  const { timeZone } = config;
  const backupDir = backupFolderOf(config);
  if (isDecommissioned(dataDir)) {
    // A power cut may have broken it off.
    const gone = destroyData(dataDir, backupDir);
    return gone.ok ? err(fault('terminal.decommissioned', dataDir)) : gone;
  }
  const book = createLogBook({ out: options.log, clock });
  const { log } = book;
  const newId = (): string => uuidV7(clock, randomBytes);
  const freeBytes = (): number | null => freeBytesOf(dataDir);

  // What is kept here.
  const ballast = { dataDir, freeBytes: freeBytesOf, log };
  // Before the store, which a start writes to.
  throwOffBallast(ballast);
  const { caFile } = config.platform;
  const authorities = caFile === undefined ? ok(null) : readAuthorities(caFile);
  if (!authorities.ok) return authorities;
  const data = openData({ ...options, log, backupDir, authorities: authorities.value });
  if (!data.ok) return data;
  const { store, ring, telemetry, recovery, close: closeData } = data.value;
  const { sealer } = ring;
  const audit = createAudit(store, clock);
  const base = { config, dataDir, clock, log, newId, store, sealer, audit, telemetry };

  // Who we are to the platform, and what it is told of.
  const platform = platformIdentity({
    ...base,
    masterKey,
    randomBytes,
    suite: config.sealing.suite,
    terminal: config.terminal,
  });
  const client = connectPlatform({
    ...base,
    authorities: authorities.value,
    signing: platform.signing,
    onLost: () => {
      line.doubt();
    },
  });
  const { outbox, printJobs, intake } = openIntake({ ...base, atEndOfTurn: options.atEndOfTurn });
  const access = openAccess({ ...base, masterKey, randomBytes, keys: platform.keys });
  const serviceMode = createServiceMode({ store, audit, clock });
  const suite = suites[config.sealing.suite];
  const ownerKey = suite.derive(masterKey, 'yizhan draft owner');
  const savedDrafts = createSavedDrafts({
    ...base,
    isDateWrong: () => whyClosed.noDate() !== null,
    newUuid: randomUUID,
    ownerTagOf: (personNumber) => suite.derive(ownerKey, personNumber),
  });
  function eraseOldDrafts(): void {
    const erased = savedDrafts.eraseOld();
    if (!erased.ok) log({ level: 'error', event: 'drafts.erase-failed', code: erased.fault.code });
  }
  const recovered = recoverTerminal({ ...base, outbox, printJobs, recovery });
  if (!recovered.ok) {
    void closeData();
    return recovered;
  }
  takeUpAloneNotes({ dataDir, store, audit, log });

  // Devices, and what the platform publishes.
  const { devices, switches } = startDevices({
    ...base,
    spawnDeviceHost: options.spawnDeviceHost,
    wasPrinting: recovered.value.wasPrinting,
  });
  const { catalogue, chains, finder, guideReports, availabilityOf, usePackage } = openCatalogue({
    ...base,
    client,
    isOnline: () => line.state() === 'online',
  });
  const regions = createRegions({ area: config.station.area, store, client, clock, log });
  const afterwards = createAfterwards({
    ...base,
    client,
    newUuid: randomUUID,
    shownCase: (caseNo) => progress.shownCase(caseNo),
    onSaid: (caseNo, kind) => {
      progress.said(caseNo, kind);
    },
  });

  // The line, and what goes over it.
  const identity = platform.connect(client, {
    onEvent: (event, disposition, detail) =>
      store.transaction(() => {
        audit.write({ event, actor: 'terminal', subject: null, disposition, detail });
      }),
    onEnrolled: () => {
      rounds.lineIsBack();
    },
  });
  const line = watchPlatformLine({
    client,
    clock,
    checkEveryMs: config.platform.checkSeconds * 1000,
    onBack: () => {
      rounds.lineIsBack();
    },
  });
  const { forwarder, parked } = startForwarding({
    ...base,
    random,
    outbox,
    client,
    catalogue,
    onRowsChanged: () => {
      visits.poke();
      station.poke();
    },
    onLine: (state) => {
      line.saw(state);
    },
  });
  /** The platform is there, and nothing that a resident submitted waits for its turn. */
  const isLineFree = (): boolean =>
    line.state() === 'online' && (outbox.nextDueMs() ?? Infinity) > clock.now();
  const printQueue = createPrintQueue({
    jobs: printJobs,
    devices,
    log,
    onChange: () => {
      visits.poke();
      queue?.kiosk.poke();
    },
  });

  // Whoever stands at the screen.
  const reserveBytes = config.storage.reserveMb * BYTES_PER_MB;
  const whyClosed = createWhyClosed({
    serviceMode,
    clock,
    timeZone,
    programMadeMs,
    clockSkewMs: identity.clockSkewMs,
    hasRoom: createRoom({ folder: dataDir, reserveBytes, clock, freeBytes: freeBytesOf }),
  });
  const { visits, progress, codes } = startVisits({
    ...base,
    client,
    line,
    catalogue,
    chains,
    availabilityOf,
    addressOf: regions.addressOf,
    devices,
    intake,
    outbox,
    printJobs,
    savedDrafts,
    whyClosed,
    onReceived: () => {
      forwarder.kick();
      printQueue.kick();
      station.poke();
    },
    onPrint: printQueue.kick,
    onEnd: () => {
      hall.visitEnded();
    },
  });
  const isVisitOpen = (): boolean => visits.snapshot() !== null;
  const openVisits = { changes: visits.changes, isOpen: isVisitOpen };
  const use = createReaderUse({ devices, isVisitOpen });
  visits.changes.subscribe(use.visitChanged);
  const cardsAtReader = openCards({ ...base, masterKey, devices, use, visits: openVisits });
  const clips = openClipLibrary(config.speech.clipsDir, log);
  const bookings = createBookings({
    ...base,
    client,
    stationId: config.terminal.region + config.terminal.station,
    timeZone,
    tagKey: suite.derive(masterKey, 'yizhan booking holder').subarray(0, BOOKING_KEY_BYTES),
  });
  const toldAudit = createTellAudit({
    ...base,
    client,
    randomHex: (bytes) => Buffer.from(randomBytes(bytes)).toString('hex'),
    isLineFree,
    onPutBack: (lastRowThere) => {
      doubtAcknowledged({ store, audit, log, nowMs: clock.now() }, lastRowThere);
      // Behind the commit.
      options.atEndOfTurn(forwarder.kick);
    },
  });

  // The hall.
  const startedQueue = startQueue({
    ...base,
    client,
    isLineFree,
    bookings,
    visits,
    devices,
    use,
    printJobs,
    catalogue,
    onPrint: printQueue.kick,
    isVisitOpen,
    // Whoever is still at it may go to a window with his form, and has a number for that.
    whyNoNumber: () => (isVisitOpen() ? null : whyClosed.outOfService()) ?? whyClosed.noDate(),
    isDateWrong: () => whyClosed.noDate() !== null,
  });
  if (!startedQueue.ok) {
    devices.close();
    void closeData();
    return startedQueue;
  }
  const queue = startedQueue.value;
  if (queue !== null) access.onLeft((left) => void leaveWindow(left, queue.station, log));
  const hall = startHall({
    ...base,
    own: config.terminal.number,
    newUuid: randomUUID,
    queue: queue && {
      source: queue.station.source,
      day: () => queue.station.seen().day,
      drafts: queue.handed,
    },
  });
  const rounds = createPlatformRounds({
    client,
    line,
    forwarder,
    catalogue,
    chains,
    regions,
    bookings,
    guideReports,
    afterwards,
    toldAudit,
    permits: access.permits,
    queue,
  });

  // How it is, for whoever looks after it, here and from afar.
  const station = createStation({ config, devices, line, catalogue, chains, outbox, clips, serviceMode });
  const stationDays = (): ReturnType<StationDays['health']> | null => queue?.days.health() ?? null;
  const health = watchTerminalHealth({ ...base, station, catalogue, guideReports, stationDays, freeBytes });
  const restart = (): void => {
    options.leave(exitCodes.restartProgram);
  };
  const parcels =
    options.parcels &&
    createParcels({
      ...base,
      host: options.parcels,
      client,
      random,
      program,
      freeBytes,
      isLineFree,
      visits: openVisits,
      restart,
      useCatalogue: usePackage,
    });
  const fleet = startFleet({
    ...base,
    programVersion: program,
    random,
    logs: book,
    client,
    pin: platform.fleetPin,
    clockSkewMs: identity.clockSkewMs,
    serviceMode,
    devices,
    freeBytes,
    queueRole: () => (queue === null ? 'none' : queue.station.source.isHub() ? 'hub' : 'member'),
    certificateUntil: () => districtCertificateUntil(config.lan),
    configVersion: options.parcels?.configVersion ?? null,
    catalogueVersion: catalogue.packageVersion,
    taking: parcels,
    visits: openVisits,
    onRestart: restart,
  });
  const reprintReceipt = createReprintForStaff({ store, printJobs, isVisitOpen, onReprint: printQueue.kick });

  // What is done again and again.
  const stopWatching = telemetry && watchTerminal({ telemetry, clock, dataDir, store, outbox, devices });
  const upkeep = startUpkeep({
    ...base,
    backupDir,
    isIdle: () => !isVisitOpen(),
    ring,
    identity,
    keys: platform.keys,
    outbox,
    eraseOldDrafts,
    access,
    ballast,
    reserveBytes,
    rounds,
  });
  kickWhenReady(devices, printQueue);
  forwarder.kick();
  const noDate = whyClosed.noDate();
  if (noDate !== null) {
    const { code, detail = '' } = noDate;
    log({ level: 'error', event: 'terminal.clock-wrong', code, detail });
  }

  let isOver = false;
  const technician = createTechnician({
    ...base,
    book,
    devices,
    switches,
    serviceMode,
    health,
    catalogue,
    line,
    identity,
    backupDir,
    freeBytes,
    dataKeySinceMs: ring.activeSinceMs,
    guideReports: guideReports.waiting,
    stationDays: () => {
      const days = stationDays();
      return days ? days.waiting + days.refused.length : 0;
    },
    isVisitOpen,
    second: access.second,
    authorities: authorities.value,
    program,
    stickFolders,
    leave: options.leave,
    onDecommissioned: () => {
      isOver = true;
    },
  });
  const { ownScreen, guest } = createContexts({
    access,
    everybody: {
      queue,
      station,
      help: hall.help,
      handed: hall.handed,
      catalogue,
      chains,
      finder,
      guideReports,
      availabilityOf,
      clips,
      regions,
      visits,
      progress,
    },
    ofStaff: {
      technician,
      parked,
      health,
      reprintReceipt,
      browsers: access.browsers,
      second: access.second,
      cards: { ...access.accounts, use: config.access.card },
    },
    afterwards,
    cardsAtReader,
  });

  /** The order of the end: nothing is closed before what still uses it. */
  async function close(): Promise<void> {
    upkeep.stop();
    // Before the visit ends: nobody's standing there is no reason to begin something now.
    parcels?.close();
    // Before the visit ends: whoever called stands there after the restart.
    await hall.close();
    visits.end('forgotten');
    technician.close();
    health.close();
    queue?.days.close();
    await queue?.station.close();
    line.stop();
    for (const asking of [catalogue, chains, regions, bookings, guideReports, afterwards, toldAudit])
      asking.close();
    await forwarder.stop();
    await fleet.close();
    await upkeep.idle();
    await codes.idle();
    devices.close();
    // What it watches is closed behind it.
    stopWatching?.();
    store.transaction(() => {
      audit.write({
        event: 'terminal.stopped',
        actor: 'terminal',
        subject: null,
        disposition: 'success',
        detail: null,
      });
    });
    await closeData();
    book.close();
    if (!isOver) return;
    const gone = destroyData(dataDir, backupDir);
    if (!gone.ok) log({ level: 'error', event: 'terminal.not-destroyed', code: gone.fault.code });
  }

  return ok({
    kiosk: ownScreen(() => undefined).context,
    ownScreen,
    log,
    identity,
    serviceMode,
    board: { queue: queue?.station ?? null, clips },
    access,
    verifyAudit: () =>
      checkAll({ store, audit, log }, () => new Promise((resolve) => options.atEndOfTurn(resolve))),
    desks: queue && { queue: queue.station.desk, hall: hall.desk },
    guest,
    isWell: () => reads(store) && devices.areTended(),
    restartWhenIdle: fleet.restartWhenIdle,
    close,
  });
}

function reads(store: Store): boolean {
  try {
    return store.sql('SELECT count(*) AS one FROM (SELECT 1)').get() !== undefined;
  } catch {
    // Broken: the process is ending already, and if it does not the watchdog does it.
    return false;
  }
}
