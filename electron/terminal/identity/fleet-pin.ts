import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { publicKeySchema, type PublicKey } from '#contract/terminal-identity.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';

/**
 * The one key by which orders of the platform are verified (docs/decisions/0049). A file of its own beside the identity: an older program that
 * is put back reads the identity as it always did, and knows no orders.
 */
export interface FleetPin {
  /** Read anew each time: `npm run enrol` may have brought it meanwhile. Null: none is pinned, or the file is none. */
  current(): PublicKey | null;
  /** In the place of whatever was pinned: only an enrolment may. Fault: `store.failed`. */
  pin(key: PublicKey): Result<null, Fault>;
}

const MAX_FILE_BYTES = 1024;
const fileSchema = z.strictObject({ format: z.literal(1), key: publicKeySchema });

export function createFleetPin(dataDir: string): FleetPin {
  const file = join(dataDir, 'keys', 'fleet-key.json');
  return {
    current: () => {
      try {
        if (statSync(file).size > MAX_FILE_BYTES) return null;
        return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).key;
      } catch {
        // No key, no order: it is refused as `fleet.no-key`, and told.
        return null;
      }
    },
    pin: (key) => {
      try {
        makeFolder(dirname(file));
        replaceFile(file, Buffer.from(JSON.stringify({ format: 1, key })));
        return ok(null);
      } catch {
        return err(fault('store.failed', `${file} cannot be written`));
      }
    },
  };
}
