import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { codeSchema } from '#contract/fleet.ts';

/** A folder of the shelf: the version, and the beginning of the manifest's hash. */
const folderSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}-[0-9a-f]{12}$/);

/** Which package of configuration this terminal goes by (docs/decisions/0056): `<data>/parcels/configuration/state.json`. */
export const configurationStateSchema = z.strictObject({
  format: z.literal(1),
  /** Folders beside the file; null: none, the files of the machine stand alone. */
  inForce: folderSchema.nullable(),
  before: folderSchema.nullable(),
  /** What is to be tried at the next start; begun: that start was, and has not said yet that it is ready. */
  trial: z.strictObject({ folder: folderSchema, commandId: z.uuid(), isBegun: z.boolean() }).nullable(),
  /** What came of the last one, for the platform. */
  settled: z.strictObject({ commandId: z.uuid(), code: codeSchema.nullable() }).nullable(),
});
export type ConfigurationState = z.infer<typeof configurationStateSchema>;

export const noConfigurationState: ConfigurationState = {
  format: 1,
  inForce: null,
  before: null,
  trial: null,
  settled: null,
};

const MAX_STATE_BYTES = 4096;

export function configurationFolder(dataDir: string): string {
  return join(dataDir, 'parcels', 'configuration');
}

export function configurationStateFile(dataDir: string): string {
  return join(configurationFolder(dataDir), 'state.json');
}

/** A file that is not there, or that nobody understands, names nothing: the files of the machine are whole without it. */
export function readConfigurationState(dataDir: string): ConfigurationState {
  const file = configurationStateFile(dataDir);
  try {
    if (statSync(file).size > MAX_STATE_BYTES) return noConfigurationState;
    return configurationStateSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return noConfigurationState;
  }
}
