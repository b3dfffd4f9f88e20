import type { DeviceSettings } from '#contract/devices.ts';
import type { QueueDisplaySettings } from '#contract/queue-display.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { checkStation } from './check-station.ts';
import { faultAt, faultsOf, type ConfigFault } from './faults.ts';
import { readLayers, readLayersOf, type LayerBetween } from './layers.ts';
import { terminalConfigSchema, type TerminalConfig } from './schema.ts';
import { MOST_PROBLEMS, plain, type ConfigMap } from './tree.ts';

export { describeConfigFault, type ConfigFault } from './faults.ts';

export interface LoadedConfig {
  readonly config: TerminalConfig;
  /** What the files say together, each part with its place. */
  readonly tree: ConfigMap;
}

type Loaded<T> = Result<T, readonly ConfigFault[]>;

/** Reads and checks one terminal's YAML file and those it extends. The problems, fifty at most, are given in the order of the files. */
export function loadConfig(file: string): Loaded<TerminalConfig> {
  const loaded = loadWithPlaces(file);
  return loaded.ok ? ok(loaded.value.config) : loaded;
}

export function loadWithPlaces(file: string, between: LayerBetween | null = null): Loaded<LoadedConfig> {
  return checked(readLayers(file, between));
}

export function parseConfig(text: string, file: string): Loaded<TerminalConfig> {
  const loaded = checked(readLayersOf(text, file));
  return loaded.ok ? ok(loaded.value.config) : loaded;
}

function checked(layers: Loaded<ConfigMap>): Loaded<LoadedConfig> {
  if (!layers.ok) return layers;
  const tree = layers.value;
  const whole = plain(tree);
  const parsed = terminalConfigSchema.safeParse(whole);
  const problems = parsed.success
    ? [...checkDevices(parsed.data, tree), ...checkBetween(parsed.data, tree)]
    : parsed.error.issues
        .slice(0, MOST_PROBLEMS)
        .flatMap((issue) => faultsOf(issue, tree, whole, MOST_PROBLEMS))
        .slice(0, MOST_PROBLEMS);
  if (parsed.success && problems.length === 0) return ok({ config: parsed.data, tree });
  return err(
    problems.toSorted((a, b) =>
      a.file === b.file ? (a.line ?? 0) - (b.line ?? 0) : a.file < b.file ? -1 : 1,
    ),
  );
}

function checkBetween(config: TerminalConfig, tree: ConfigMap): ConfigFault[] {
  return checkStation(config).map(({ path, expected }) =>
    faultAt(tree, 'config.wrong-value', path, expected),
  );
}

function checkDevices(config: TerminalConfig, tree: ConfigMap): ConfigFault[] {
  return config.devices.flatMap((device, index) => {
    const twin = config.devices.findIndex((other) => clashOf(other, device) !== null);
    const key = twin < 0 || twin >= index ? null : clashOf(config.devices[twin], device);
    if (key === null) return [];
    const expected =
      key === 'baudRate'
        ? `expected the speed of devices.${twin}, which hangs on the same line`
        : key === 'display'
          ? `expected an address that devices.${twin} on the same line does not have already`
          : `expected a value that devices.${twin}.${key} does not have already`;
    return [faultAt(tree, 'config.wrong-value', ['devices', index, key], expected)];
  });
}

/** Displays may share a line, at one speed and each at its own address; all else has a line of its own. */
function clashOf(
  one: DeviceSettings | undefined,
  other: DeviceSettings,
): 'id' | 'channel' | 'baudRate' | 'display' | null {
  if (one === undefined || one === other) return null;
  if (one.id === other.id) return 'id';
  if (one.channel !== other.channel) return null;
  if (one.kind !== 'queue-display' || other.kind !== 'queue-display') return 'channel';
  if (one.baudRate !== other.baudRate) return 'baudRate';
  return addressOf(one.display) === addressOf(other.display) ? 'display' : null;
}

/** Two that hear the same would answer at once. */
function addressOf(display: QueueDisplaySettings): string {
  switch (display.protocol) {
    case 'onbon':
      return `onbon ${display.screen}`;
    case 'modbus':
      return `modbus ${display.unit}`;
    case 'template':
      return `template ${display.address}`;
    case 'line':
      return 'line';
    default: {
      const never: never = display;
      return never;
    }
  }
}
