import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { channelAddressSchema, deviceIdSchema } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import { provisioningSteps } from '#contract/provisioning.ts';
import { screenMmSchema, terminalNumbersSchema } from '#contract/provisioning-api.ts';
import { queueDisplaySettingsSchema } from '#contract/queue-display.ts';
import { readinessLineSchema } from '#contract/readiness.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { workFault } from '../store/crash-only.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';

/** What was decided about one device, over what the station's file says. */
const boundSchema = z.strictObject({
  id: deviceIdSchema,
  channel: channelAddressSchema,
  identity: z.string().max(200).nullable(),
  /** Absent: as the station's file has it; changed only when two displays changed places. */
  display: queueDisplaySettingsSchema.optional(),
  isLeftOut: z.boolean(),
});
export type BoundDevice = z.infer<typeof boundSchema>;

/** How far somebody came: nothing secret and nothing personal. What a clock or a network is now is looked at anew each time. */
const progressSchema = z.strictObject({
  version: z.literal(1),
  language: z.enum(['zh', 'en']),
  step: z.enum(provisioningSteps),
  screen: screenMmSchema.nullable(),
  terminal: terminalNumbersSchema.nullable(),
  devices: z.array(boundSchema).max(32),
  /** Of devices that were identified and tests that were judged. */
  results: z.array(readinessLineSchema).max(64),
});
export type Progress = z.infer<typeof progressSchema>;

export const noProgress: Progress = {
  version: 1,
  language: 'zh',
  step: 'clock',
  screen: null,
  terminal: null,
  devices: [],
  results: [],
};

const MAX_PROGRESS_BYTES = 131_072;

export interface ProgressFile {
  read(): Progress;
  /** Faults: `store.full`, `store.failed`; then what was written before stays. */
  write(progress: Progress): Result<null, Fault>;
}

/** A file that does not read is put aside, and the wizard begins again: the terminal holds nothing yet. */
export function progressFile(dataDir: string): ProgressFile {
  const file = join(dataDir, 'provisioning.json');
  return {
    read: () => {
      if (!existsSync(file)) return noProgress;
      try {
        if (statSync(file).size <= MAX_PROGRESS_BYTES)
          return progressSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
      } catch {
        // Put aside below, as one that is too large.
      }
      renameSync(file, `${file}.unreadable`);
      return noProgress;
    },
    write: (progress) => {
      try {
        makeFolder(dataDir);
        replaceFile(file, Buffer.from(`${JSON.stringify(progress, null, 2)}\n`));
        return ok(null);
      } catch (error) {
        return err(workFault(file, error));
      }
    },
  };
}
