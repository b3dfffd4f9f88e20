import { dirname, isAbsolute, relative, resolve } from 'node:path';
import { stringify } from 'yaml';
import { z } from 'zod';
import { parseBare, readBareParts } from '#config/bare.ts';
import { describeConfigFault, parseConfig, type ConfigFault } from '#config/load.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { DeviceSettings } from '#contract/devices.ts';
import type { TerminalNumbers } from '#contract/provisioning-api.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import { replaceFile } from '../store/durable-file.ts';
import type { BoundDevice, Progress } from './progress.ts';

/** The station's file or a profile, and where the terminal's own is to stand. */
export interface ConfigPlaces {
  readonly bare: string;
  readonly own: string;
}

/** A terminal that nobody has given a number: good for reading the rest of the file, and never written. */
const NOBODY = { id: 'not-provisioned', region: '000000', station: '000', number: '00' } as const;
/** Until somebody measures: a 21.5-inch panel, standing. */
const UNMEASURED = { widthMm: 268, heightMm: 476 } as const;

const partsSchema = z.object({
  terminal: z
    .object({
      id: z.string(),
      region: z.string(),
      station: z.string(),
      number: z.string(),
    })
    .partial()
    .optional(),
  screen: z.unknown().optional(),
});

export interface BareConfig {
  readonly config: TerminalConfig;
  /** What the file says of the terminal already. */
  readonly terminal: Partial<TerminalConfig['terminal']>;
}

/** The bare configuration as it stands; what the wizard will ask is filled in. Faults: file, line and key of each. */
export function readBare(places: ConfigPlaces): Result<BareConfig, readonly ConfigFault[]> {
  const above = stringify({ extends: pathFrom(places) });
  const parts = readBareParts(above, places.own);
  if (!parts.ok) return parts;
  const known = partsSchema.safeParse(parts.value);
  const terminal = known.success ? (known.data.terminal ?? {}) : {};
  const filled = stringify({
    extends: pathFrom(places),
    terminal: { ...NOBODY, ...terminal },
    ...(known.success && known.data.screen !== undefined ? {} : { screen: UNMEASURED }),
  });
  const config = parseBare(filled, places.own);
  return config.ok ? ok({ config: config.value, terminal: terminal as BareConfig['terminal'] }) : config;
}

/** The name of a terminal at the platform, where the station's file gives it none. */
export function idOf({ region, station, number }: TerminalNumbers): string {
  return `${region}-${station}-${number}`;
}

/** The devices of the bare file as they are bound by now. */
export function boundDevices(bare: TerminalConfig, bound: readonly BoundDevice[]): readonly DeviceSettings[] {
  return bare.devices.map((device) => {
    const own = bound.find(({ id }) => id === device.id);
    if (own === undefined) return device;
    const settings = { ...device, channel: own.channel, identity: own.identity, enabled: !own.isLeftOut };
    return settings.kind === 'queue-display' && own.display
      ? { ...settings, display: own.display }
      : settings;
  });
}

/** What the terminal's own file says: all that the station's does not know. */
export function ownConfigText(bare: BareConfig, places: ConfigPlaces, progress: Progress): string {
  const { terminal, screen, devices } = progress;
  const numbers = terminal ?? NOBODY;
  const head =
    '# Written at the first start of this terminal; what the station has in common is in the file that it extends.\n';
  return (
    head +
    stringify({
      extends: pathFrom(places),
      terminal: {
        id: bare.terminal.id ?? idOf(numbers),
        region: numbers.region,
        station: numbers.station,
        number: numbers.number,
      },
      screen: screen ?? UNMEASURED,
      ...(devices.length === 0
        ? {}
        : {
            devices: devices.map(({ id, channel, identity, display, isLeftOut }) => ({
              id,
              channel,
              identity,
              enabled: !isLeftOut,
              ...(display === undefined ? {} : { display }),
            })),
          }),
    })
  );
}

/** As `npm run config -- check` would say it; empty: the file may be written. */
export function problemsOf(text: string, places: ConfigPlaces): readonly string[] {
  const checked = parseConfig(text, places.own);
  return checked.ok ? [] : checked.fault.map(describeConfigFault);
}

/** In one step, whole and on the disk when this returns. */
export function writeOwnConfig(text: string, places: ConfigPlaces): void {
  replaceFile(resolve(places.own), Buffer.from(text));
}

/** Beside each other they can be moved together; from anywhere else the whole path is safer. */
function pathFrom({ bare, own }: ConfigPlaces): string {
  const path = relative(dirname(resolve(own)), resolve(bare));
  return path.startsWith('..') || isAbsolute(path) ? resolve(bare) : path;
}
