import { createHmac, randomUUID } from 'node:crypto';
import { fault, type Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { AtEndOfTurn, Clock, RandomBytes, RandomUnit } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { TerminalConfig } from '#config/schema.ts';
import { createAccess, type Access, type Guest } from './access/access.ts';
import { takeUpAloneNotes } from './access/alone-notes.ts';
import { createCardsAtReader } from './access/cards-at-reader.ts';
import { OWN_SCREEN } from './access/own-screens.ts';
import { hashPin } from './access/pin.ts';
import { createStaffCards } from './access/staff-cards.ts';
import { createWrongPins } from './access/wrong-pins.ts';
import type { BrowserContext, KioskContext, StaffContext } from './api/context.ts';
import { createAfterwards } from './afterwards/afterwards.ts';
import { createAudit } from './audit/audit.ts';
import { checkAll, checkNewest } from './audit/check-chain.ts';
import { createTellAudit } from './audit/tell-audit.ts';
import type { Verified } from './audit/verify.ts';
import { startDailyCare } from './health/daily-care.ts';
import { createAvailability } from './catalogue/availability.ts';
import { createBookings } from './bookings/bookings.ts';
import { createCatalogue } from './catalogue/catalogue.ts';
import { createChains } from './catalogue/chains.ts';
import { createGuideReports } from './catalogue/guide-reports.ts';
import { createFinder } from './catalogue/finder.ts';
import type { DeviceHostProcess } from './devices/device-host-process.ts';
import { createDeviceHistory } from './devices/device-history.ts';
import { createDeviceIdentities } from './devices/device-identities.ts';
import { createDeviceSwitches } from './devices/device-switches.ts';
import { createDevices } from './devices/devices.ts';
import { createReaderUse } from './devices/reader-use.ts';
import { districtCertificateUntil } from './fleet/certificate-until.ts';
import { startFleet } from './fleet/start-fleet.ts';
import { watchPlatformLine } from './health/platform-line.ts';
import { createStation } from './health/station.ts';
import { exitCodes } from './health/exit-codes.ts';
import { createServiceMode, type ServiceMode } from './health/service-mode.ts';
import { watchTerminalHealth } from './health/terminal-health.ts';
import { whyTimeIsWrong } from './health/trusted-time.ts';
import type { Identity } from './identity/identity.ts';
import { platformIdentity } from './identity/platform-identity.ts';
import { tendIdentity } from './identity/tend-identity.ts';
import { startHall, type HallDesk } from './hall/start-hall.ts';
import { createIntake, type Intake } from './intake/intake.ts';
import { asCopy } from './intake/receipt-document.ts';
import type { Log } from './log.ts';
import { createForwarder } from './outbox/forwarder.ts';
import { createKnownHere } from './outbox/known-here.ts';
import { createOutbox } from './outbox/outbox.ts';
import { createParked } from './outbox/parked.ts';
import { createPlatformClient } from './outbox/platform-client.ts';
import { createPlatformTransport, readAuthorities } from './outbox/platform-transport.ts';
import { doubtAcknowledged } from './outbox/put-back.ts';
import { toldTransport } from './outbox/told-transport.ts';
import { catalogueInForce } from './parcels/catalogue-parcel.ts';
import { createParcels, type HostParcels } from './parcels/take-parcels.ts';
import { verifyBy } from './parcels/verify-parcel.ts';
import { createPrintJobs } from './printing/print-jobs.ts';
import { createPrintQueue } from './printing/print-queue.ts';
import { createReprintForStaff } from './printing/reprint-for-staff.ts';
import { createSavedDrafts } from './saved-drafts/saved-drafts.ts';
import { createRegions } from './regions/regions.ts';
import { openClipLibrary } from './speech/clip-library.ts';
import { sweepAttachments } from './store/attachment-care.ts';
import { backupFolderOf } from './store/backup.ts';
import { layBallast, throwOffBallast } from './store/ballast.ts';
import { openKeyRing } from './store/key-ring.ts';
import { startKeyRotation } from './store/key-rotation.ts';
import { openOrRecover } from './store/recovery.ts';
import { createRoom, createRoomFor, freeBytesOf } from './store/room.ts';
import type { Store } from './store/store.ts';
import { carryOut } from './store/stored-change.ts';
import { suites } from './store/suites.ts';
import { tellTerminal } from './telemetry/tell-terminal.ts';
import { toldClient, toldOutbox } from './telemetry/told-forwarding.ts';
import { toldIntake } from './telemetry/told-intake.ts';
import { toldStore } from './telemetry/told-store.ts';
import { watchTerminal } from './telemetry/watch-terminal.ts';
import { uuidV7 } from './uuid.ts';
import type { BoardContext } from './api/board-router.ts';
import { destroyData, isDecommissioned } from './store/destroy.ts';
import { createLogBook } from './technician/log-book.ts';
import { stickFolders } from './technician/log-export.ts';
import { createTechnician } from './technician/technician.ts';
import type { Desk } from './tickets/members/desk.ts';
import { leaveWindow } from './tickets/leave-window.ts';
import { startQueue } from './tickets/start-queue.ts';
import { createResidentCodes } from './visits/resident-codes.ts';
import { createProgressVisit } from './visits/progress/progress-visit.ts';
import { withProgress } from './visits/progress/with-progress.ts';
import { createVisits } from './visits/visits.ts';
import type { VisitEnd } from './visits/visits-types.ts';

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

/** All intervals of the terminal itself, in milliseconds. */
export const terminalDelays = {
  /** A slip that waited for its printer longer than this after a restart is nobody's any more. */
  freshPrintMs: 5 * 60_000,
  eraseEveryMs: 60 * 60_000,
  /** A draft is gone by the time that its slip says, and these minutes. */
  eraseDraftsEveryMs: 5 * 60_000,
  refreshCatalogueEveryMs: 10 * 60_000,
  tendAccessEveryMs: 30_000,
  tendBallastEveryMs: 60_000,
  /** What the platform was too busy for, while the line was there. */
  sayAgainEveryMs: 5 * 60_000,
} as const;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BYTES_PER_MB = 1_048_576;
/** contract/booking.ts, `tagKeySchema`. */
const BOOKING_KEY_BYTES = 32;

/**
 * Builds the terminal out of its parts and starts it. Read it as the table of contents.
 * Faults: `terminal.decommissioned`; those of the store; `config.unreadable` for the authorities.
 */
export function startTerminal(options: TerminalOptions): Result<Terminal, Fault> {
  const { config, clock } = options;
  const backupDir = backupFolderOf(config);
  if (isDecommissioned(options.dataDir)) {
    // A power cut may have broken it off.
    const gone = destroyData(options.dataDir, backupDir);
    return gone.ok ? err(fault('terminal.decommissioned', options.dataDir)) : gone;
  }
  const book = createLogBook({ out: options.log, clock });
  const { log } = book;
  const ownOptions = { ...options, log };
  const newId = (): string => uuidV7(clock, options.randomBytes);

  const ballast = { dataDir: options.dataDir, freeBytes: freeBytesOf, log };
  // Before the store, which a start writes to.
  throwOffBallast(ballast);

  const { caFile } = config.platform;
  const authorities = caFile === undefined ? ok(null) : readAuthorities(caFile);
  if (!authorities.ok) return authorities;
  const opened = openOrRecover({
    dataDir: options.dataDir,
    backupDir,
    clock,
    today: localDate(clock.now(), config.timeZone),
  });
  if (!opened.ok) return opened;
  const { recovery } = opened.value;
  const telemetry = tellTerminal({ ...ownOptions, authorities: authorities.value });
  const store = telemetry === null ? opened.value.store : toldStore(opened.value.store, telemetry, clock);
  store.onBroken(options.onStoreBroken);
  const giveUp = (): void => {
    store.close();
    void telemetry?.close();
  };
  const ring = openKeyRing({
    store,
    masterKey: options.masterKey,
    suite: config.sealing.suite,
    randomBytes: options.randomBytes,
    clock,
  });
  if (!ring.ok) {
    giveUp();
    return ring;
  }
  const { sealer } = ring.value;

  const audit = createAudit(store, clock);
  const platform = platformIdentity({
    ...ownOptions,
    suite: config.sealing.suite,
    terminal: config.terminal,
  });
  const plainClient = createPlatformClient({
    url: config.platform.url,
    signing: platform.signing,
    timeoutMs: config.platform.timeoutSeconds * 1000,
    transport: toldTransport(createPlatformTransport(authorities.value), log, clock),
    // What could not be sent waits for the line to come back: so it must be known to be away.
    onLost: () => {
      line.doubt();
    },
  });
  const client = telemetry === null ? plainClient : toldClient(plainClient, telemetry);
  const plainOutbox = createOutbox({
    store,
    sealer,
    audit,
    clock,
    payloadRetentionMs: config.retention.payloadDays * DAY_MS,
    longestWaitMs: DAY_MS,
  });
  const outbox = telemetry === null ? plainOutbox : toldOutbox(plainOutbox, telemetry);
  const printJobs = createPrintJobs({ store, sealer, audit, clock, newId, asCopy });
  const intakeOver = (intakeStore: Store): Intake =>
    createIntake({
      config,
      store: intakeStore,
      outbox,
      printJobs,
      audit,
      clock,
      hasRoomFor: createRoomFor(options.dataDir, freeBytesOf),
      atEndOfTurn: options.atEndOfTurn,
    });
  const intake =
    telemetry === null ? intakeOver(store) : toldIntake({ telemetry, clock, store, build: intakeOver });

  const suite = suites[config.sealing.suite];
  const permitKey = suite.derive(options.masterKey, 'yizhan permits');
  /** Made of what both outlive the database: it changes with the key by which the platform knows us, and lies nowhere. */
  function permitSecret(): Uint8Array | null {
    const key = platform.keys.current();
    return key.ok ? createHmac('sha256', permitKey).update(key.value.keyId).digest() : null;
  }

  const access = createAccess({
    store,
    audit,
    clock,
    randomBytes: options.randomBytes,
    newUuid: randomUUID,
    log,
    hashPin,
    permits: { terminalId: config.terminal.id, secret: permitSecret },
    // Without a door nobody comes in, and whoever was signed in is not any more.
    idleMs: (config.lan?.idleMinutes ?? 0) * 60_000,
    longestMs: (config.lan?.longestHours ?? 0) * HOUR_MS,
  });

  const serviceMode = createServiceMode({ store, audit, clock });
  const ownerKey = suite.derive(options.masterKey, 'yizhan draft owner');
  const savedDrafts = createSavedDrafts({
    store,
    sealer,
    audit,
    clock,
    programMadeMs: options.programMadeMs,
    newUuid: randomUUID,
    ownerTagOf: (personNumber) => suite.derive(ownerKey, personNumber),
  });

  const recovered = recover();
  if (!recovered.ok) {
    giveUp();
    return recovered;
  }
  takeUpAloneNotes({ dataDir: options.dataDir, store, audit, log });

  const switches = createDeviceSwitches(store, clock);
  const devices = createDevices({
    switches,
    settings: config.devices,
    spawn: options.spawnDeviceHost,
    clock,
    log,
    newId,
    identities: createDeviceIdentities(store, clock),
    history: createDeviceHistory({ store, clock, log }),
  });
  const packaged = catalogueInForce(options.dataDir, verifyBy(config.parcels?.verifyWith ?? null), log);
  const catalogue = createCatalogue({ store, client, clock, log, packaged });
  const regions = createRegions({ area: config.station.area, store, client, clock, log });
  const finder = createFinder({ catalogue, store, clock, timeZone: config.timeZone });
  const guideReports = createGuideReports({ catalogue, store, client, clock, newUuid: randomUUID, log });
  const afterwards = createAfterwards({
    shownCase: (caseNo) => progress.shownCase(caseNo),
    onSaid: (caseNo, kind) => {
      progress.said(caseNo, kind);
    },
    store,
    sealer,
    client,
    clock,
    newUuid: randomUUID,
    log,
  });
  const identity = platform.connect(client, {
    onEvent: (event, disposition) =>
      store.transaction(() => {
        audit.write({ event, actor: 'terminal', subject: null, disposition, detail: null });
      }),
    onEnrolled: platformIsBack,
  });
  const line = watchPlatformLine({
    client,
    clock,
    checkEveryMs: config.platform.checkSeconds * 1000,
    onBack: platformIsBack,
  });
  const forwarder = createForwarder({
    outbox,
    client,
    clock,
    random: options.random,
    log,
    backoff: {
      baseMs: config.forwarding.backoffBaseSeconds * 1000,
      capMs: config.forwarding.backoffCapSeconds * 1000,
    },
    concurrency: config.forwarding.concurrency,
    // A look-up, a submission and another look-up, each with its own time limit, and room to write the result.
    leaseMs: config.platform.timeoutSeconds * 3000 + 10_000,
    onChange: rowsChanged,
    onLine: (state) => {
      line.saw(state);
    },
  });
  const parked = createParked({
    store,
    sealer,
    audit,
    clock,
    outbox,
    catalogue,
    timeZone: config.timeZone,
    payloadRetentionMs: config.retention.payloadDays * DAY_MS,
    onChange: () => {
      rowsChanged();
      forwarder.kick();
    },
  });
  const printQueue = createPrintQueue({
    jobs: printJobs,
    devices,
    log,
    onChange: () => {
      visits.poke();
      queue?.kiosk.poke();
    },
  });
  const reserveBytes = config.storage.reserveMb * BYTES_PER_MB;
  const hasRoom = createRoom({
    folder: options.dataDir,
    reserveBytes,
    clock,
    freeBytes: freeBytesOf,
  });
  const codes = createResidentCodes({
    client,
    line,
    log,
    onAsked: (applicationId, disposition) =>
      store.transaction(() => {
        audit.write({
          event: 'code.asked',
          actor: 'resident',
          subject: applicationId,
          disposition,
          detail: null,
        });
        return null;
      }),
  });
  const availabilityOf = createAvailability({
    clock,
    timeZone: config.timeZone,
    isOnline: () => line.state() === 'online',
  });
  const chains = createChains({
    store,
    client,
    catalogue,
    availabilityOf,
    clock,
    log,
  });
  if (packaged !== null) carryOut(store, [chains.usingPackage(packaged.chains)]);
  const whyOutOfService = (): Fault | null =>
    serviceMode.sinceMs() === null ? null : fault('station.out-of-service');
  const whyNoDate = (): Fault | null =>
    whyTimeIsWrong({
      nowMs: clock.now(),
      madeMs: options.programMadeMs,
      skewMs: identity.clockSkewMs(),
      timeZone: config.timeZone,
    });
  const whyNotReceived = (): Fault | null => whyNoDate() ?? (hasRoom() ? null : fault('store.full'));
  const applying = createVisits({
    whyClosed: () => whyOutOfService() ?? whyNotReceived(),
    whyNoDate,
    addressOf: regions.addressOf,
    chains,
    config,
    clock,
    newId,
    newUuid: randomUUID,
    catalogue,
    availabilityOf,
    devices,
    intake,
    outbox,
    printJobs,
    line,
    savedDrafts,
    codes,
    onReceived: () => {
      forwarder.kick();
      printQueue.kick();
      station.poke();
    },
    onReprint: () => {
      printQueue.kick();
    },
    onResumed: (itemSlug) => {
      store.transaction(() => {
        const row = { actor: 'resident', subject: null, disposition: 'success', detail: itemSlug } as const;
        audit.write({ event: 'draft.resumed', ...row });
      });
    },
    onEnd: visitEnded,
  });
  const progress = createProgressVisit({
    whyClosed: whyOutOfService,
    whyNotReceived,
    config,
    clock,
    newUuid: randomUUID,
    client,
    line,
    knownHere: createKnownHere({
      store,
      sealer,
      catalogue,
      chainName: (chainId) => chains.list().find(({ id }) => id === chainId)?.name ?? null,
    }),
    catalogue,
    devices,
    printJobs,
    onPrint: () => {
      printQueue.kick();
    },
    takeUp: (draft) => {
      applying.takeUp(draft);
    },
    onAsked: (by, disposition) => {
      store.transaction(() => {
        audit.write({ event: 'progress.asked', actor: 'resident', subject: null, disposition, detail: by });
      });
    },
    onOpened: (subject, disposition) => {
      store.transaction(() => {
        audit.write({ event: 'correction.opened', actor: 'resident', subject, disposition, detail: null });
      });
    },
    onEnd: visitEnded,
  });
  const visits = withProgress(applying, progress);
  const isVisitOpen = (): boolean => visits.snapshot() !== null;
  const readerUse = createReaderUse({ devices, isVisitOpen });
  visits.changes.subscribe(readerUse.visitChanged);
  const cardKey = suite.derive(options.masterKey, 'yizhan staff card');
  const cardsAtReader = createCardsAtReader({
    devices,
    use: readerUse,
    cards: createStaffCards({
      store,
      audit,
      clock,
      timeZone: config.timeZone,
      digestOf: (said) => suite.derive(cardKey, said),
      wrongPins: createWrongPins(store, clock),
    }),
    cardUse: config.access.card,
    visits: { changes: visits.changes, isOpen: isVisitOpen },
  });
  const clips = openClipLibrary(config.speech.clipsDir, log);
  const bookings = createBookings({
    stationId: config.terminal.region + config.terminal.station,
    timeZone: config.timeZone,
    tagKey: suite.derive(options.masterKey, 'yizhan booking holder').subarray(0, BOOKING_KEY_BYTES),
    store,
    client,
    clock,
    log,
  });
  /** The platform is there, and nothing that a resident submitted waits for its turn. */
  const isLineFree = (): boolean =>
    line.state() === 'online' && (outbox.nextDueMs() ?? Infinity) > clock.now();
  const toldAudit = createTellAudit({
    store,
    audit,
    client,
    clock,
    log,
    randomHex: (bytes) => Buffer.from(options.randomBytes(bytes)).toString('hex'),
    isLineFree,
    onPutBack: (lastRowThere) => {
      doubtAcknowledged({ store, audit, log, nowMs: clock.now() }, lastRowThere);
      // Behind the commit.
      options.atEndOfTurn(forwarder.kick);
    },
  });
  const startedQueue = startQueue({
    client,
    isLineFree,
    bookings,
    sealer,
    visits,
    config,
    dataDir: options.dataDir,
    store,
    audit,
    clock,
    log,
    devices,
    use: readerUse,
    printJobs,
    catalogue,
    onPrint: () => {
      printQueue.kick();
    },
    isVisitOpen: () => visits.snapshot() !== null,
    // Whoever is still at it may go to a window with his form, and has a number for that.
    whyNoNumber: () => (visits.snapshot() === null ? whyOutOfService() : null) ?? whyNoDate(),
    isDateWrong: () => whyNoDate() !== null,
  });
  if (!startedQueue.ok) {
    devices.close();
    giveUp();
    return startedQueue;
  }
  const queue = startedQueue.value;
  if (queue !== null) access.onLeft((left) => void leaveWindow(left, queue.station, log));
  const hall = startHall({
    store,
    audit,
    clock,
    log,
    own: config.terminal.number,
    newUuid: randomUUID,
    queue: queue && {
      source: queue.station.source,
      day: () => queue.station.seen().day,
      drafts: queue.handed,
    },
  });
  const station = createStation({ config, devices, line, catalogue, chains, outbox, clips, serviceMode });
  const health = watchTerminalHealth({
    config,
    station,
    catalogue,
    guideReports,
    stationDays: () => queue?.days.health() ?? null,
    freeBytes: () => freeBytesOf(options.dataDir),
    clock,
  });
  const openVisits = { changes: visits.changes, isOpen: () => visits.snapshot() !== null };
  const restart = (): void => {
    options.leave(exitCodes.restartProgram);
  };
  const parcels =
    options.parcels &&
    createParcels({
      host: options.parcels,
      config,
      dataDir: options.dataDir,
      client,
      clock,
      random: options.random,
      log,
      program: options.program,
      freeBytes: () => freeBytesOf(options.dataDir),
      isLineFree,
      visits: openVisits,
      restart,
      useCatalogue: (next) => {
        const used = carryOut(store, [catalogue.usingPackage(next), chains.usingPackage(next.chains)]);
        if (used.ok) void catalogue.refresh();
        return used;
      },
    });
  const fleet = startFleet({
    config,
    dataDir: options.dataDir,
    programVersion: options.program,
    store,
    audit,
    clock,
    random: options.random,
    logs: book,
    client,
    pin: platform.fleetPin,
    clockSkewMs: identity.clockSkewMs,
    serviceMode,
    devices,
    freeBytes: () => freeBytesOf(options.dataDir),
    queueRole: () => (queue === null ? 'none' : queue.station.source.isHub() ? 'hub' : 'member'),
    certificateUntil: () => districtCertificateUntil(config.lan),
    configVersion: options.parcels?.configVersion ?? null,
    catalogueVersion: catalogue.packageVersion,
    taking: parcels,
    visits: openVisits,
    onRestart: restart,
  });
  const reprintReceipt = createReprintForStaff({
    store,
    printJobs,
    isVisitOpen: () => visits.snapshot() !== null,
    onReprint: () => {
      printQueue.kick();
    },
  });

  function visitEnded(reason: VisitEnd, stage: string): Result<null, Fault> {
    hall.visitEnded();
    return store.transaction(() => {
      const actor = reason === 'forgotten' ? 'terminal' : 'resident';
      audit.write({ event: 'visit.ended', actor, subject: null, disposition: reason, detail: stage });
      return null;
    });
  }

  function platformIsBack(): void {
    forwarder.lineIsBack();
    void catalogue.refresh();
    void chains.refresh();
    void regions.refresh();
    if (queue !== null) void bookings.refresh();
    void guideReports.send();
    void afterwards.send();
    void queue?.days.send();
    void toldAudit.send();
    void access.permits.share(client);
  }

  function readsStore(): boolean {
    try {
      return store.sql('SELECT count(*) AS one FROM (SELECT 1)').get() !== undefined;
    } catch {
      // Broken: the process is ending already, and if it does not the watchdog does it.
      return false;
    }
  }

  function eraseOldDrafts(): void {
    const erased = savedDrafts.eraseOld();
    if (!erased.ok) log({ level: 'error', event: 'drafts.erase-failed', code: erased.fault.code });
  }

  function rowsChanged(): void {
    visits.poke();
    station.poke();
  }

  function recover(): Result<null, Fault> {
    const rows = outbox.recover();
    if (!rows.ok) return rows;
    const jobs = printJobs.recover(terminalDelays.freshPrintMs);
    if (!jobs.ok) return jobs;
    if (recovery !== null) {
      log({ level: 'error', event: 'store.recovered', detail: recovery.quarantine });
      if (recovery.attachmentsLacking > 0) {
        const detail = `${recovery.attachmentsLacking} attachments`;
        log({ level: 'error', event: 'store.attachments-lacking', code: 'store.attachment-gone', detail });
      }
    }
    // What a kill left between a file and its row, or between a row's end and its file's.
    sweepAttachments(store);
    eraseOldDrafts();
    checkNewest({ store, audit, log });
    return store.transaction(() => {
      if (recovery !== null) {
        const gaps = (recovery.fromFile?.gaps ?? 0) + (recovery.fromBackup?.gaps ?? 0);
        audit.write({
          event: 'store.recovered',
          actor: 'terminal',
          subject: null,
          disposition: recovery.fromBackup === null ? 'from-file' : 'from-file-and-backup',
          detail: `${gaps} places did not read`,
        });
      }
      audit.write({
        event: 'terminal.started',
        actor: 'terminal',
        subject: null,
        disposition: 'success',
        detail: null,
      });
      return null;
    });
  }

  const stopWatching =
    telemetry && watchTerminal({ telemetry, clock, dataDir: options.dataDir, store, outbox, devices });
  const rotation = startKeyRotation({
    ring: ring.value,
    store,
    audit,
    clock,
    log,
    rotateEveryMs: config.sealing.rotateDays * DAY_MS,
  });
  const care = startDailyCare({
    store,
    audit,
    clock,
    log,
    timeZone: config.timeZone,
    backupDir,
    isIdle: () => visits.snapshot() === null,
  });
  const tending = tendIdentity({
    identity,
    keys: platform.keys,
    codeFile: config.platform.enrolmentCodeFile ?? null,
    clock,
    everyMs: config.platform.checkSeconds * 1000,
    log,
  });
  const cancelTimers = [
    tending.stop,
    rotation.stop,
    care.stop,
    every(clock, terminalDelays.eraseEveryMs, () => {
      const erased = outbox.erase();
      if (!erased.ok) log({ level: 'error', event: 'outbox.erase-failed', code: erased.fault.code });
    }),
    every(clock, terminalDelays.eraseDraftsEveryMs, eraseOldDrafts),
    every(clock, terminalDelays.tendAccessEveryMs, access.tend),
    every(clock, terminalDelays.tendBallastEveryMs, () => {
      throwOffBallast(ballast);
      layBallast(ballast, reserveBytes);
    }),
    every(clock, terminalDelays.refreshCatalogueEveryMs, () => {
      void catalogue.refresh();
      void chains.refresh();
      void regions.refresh();
      if (queue !== null) void bookings.refresh();
      if (line.state() === 'online') void access.permits.share(client);
    }),
    every(clock, terminalDelays.sayAgainEveryMs, () => {
      void guideReports.send();
      void afterwards.send();
      void bookings.send();
      void queue?.days.send();
      void toldAudit.send();
    }),
  ];
  // Queued slips of a crash minutes ago are printed as soon as the printer is there.
  const stopFirstPrint = devices.changes.subscribe(() => {
    if (devices.ofKind('receipt-printer')?.status.state !== 'ready') return;
    stopFirstPrint();
    printQueue.kick();
  });
  forwarder.kick();
  const noDate = whyNoDate();
  if (noDate !== null) {
    const { code, detail = '' } = noDate;
    log({ level: 'error', event: 'terminal.clock-wrong', code, detail });
  }

  let isOver = false;
  const technician = createTechnician({
    config,
    store,
    audit,
    clock,
    book,
    devices,
    switches,
    serviceMode,
    health,
    catalogue,
    line,
    identity,
    dataDir: options.dataDir,
    backupDir,
    freeBytes: () => freeBytesOf(options.dataDir),
    dataKeySinceMs: ring.value.activeSinceMs,
    guideReports: guideReports.waiting,
    stationDays: () => {
      const days = queue?.days.health();
      return days ? days.waiting + days.refused.length : 0;
    },
    isVisitOpen: () => visits.snapshot() !== null,
    second: access.second,
    authorities: authorities.value,
    program: options.program,
    stickFolders,
    leave: options.leave,
    onDecommissioned: () => {
      isOver = true;
    },
  });
  const ofStaff = {
    technician,
    parked,
    health,
    reprintReceipt,
    browsers: access.browsers,
    second: access.second,
    cards: { ...access.accounts, use: config.access.card },
  };
  const open = {
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
  };
  const everybody = { ...open, visits, progress };

  function ownScreen(onOver: () => void): { context: KioskContext; close: () => void } {
    const screen = access.ownScreens.open(onOver);
    const staff = (): StaffContext | null => {
      const person = screen.person();
      if (person === null) return null;
      const onRefused = (procedure: string): void => {
        access.refusals.add('another-role', OWN_SCREEN, procedure);
      };
      const from = { who: { browser: null, person }, isStillIn: screen.use, onRefused };
      return { role: person.role, ...everybody, ...from, ...ofStaff, account: person.staffId };
    };
    const context = { role: 'kiosk', ...everybody, afterwards, screen, cardsAtReader, staff } as const;
    return { context, close: screen.close };
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
    guest: (guest) => {
      const from = {
        who: { browser: guest.browser, person: guest.session?.person ?? null },
        isStillIn: () => access.useBy(guest),
        onRefused: (procedure: string) => {
          access.refusals.add('another-role', guest.browser.name, procedure);
        },
      };
      return guest.session === null
        ? { role: guest.browser.kind, ...everybody, ...from }
        : {
            role: guest.session.person.role,
            ...everybody,
            ...from,
            ...ofStaff,
            account: guest.session.person.staffId,
          };
    },
    isWell: () => readsStore() && devices.areTended(),
    restartWhenIdle: fleet.restartWhenIdle,
    close: async () => {
      for (const cancel of cancelTimers) cancel();
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
      catalogue.close();
      chains.close();
      regions.close();
      bookings.close();
      guideReports.close();
      afterwards.close();
      toldAudit.close();
      await forwarder.stop();
      await fleet.close();
      await tending.idle();
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
      store.close();
      await telemetry?.close();
      book.close();
      if (!isOver) return;
      const gone = destroyData(options.dataDir, backupDir);
      if (!gone.ok) log({ level: 'error', event: 'terminal.not-destroyed', code: gone.fault.code });
    },
  });
}

function every(clock: Clock, intervalMs: number, work: () => void): () => void {
  let cancel: () => void;
  const again = (): void => {
    cancel = clock.after(intervalMs, () => {
      work();
      again();
    });
  };
  again();
  return () => {
    cancel();
  };
}
