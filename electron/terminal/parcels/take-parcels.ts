import type { TerminalConfig } from '#config/schema.ts';
import { readConfigurationState } from '#config/parcel-layer.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { parcelKindOf, type ParcelKind } from '#contract/parcel.ts';
import type { Clock, RandomUnit } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { Taking, Wanted } from '../fleet/follow.ts';
import { whenIdle, type OpenVisits } from '../fleet/when-idle.ts';
import type { Log } from '../log.ts';
import { fullJitterMs } from '../outbox/backoff.ts';
import type { ParcelCalls } from '../outbox/parcel-calls.ts';
import {
  catalogueFolder,
  putCatalogueInForce,
  readCatalogue,
  type PackagedCatalogue,
} from './catalogue-parcel.ts';
import {
  dropTrial,
  lacksHere,
  ownAsItWas,
  tryAtNextStart,
  withPackage,
  type ConfigurationInForce,
} from './configuration-in-force.ts';
import { fetchParcel, type FetchFault } from './fetch-parcel.ts';
import { codeOf, createProgramRequests, UPDATER_SILENT_MS } from './program-request.ts';
import { folderOf, readWhole, shelfOf, sweepShelf, type OnShelf } from './shelf.ts';
import { verifyBy } from './verify-parcel.ts';

/** What this host lets packages change. */
export interface HostParcels {
  /** The terminal's own file, of which the host has read the configuration with the package that is in force. */
  readonly configFile: string;
  /** Of that package; null: none is in force. */
  readonly configVersion: string | null;
  /** As the files of this machine are without any. */
  readonly ownConfig: TerminalConfig;
  /** Root's updater looks into the data folder. Without one an order for a program is refused as `fleet.program-by-hand`. */
  readonly hasUpdater: boolean;
}

export function hostParcels(
  configFile: string,
  { version, own }: ConfigurationInForce,
  hasUpdater: boolean,
): HostParcels {
  return { configFile, configVersion: version, ownConfig: own, hasUpdater };
}

export interface ParcelPorts {
  readonly host: HostParcels;
  /** What the terminal runs by. */
  readonly config: TerminalConfig;
  readonly dataDir: string;
  readonly client: ParcelCalls;
  readonly clock: Clock;
  readonly random: RandomUnit;
  readonly log: Log;
  readonly program: string;
  readonly freeBytes: () => number | null;
  /** The platform is there, and nothing that a resident submitted waits for its turn. */
  readonly isLineFree: () => boolean;
  readonly visits: OpenVisits;
  readonly restart: () => void;
  readonly useCatalogue: (catalogue: PackagedCatalogue) => Result<null, Fault>;
}

/** All delays of packages, in milliseconds. */
export const parcelDelays = {
  lookForTurnMs: 500,
  /** Behind a failure of the line, with full jitter. */
  backoff: { baseMs: 5_000, capMs: 300_000 },
  lookForOutcomeMs: 2_000,
  /** Of the machine's files, while somebody changes them. */
  lookForFilesMs: 60_000,
  updaterSilentMs: UPDATER_SILENT_MS,
} as const;

const BYTES_PER_MB = 1_048_576;
/** Of the faults of a fetch, those that another try may mend: the line's, and what a busy or broken platform says. */
const passes =
  /^platform\.(unreachable|timeout|busy|failed|nonsense|untrusted|redirected|not-authorised|clock-skew|replayed|terminal-unknown|signature-refused)$|^identity\.not-enrolled$/;

/** One order at work. */
interface Job extends Wanted {
  isGivenUp: boolean;
  cancel: () => void;
  readonly settle: (code: string | null) => void;
}

/** Fetches packages in the background, proves them, and puts them in force; what is in force stays until that. */
export function createParcels(ports: ParcelPorts): Taking & { close: () => void } {
  const { dataDir, clock, log, host } = ports;
  const jobs = new Map<ParcelKind, Job>();
  const requests = createProgramRequests(dataDir);
  const verifyWith = host.ownConfig.parcels?.verifyWith ?? null;
  const verify = verifyBy(verifyWith);
  let isClosed = false;
  const isOver = (job: Job): boolean => isClosed || job.isGivenUp;

  function end(job: Job, why: Fault | null): void {
    if (isOver(job)) return;
    job.isGivenUp = true;
    const { commandId, order } = job;
    if (why !== null) {
      const detail = `${order.version}: ${why.detail ?? ''}`;
      log({ level: 'error', event: 'parcels.refused', code: why.code, detail });
    } else log({ level: 'info', event: 'parcels.taken', detail: order.version });
    if (parcelKindOf(order) === 'program') requests.forget(commandId);
    job.settle(why?.code ?? null);
  }

  /** Resolves earlier when the job is given up. */
  function wait(job: Job, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = clock.after(ms, resolve);
      job.cancel = () => {
        cancel();
        resolve();
      };
    });
  }

  /** In the very turn in which nobody stands there any more. Null: the job was given up. */
  function onceIdle<T>(job: Job, then: () => T): Promise<T | null> {
    return new Promise((resolve) => {
      const cancel = whenIdle(ports.visits, () => {
        resolve(isOver(job) ? null : then());
      });
      job.cancel = () => {
        cancel();
        resolve(null);
      };
    });
  }

  async function untilTurn(job: Job): Promise<void> {
    while (!isOver(job) && !ports.isLineFree()) await wait(job, parcelDelays.lookForTurnMs);
  }

  function fetchOnce(job: Job, onPart: () => void): Promise<Result<OnShelf, FetchFault>> {
    const kind = parcelKindOf(job.order);
    return fetchParcel(
      {
        client: ports.client,
        shelf: shelfOf(dataDir, kind),
        kind,
        // The key of programs is root's, who verifies them.
        verify: kind === 'program' ? null : verify,
        program: ports.program,
        freeBytes: ports.freeBytes,
        // A package that asks for more than the disk has would bar the way of the one that mends it.
        reserveBytes:
          Math.min(ports.config.storage.reserveMb, host.ownConfig.storage.reserveMb) * BYTES_PER_MB,
        turn: () => untilTurn(job),
        onPart,
        isOver: () => isOver(job),
      },
      job.order,
    );
  }

  async function work(job: Job): Promise<void> {
    const kind = parcelKindOf(job.order);
    if (kind !== 'program' && verifyWith === null) {
      end(job, fault('parcel.no-key'));
      return;
    }
    if (kind === 'program' && !host.hasUpdater) {
      // Somebody may have installed it already.
      end(job, job.order.version === ports.program ? null : fault('fleet.program-by-hand'));
      return;
    }
    if (goesOn(job, kind)) return;
    // Whoever was asked for another one before goes on with that, and must hear that it is wanted no more.
    if (kind === 'program' && job.order.version === ports.program && !requests.isUnderWay(clock.now())) {
      end(job, null);
      return;
    }
    const folder = folderOf(job.order.version, job.order.manifestSha256);
    sweepShelf(shelfOf(dataDir, kind), [...keptOf(kind), folder]);
    let hasWaited = false;
    let attempts = 0;
    const onPart = (): void => {
      // The line held: what was before this is no reason to wait longer.
      attempts = 0;
    };
    while (!isOver(job)) {
      const fetched = await fetchOnce(job, onPart);
      if (isOver(job)) return;
      if (fetched.ok) {
        await apply(job, kind, fetched.value);
        return;
      }
      if (!passes.test(fetched.fault.code)) {
        end(job, fetched.fault);
        return;
      }
      if (!hasWaited) log({ level: 'warn', event: 'parcels.waits', code: fetched.fault.code });
      hasWaited = true;
      attempts += 1;
      const { retryAfterMs = 0 } = fetched.fault;
      await wait(job, Math.max(retryAfterMs, fullJitterMs(parcelDelays.backoff, attempts, ports.random)));
    }
  }

  /** What a package of this kind is kept for on the shelf, besides the one that is wanted. */
  function keptOf(kind: ParcelKind): readonly (string | null)[] {
    switch (kind) {
      case 'configuration': {
        const { inForce, before, trial } = readConfigurationState(dataDir);
        return [inForce, before, trial?.folder ?? null];
      }
      case 'catalogue':
        return [catalogueFolder(dataDir)];
      case 'program':
        return [];
      default: {
        const never: never = kind;
        return never;
      }
    }
  }

  /** True: the program before this one has brought it so far that it is only waited for. */
  function goesOn(job: Job, kind: ParcelKind): boolean {
    if (kind === 'program') {
      if (requests.askedAtMs(job.commandId) === null && requests.outcomeOf(job.commandId) === null)
        return false;
      awaitUpdater(job);
      return true;
    }
    if (kind !== 'configuration') return false;
    const { trial, settled } = readConfigurationState(dataDir);
    if (settled?.commandId === job.commandId) {
      settleConfiguration(job);
      return true;
    }
    if (trial?.commandId === job.commandId && trial.isBegun) {
      void awaitTrial(job);
      return true;
    }
    // Of an order that was replaced; or this start could not write down that it tries it, and it is put there anew.
    if (trial !== null && !trial.isBegun) dropTrial(dataDir, log);
    return false;
  }

  /** This very start is the trial: the host says when it is ready. */
  async function awaitTrial(job: Job): Promise<void> {
    while (!isOver(job) && readConfigurationState(dataDir).settled?.commandId !== job.commandId)
      await wait(job, parcelDelays.lookForOutcomeMs);
    settleConfiguration(job);
  }

  function settleConfiguration(job: Job): void {
    if (isOver(job)) return;
    const code = readConfigurationState(dataDir).settled?.code ?? null;
    job.isGivenUp = true;
    job.settle(code);
  }

  async function awaitUpdater(job: Job): Promise<void> {
    const askedAtMs = requests.askedAtMs(job.commandId) ?? clock.now();
    while (!isOver(job)) {
      const outcome = requests.outcomeOf(job.commandId);
      if (outcome !== null) {
        requests.forget(job.commandId);
        job.isGivenUp = true;
        job.settle(codeOf(outcome));
        return;
      }
      if (clock.now() - askedAtMs > parcelDelays.updaterSilentMs) {
        end(job, fault('fleet.not-here', 'root’s updater says nothing'));
        return;
      }
      await wait(job, parcelDelays.lookForOutcomeMs);
    }
  }

  async function apply(job: Job, kind: ParcelKind, parcel: OnShelf): Promise<void> {
    switch (kind) {
      case 'configuration':
        await applyConfiguration(job, parcel);
        return;
      case 'catalogue':
        end(job, faultOf(applyCatalogue(parcel)));
        return;
      case 'program':
        await askUpdater(job, parcel);
        return;
      default: {
        const never: never = kind;
        return never;
      }
    }
  }

  /** What residents submitted is on the disk since they were told so; who is still at it is not disturbed. */
  async function askUpdater(job: Job, parcel: OnShelf): Promise<void> {
    const isConfigurationTried = (): boolean => readConfigurationState(dataDir).trial !== null;
    let asked: Result<null, Fault> | 'not-now' | null = 'not-now';
    while (asked === 'not-now') {
      // A start that is the trial of a configuration would be one of the new program as well, and nobody could say which was wrong.
      while (!isOver(job) && isConfigurationTried()) await wait(job, parcelDelays.lookForOutcomeMs);
      asked = await onceIdle(job, () =>
        isConfigurationTried() ? 'not-now' : requests.ask(parcel, job.commandId, clock.now()),
      );
    }
    if (asked === null) return;
    if (asked.ok) await awaitUpdater(job);
    else end(job, asked.fault);
  }

  async function applyConfiguration(job: Job, parcel: OnShelf): Promise<void> {
    const { folder } = parcel;
    const places = { file: host.configFile, dataDir };
    let own: TerminalConfig | null;
    do {
      // Nor the other way round: a start that does not get ready by it would count against the program that is tried.
      while (!isOver(job) && requests.isUnderWay(clock.now())) await wait(job, parcelDelays.lookForOutcomeMs);
      own = await ownFiles(job);
    } while (own !== null && requests.isUnderWay(clock.now()));
    if (own === null) return;
    const next = withPackage(places, own, folder);
    if (!next.ok) {
      end(job, next.fault);
      return;
    }
    const lacks = lacksHere(next.value.config, ports.config);
    if (lacks !== null) {
      end(job, fault('parcel.config-refused', lacks));
      return;
    }
    const isInForce =
      readConfigurationState(dataDir).inForce === folder && host.configVersion === parcel.manifest.version;
    if (isInForce && canonicalJson(next.value.config) === canonicalJson(ports.config)) {
      end(job, null);
      return;
    }
    const tried = tryAtNextStart(dataDir, folder, job.commandId, log);
    if (!tried.ok) end(job, tried.fault);
    else job.cancel = whenIdle(ports.visits, ports.restart);
  }

  /** Once they are whole, and of the terminal that this start is of. Null: the job is over. */
  async function ownFiles(job: Job): Promise<TerminalConfig | null> {
    for (let looks = 0; !isOver(job); looks += 1) {
      const own = ownAsItWas(host.configFile, host.ownConfig);
      if (own !== null) return own;
      if (looks === 0)
        log({ level: 'warn', event: 'parcels.waits', detail: `${host.configFile} is being changed` });
      await wait(job, parcelDelays.lookForFilesMs);
    }
    return null;
  }

  function applyCatalogue(parcel: OnShelf): Result<null, Fault> {
    const shelf = shelfOf(dataDir, 'catalogue');
    const read = readWhole(shelf, parcel.folder, 'catalogue', verify);
    if (!read.ok) return read;
    const catalogue = readCatalogue(read.value.bytes, parcel.manifest.version);
    if (!catalogue.ok) return catalogue;
    const before = catalogueFolder(dataDir);
    const inForce = putCatalogueInForce(dataDir, parcel.folder);
    if (!inForce.ok) return inForce;
    const used = ports.useCatalogue(catalogue.value);
    if (used.ok) sweepShelf(shelf, [parcel.folder, before]);
    else putCatalogueInForce(dataDir, before);
    return used;
  }

  return {
    begin: (wanted, settle) => {
      const kind = parcelKindOf(wanted.order);
      const before = jobs.get(kind);
      if (before !== undefined) {
        before.isGivenUp = true;
        before.cancel();
      }
      const job: Job = { ...wanted, settle, isGivenUp: false, cancel: () => undefined };
      jobs.set(kind, job);
      work(job).catch((error: unknown) => {
        end(job, fault('store.failed', error instanceof Error ? error.message : 'unknown'));
      });
    },
    close: () => {
      isClosed = true;
      for (const job of jobs.values()) job.cancel();
    },
  };
}

function faultOf(result: Result<null, Fault>): Fault | null {
  return result.ok ? null : result.fault;
}
