import { createHash } from 'node:crypto';
import { arch, platform, release } from 'node:os';
import type { TerminalConfig } from '#config/schema.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { DeviceSettings } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { MAX_HISTORY_SHOWN, type DeviceHistoryRow } from '#contract/technician-api.ts';
import type { Leftovers, LogLevel, NetworkPath, TechnicianView } from '#contract/technician-view.ts';
import type { SecondPerson } from '../access/second-person.ts';
import type { Audit } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { DeviceSwitches } from '../devices/device-switches.ts';
import type { Devices } from '../devices/devices.ts';
import { exitCodes } from '../health/exit-codes.ts';
import type { PlatformLine } from '../health/platform-line.ts';
import type { ServiceMode } from '../health/service-mode.ts';
import type { TerminalHealthWatch } from '../health/terminal-health.ts';
import type { Identity } from '../identity/identity.ts';
import { NEWEST_SCHEMA } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';
import { createBurnIns } from './burn-ins.ts';
import { datesAt } from './dates.ts';
import { createDecommission, type Decommission } from './decommission.ts';
import type { LogBook } from './log-book.ts';
import { logFileName, writeLogTo } from './log-export.ts';
import { checkNetworkPath, networkStepLimitMs } from './network-path.ts';
import { createStoreHealth, type StoreHealthPorts } from './store-health.ts';
import { createWaitingRows } from './waiting-rows.ts';

/** All delays of the console's service, in milliseconds. */
export const technicianDelays = {
  /** The device host ends a trace by itself (electron/device-host/tracing.ts). */
  traceEndsMs: 10 * 60_000,
  /** What nobody tells of, such as what was sent meanwhile, is looked at again. */
  lookAgainMs: 5_000,
  /** Until the answer has reached the screen of whoever asked the program to end. */
  lastWordsMs: 500,
} as const;

/** How much of a hash two people compare over the telephone. */
const HASH_DIGITS = 12;

type Done = Result<null, Fault>;

/** What a technician sees of this terminal and does at it. Each act is by an account, and in the audit. */
export interface Technician {
  readonly changes: Changes;
  view(): TechnicianView;
  readonly log: Pick<LogBook, 'watch'>;
  history(id: string): Result<DeviceHistoryRow[], Fault>;
  trace(id: string, on: boolean, account: string): Done;
  identify(id: string, account: string): Done;
  setEnabled(id: string, on: boolean, account: string): Done;
  restartHost(account: string): Done;
  startBurnIn(id: string, minutes: number, account: string): Done;
  stopBurnIn(account: string): Done;
  checkStore(account: string): Result<NonNullable<TechnicianView['store']['check']>, Fault>;
  checkNetwork(account: string): Promise<Result<NetworkPath, Fault>>;
  setLogLevel(level: LogLevel, minutes: number, account: string): Done;
  exportLog(account: string): Result<{ name: string; text: string }, Fault>;
  exportLogTo(folder: string, account: string): Result<{ file: string }, Fault>;
  touchCalibrated(errorsMm: readonly number[], account: string): Done;
  screenMeasured(sizeMm: { widthMm: number; heightMm: number }, account: string): Done;
  setService(on: boolean, account: string): Done;
  restart(what: 'program' | 'machine', account: string): Done;
  leftovers(): Leftovers;
  readonly decommission: Decommission['run'];
  close(): void;
}

export interface TechnicianPorts extends Pick<StoreHealthPorts, 'dataDir' | 'backupDir' | 'freeBytes'> {
  readonly config: TerminalConfig;
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly book: LogBook;
  readonly devices: Devices;
  readonly switches: DeviceSwitches;
  readonly serviceMode: ServiceMode;
  readonly health: TerminalHealthWatch;
  readonly catalogue: Pick<Catalogue, 'revision'>;
  readonly line: Pick<PlatformLine, 'state'>;
  readonly identity: Pick<Identity, 'clockSkewMs'>;
  readonly dataKeySinceMs: () => number;
  readonly guideReports: () => number;
  readonly stationDays: () => number;
  readonly isVisitOpen: () => boolean;
  readonly second: Pick<SecondPerson, 'withSecond'>;
  /** PEM of who may vouch for the platform; null: the well-known authorities. */
  readonly authorities: string | null;
  /** The version of the program. */
  readonly program: string;
  /** Folders below which a log may be written. */
  readonly stickFolders: readonly string[];
  /** Ends the program behind the answer that is under way. */
  readonly leave: (exitCode: number) => void;
  /** The store is to be closed, and everything to be destroyed then. */
  readonly onDecommissioned: () => void;
}

export function createTechnician(ports: TechnicianPorts): Technician {
  const { config, store, audit, clock, book, devices, switches, serviceMode } = ports;
  const changes = createChanges();
  const traced = new Map<string, () => void>();
  const startedAtMs = clock.now();
  const configuration = hashOf(JSON.parse(JSON.stringify(config)));
  let revision = 0;
  let network: NetworkPath | null = null;
  let catalogueSeen: {
    readonly revision: number;
    readonly hash: string | null;
    readonly items: number;
  } | null = null;

  const rows = createWaitingRows(ports);
  const storeHealth = createStoreHealth({
    ...ports,
    reserveBytes: config.storage.reserveMb * 1_048_576,
  });
  const burnIns = createBurnIns(ports);
  const decommission = createDecommission({
    ...ports,
    terminalId: config.terminal.id,
    leftovers: rows.leftovers,
    whyNot: () => (serviceMode.sinceMs() === null ? fault('technician.in-service') : whileNobody()),
    onDone: () => {
      ports.onDecommissioned();
      leaveSoon(exitCodes.decommissioned);
    },
  });

  function changed(): void {
    revision += 1;
    changes.notify();
  }
  const stops = [ports.health, serviceMode, book, burnIns].map((source) => source.changes.subscribe(changed));

  let cancelLook = clock.after(technicianDelays.lookAgainMs, lookAgain);
  function lookAgain(): void {
    cancelLook = clock.after(technicianDelays.lookAgainMs, lookAgain);
    changed();
  }

  function leaveSoon(exitCode: number): void {
    clock.after(technicianDelays.lastWordsMs, () => {
      ports.leave(exitCode);
    });
  }

  /** Null: nobody stands there. */
  function whileNobody(): Fault | null {
    return ports.isVisitOpen() ? fault('technician.visit-open') : null;
  }

  function note(event: AuditEvent, account: string, disposition: string, detail: string | null): Done {
    return store.transaction(() => {
      audit.write({ event, actor: 'technician', subject: account, disposition, detail });
      return null;
    });
  }

  /** Faults: `technician.device-unknown`. */
  function deviceOf(id: string): Result<DeviceSettings, Fault> {
    const device = config.devices.find((one) => one.id === id);
    return device === undefined ? err(fault('technician.device-unknown')) : ok(device);
  }

  /** A device that may be taken from whoever uses it. */
  function deviceAtRest(id: string): Result<DeviceSettings, Fault> {
    const device = deviceOf(id);
    if (!device.ok) return device;
    const open = whileNobody();
    if (open !== null) return err(open);
    return burnIns.view()?.state === 'running' ? err(fault('technician.burn-in-runs')) : device;
  }

  function deviceThatIsOn(id: string): Result<DeviceSettings, Fault> {
    const device = deviceAtRest(id);
    if (!device.ok || switches.isOn(device.value)) return device;
    return err(fault('technician.device-off'));
  }

  function noteTrace(id: string, on: boolean): void {
    traced.get(id)?.();
    traced.delete(id);
    if (on)
      traced.set(
        id,
        clock.after(technicianDelays.traceEndsMs, () => {
          traced.delete(id);
          changed();
        }),
      );
    changed();
  }

  function catalogueNow(): { readonly hash: string | null; readonly items: number } {
    const present = ports.catalogue.revision();
    if (catalogueSeen?.revision !== present) {
      const items = store.sql('SELECT slug, version FROM catalogue_item ORDER BY slug').all();
      const hash = items.length === 0 ? null : hashOf(items.map((row) => ({ ...row })));
      catalogueSeen = { revision: present, hash, items: items.length };
    }
    return catalogueSeen;
  }

  function view(): TechnicianView {
    const nowMs = clock.now();
    const { hash, items } = catalogueNow();
    return {
      revision,
      terminalId: config.terminal.id,
      devices: devices.snapshots().flatMap((snapshot) => {
        const settings = config.devices.find(({ id }) => id === snapshot.id);
        if (settings === undefined) return [];
        return {
          ...snapshot,
          window: settings.kind === 'queue-display' ? settings.window : null,
          channel: settings.channel,
          enabled: switches.isOn(settings),
          isTraced: traced.has(snapshot.id),
        };
      }),
      unknownPorts: [...devices.unknownPorts()],
      burnIn: burnIns.view(),
      ...rows.rows(),
      store: storeHealth.view(),
      platform: ports.line.state(),
      network,
      dates: datesAt(nowMs, ports),
      versions: {
        program: ports.program,
        schema: NEWEST_SCHEMA,
        catalogue: hash,
        items,
        configuration,
        node: process.version,
        system: `${platform()} ${release()} ${arch()}`.slice(0, 80),
      },
      clock: { nowMs, timeZone: config.timeZone, startedAtMs, skewMs: ports.identity.clockSkewMs() },
      log: book.level(),
      screen: config.screen,
      outOfServiceSinceMs: serviceMode.sinceMs(),
      isVisitOpen: ports.isVisitOpen(),
    };
  }

  return {
    changes,
    view,
    log: book,
    history: (id) => {
      const device = deviceOf(id);
      return device.ok ? ok(devices.history(id).slice(0, MAX_HISTORY_SHOWN).map(asShown)) : device;
    },
    trace: (id, on, account) => {
      const device = deviceOf(id);
      if (!device.ok) return device;
      const noted = note('device.trace', account, on ? 'on' : 'off', id);
      if (!noted.ok) return noted;
      devices.trace(id, on);
      noteTrace(id, on);
      return ok(null);
    },
    identify: (id, account) => {
      const device = deviceThatIsOn(id);
      if (!device.ok) return device;
      const noted = note('device.identify', account, 'asked', id);
      if (noted.ok) devices.identify(id);
      return noted;
    },
    setEnabled: (id, on, account) => {
      const device = deviceAtRest(id);
      if (!device.ok) return device;
      const written = switches.set(device.value, on);
      if (!written.ok) return written;
      devices.switched();
      changed();
      return note('device.switch', account, on ? 'on' : 'off', id);
    },
    restartHost: (account) => {
      const open = whileNobody();
      if (open !== null) return err(open);
      const noted = note('device.host-restart', account, 'asked', null);
      if (noted.ok) devices.restartHost();
      return noted;
    },
    startBurnIn: (id, minutes, account) => {
      const device = deviceThatIsOn(id);
      if (!device.ok) return device;
      const begun = burnIns.start(id, minutes * 60_000);
      return begun.ok ? note('burn-in.start', account, 'success', `${id} ${minutes} min`) : begun;
    },
    stopBurnIn: (account) => {
      const running = burnIns.view();
      if (running?.state !== 'running') return ok(null);
      burnIns.stop();
      return note('burn-in.stop', account, 'success', running.device);
    },
    checkStore: (account) => {
      const open = whileNobody();
      if (open !== null) return err(open);
      const checked = storeHealth.check();
      if (!checked.ok) return checked;
      const { problems, tookMs } = checked.value;
      const noted = note('store.check', account, problems.length === 0 ? 'whole' : 'damaged', `${tookMs} ms`);
      changed();
      return noted.ok ? checked : noted;
    },
    checkNetwork: async (account) => {
      const { authorities } = ports;
      network = await checkNetworkPath({
        url: config.platform.url,
        authorities,
        clock,
        limitMs: networkStepLimitMs,
      });
      changed();
      const failed = network.steps.find((step) => step.fault !== null);
      const noted = note('network.check', account, failed?.fault?.code ?? 'success', failed?.step ?? null);
      return noted.ok ? ok(network) : noted;
    },
    setLogLevel: (level, minutes, account) => {
      const noted = note('log.level', account, level, `${minutes} min`);
      if (noted.ok) book.setLevel(level, minutes * 60_000);
      return noted;
    },
    exportLog: (account) => {
      const name = logFileName(config.terminal.id, clock.now());
      const noted = note('log.export', account, 'downloaded', name);
      return noted.ok ? ok({ name, text: book.text() }) : noted;
    },
    exportLogTo: (folder, account) => {
      const name = logFileName(config.terminal.id, clock.now());
      const written = writeLogTo(folder, { name, text: book.text() }, ports.stickFolders);
      const noted = note('log.export', account, written.ok ? 'written' : written.fault.code, name);
      return noted.ok ? written : noted;
    },
    touchCalibrated: (errorsMm, account) =>
      note('calibrate.touch', account, 'measured', `${errorsMm.map((mm) => mm.toFixed(1)).join(' ')} mm`),
    screenMeasured: ({ widthMm, heightMm }, account) =>
      note('calibrate.screen', account, 'measured', `${widthMm.toFixed(1)} × ${heightMm.toFixed(1)} mm`),
    setService: (on, account) => serviceMode.set(!on, { actor: 'technician', id: account }),
    restart: (what, account) => {
      const open = whileNobody();
      if (open !== null) return err(open);
      const noted = note('terminal.restart', account, what, null);
      if (noted.ok) leaveSoon(what === 'program' ? exitCodes.restartProgram : exitCodes.restartMachine);
      return noted;
    },
    leftovers: rows.leftovers,
    decommission: decommission.run,
    close: () => {
      for (const stop of stops) stop();
      cancelLook();
      for (const cancel of traced.values()) cancel();
    },
  };
}

function asShown({ detail, reason, ...row }: DeviceHistoryRow): DeviceHistoryRow {
  return { ...row, reason: reason?.slice(0, 200) ?? null, detail: detail?.slice(0, 1_000) ?? null };
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, HASH_DIGITS);
}
