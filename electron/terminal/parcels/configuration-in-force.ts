import { accessSync, constants, existsSync } from 'node:fs';
import { z } from 'zod';
import type { ConfigFault } from '#config/faults.ts';
import type { LayerBetween } from '#config/layers.ts';
import { describeConfigFault, loadConfig, loadWithPlaces } from '#config/load.ts';
import {
  configurationFolder,
  configurationStateFile,
  readConfigurationState,
  type ConfigurationState,
} from '#config/parcel-layer.ts';
import type { TerminalConfig } from '#config/schema.ts';
import { parseTree, plain } from '#config/tree.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import { contentOf, readWhole } from './shelf.ts';
import { verifyBy } from './verify-parcel.ts';

/** What this start goes by. */
export interface ConfigurationInForce {
  readonly config: TerminalConfig;
  /** As the files of this machine are without any package. */
  readonly own: TerminalConfig;
  /** Of the package that lies between the files of the machine; null: none does. */
  readonly version: string | null;
  /** This start is the trial of that package. */
  readonly isTrial: boolean;
  /** The terminal is ready: what was on trial stands from now on. Anything else than a call of this puts the last one back at the next start. */
  readonly confirm: () => void;
}

export interface ConfigurationPlaces {
  /** The terminal's own file. */
  readonly file: string;
  readonly dataDir: string;
}

/**
 * The configuration of a start (docs/decisions/0056). A package that is on trial is tried once: that it is tried is on the disk before it is
 * used, and when that is found there again, the start before did not become ready. Faults: the files of this machine are wrong by themselves, as
 * ever; a package is never a reason not to start.
 */
export function configurationInForce(
  places: ConfigurationPlaces,
  log: Log,
): Result<ConfigurationInForce, readonly ConfigFault[]> {
  const { file, dataDir } = places;
  const own = loadConfig(file);
  if (!own.ok) return own;
  const state = settleTrial(dataDir, readConfigurationState(dataDir), log);
  const { trial } = state;
  if (trial !== null) {
    const tried = withPackage(places, own.value, trial.folder);
    if (tried.ok) {
      return ok({
        ...tried.value,
        own: own.value,
        isTrial: true,
        confirm: () => {
          const now = readConfigurationState(dataDir);
          const settled = { commandId: trial.commandId, code: null };
          const next = now.trial?.commandId === trial.commandId ? null : now.trial;
          const before = now.inForce === trial.folder ? now.before : now.inForce;
          keepState(dataDir, { format: 1, inForce: trial.folder, before, trial: next, settled }, log);
        },
      });
    }
    putBack(dataDir, state, tried.fault.code, log);
  }
  return ok({
    ...standing(places, own.value, state, log),
    own: own.value,
    isTrial: false,
    confirm: () => undefined,
  });
}

/**
 * The configuration of a program beside the terminal: that of its last start that got ready, or, where it runs, its own. Nothing is begun, put
 * back or written by it. `say` gets what is passed over: a package that waits to be tried, one whose start did not get ready or is not ready
 * yet (`parcel.not-ready`), or one that cannot be used. Faults: the files of this machine are wrong by themselves.
 */
export function configurationBeside(
  places: ConfigurationPlaces,
  say: Log,
): Result<TerminalConfig, readonly ConfigFault[]> {
  const stands = standingBeside(places, say);
  return stands.ok ? ok(stands.value.config) : stands;
}

/** What lies between the files of this machine, for whoever looks at them; null: nothing does, or they are wrong by themselves. `say` as above. */
export function layerStanding(places: ConfigurationPlaces, say: Log): LayerBetween | null {
  const stands = standingBeside(places, say);
  return stands.ok ? stands.value.layer : null;
}

function standingBeside(places: ConfigurationPlaces, say: Log): Result<Standing, readonly ConfigFault[]> {
  const own = loadConfig(places.file);
  if (!own.ok) return own;
  const state = readConfigurationState(places.dataDir);
  if (state.trial !== null) {
    const { folder, isBegun } = state.trial;
    const why = isBegun ? { code: 'parcel.not-ready' } : {};
    say({ level: 'warn', event: 'parcels.configuration-on-trial', ...why, detail: folder });
  }
  return ok(standing(places, own.value, state, say));
}

interface Standing extends Pick<ConfigurationInForce, 'config' | 'version'> {
  readonly layer: LayerBetween | null;
}

/** With the package that stands, or the one before it; with none where neither can be used. */
function standing(
  places: ConfigurationPlaces,
  own: TerminalConfig,
  { inForce, before }: ConfigurationState,
  log: Log,
): Standing {
  for (const folder of [inForce, before]) {
    if (folder === null) continue;
    const stands = withPackage(places, own, folder);
    if (stands.ok) return stands.value;
    const { code, detail } = stands.fault;
    log({
      level: 'error',
      event: 'parcels.configuration-unusable',
      code,
      detail: `${folder}: ${detail ?? ''}`,
    });
  }
  return { config: own, version: null, layer: null };
}

/** A trial that has begun before is over; one that is to begin is written down first. */
function settleTrial(dataDir: string, state: ConfigurationState, log: Log): ConfigurationState {
  const { trial } = state;
  if (trial === null) return state;
  if (trial.isBegun) return putBack(dataDir, state, 'parcel.not-ready', log);
  const begun = { ...state, trial: { ...trial, isBegun: true } };
  // Without a note of it, a package that kills the start would be tried for ever.
  return keepState(dataDir, begun, log) ? begun : { ...state, trial: null };
}

function putBack(dataDir: string, state: ConfigurationState, code: FaultCode, log: Log): ConfigurationState {
  const { trial } = state;
  if (trial === null) return state;
  const back = { ...state, trial: null, settled: { commandId: trial.commandId, code } };
  keepState(dataDir, back, log);
  log({ level: 'error', event: 'parcels.put-back', code, detail: trial.folder });
  return back;
}

/** The next start tries it. Fault: `store.failed`; nothing has changed then. */
export function tryAtNextStart(
  dataDir: string,
  folder: string,
  commandId: string,
  log: Log,
): Result<null, Fault> {
  const state = readConfigurationState(dataDir);
  return keepState(dataDir, { ...state, trial: { folder, commandId, isBegun: false } }, log)
    ? ok(null)
    : err(fault('store.failed', 'the configuration’s state cannot be written'));
}

/** What was to be tried is not. */
export function dropTrial(dataDir: string, log: Log): void {
  keepState(dataDir, { ...readConfigurationState(dataDir), trial: null }, log);
}

/** False: the disk refused, which is told to the log. */
function keepState(dataDir: string, state: ConfigurationState, log: Log): boolean {
  try {
    makeFolder(configurationFolder(dataDir));
    replaceFile(configurationStateFile(dataDir), Buffer.from(JSON.stringify(state)));
    return true;
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unknown';
    log({ level: 'error', event: 'parcels.state-not-written', code: 'store.failed', detail });
    return false;
  }
}

/**
 * The files of this machine with a package between them, by the same check as ever. Faults: `parcel.no-key`, `parcel.signature-wrong`,
 * `parcel.malformed`, `parcel.damaged`, `parcel.not-ours`, `parcel.config-refused` with the first sentence of the check.
 */
export function withPackage(
  { file, dataDir }: ConfigurationPlaces,
  own: TerminalConfig,
  folder: string,
): Result<Standing & { readonly version: string }, Fault> {
  const key = own.parcels?.verifyWith ?? null;
  if (key === null) return err(fault('parcel.no-key'));
  const read = readWhole(configurationFolder(dataDir), folder, 'configuration', verifyBy(key));
  if (!read.ok) return read;
  const text = textOf(read.value.bytes);
  if (text === null) return err(fault('parcel.config-refused', 'expected UTF-8 text'));
  const layer = { text, shown: contentOf(read.value) };
  const loaded = loadWithPlaces(file, layer);
  if (!loaded.ok)
    return err(fault('parcel.config-refused', loaded.fault.map(describeConfigFault).join('\n')));
  const { config } = loaded.value;
  if (canonicalJson(config.terminal) !== canonicalJson(own.terminal) || namesAnother(text, own))
    return err(fault('parcel.not-ours'));
  const changed = changedOf(config, own);
  return changed === null
    ? ok({ config, version: read.value.manifest.version, layer })
    : err(
        fault('parcel.config-refused', `${changed}: a package does not change by whom this terminal is told`),
      );
}

function changedOf(config: TerminalConfig, own: TerminalConfig): string | null {
  return keptHere.find(({ of }) => canonicalJson(of(config)) !== canonicalJson(of(own)))?.key ?? null;
}

/**
 * The files of this machine as they are now; null: they are wrong, or say since the start of `own` another terminal or by whom else it is told.
 * Somebody is at it, and no package can be judged by them.
 */
export function ownAsItWas(file: string, own: TerminalConfig): TerminalConfig | null {
  const now = loadConfig(file);
  if (!now.ok || canonicalJson(now.value.terminal) !== canonicalJson(own.terminal)) return null;
  return changedOf(now.value, own) === null ? now.value : null;
}

/** By these the next package is believed and fetched: one that is wrong there could only be mended by somebody who comes. */
const keptHere: readonly { readonly key: string; readonly of: (config: TerminalConfig) => unknown }[] = [
  { key: 'parcels', of: ({ parcels }) => parcels },
  { key: 'platform.url', of: ({ platform }) => platform.url },
  { key: 'platform.caFile', of: ({ platform }) => platform.caFile ?? null },
  { key: 'platform.timeoutSeconds', of: ({ platform }) => platform.timeoutSeconds },
];

const namedSchema = z.object({ terminal: z.record(z.string(), z.unknown()).optional() });

/** The terminal's own file lies over the package, and would hide for whom it was made. */
function namesAnother(text: string, { terminal }: TerminalConfig): boolean {
  const tree = parseTree(text, '');
  const named = tree.ok ? namedSchema.safeParse(plain(tree.value)) : null;
  const own = new Map<string, unknown>(Object.entries(terminal));
  return Object.entries(named?.data?.terminal ?? {}).some(([key, value]) => own.get(key) !== value);
}

const SERIAL = /^serial:(\/.+)$/;

/**
 * What the configuration newly names and this machine does not have; null: nothing. What is named already and is gone is no fault of the
 * package: a cable may be out.
 */
export function lacksHere(next: TerminalConfig, current: TerminalConfig): string | null {
  const channels = new Set(current.devices.map(({ channel }) => channel));
  for (const { id, channel } of next.devices) {
    const path = SERIAL.exec(channel)?.[1];
    if (!channels.has(channel) && path !== undefined && !existsSync(path))
      return `devices[${id}].channel: there is no ${path} on this machine`;
  }
  const known = new Set(filesOf(current).map(({ path }) => path));
  const gone = filesOf(next).find(({ path }) => !known.has(path) && !isReadable(path));
  return gone === undefined ? null : `${gone.key}: ${gone.path} cannot be read on this machine`;
}

function filesOf({
  lan,
  hub,
  speech,
}: TerminalConfig): readonly { readonly key: string; readonly path: string }[] {
  const certificate = lan?.certificate ?? null;
  return [
    { key: 'lan.certificate.certFile', path: certificate?.certFile },
    { key: 'lan.certificate.keyFile', path: certificate?.keyFile },
    { key: 'hub.authorityFile', path: hub?.authorityFile },
    { key: 'speech.clipsDir', path: speech.clipsDir },
  ].flatMap(({ key, path }) => (path === undefined || path === null ? [] : [{ key, path }]));
}

function isReadable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
