import { existsSync, readFileSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { sealingSuiteSchema, type SealingSuiteId } from '#config/schema.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { workFault } from '../store/crash-only.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import { suites } from '../store/suites.ts';
import { storedKeySchema } from './device-key.ts';

const storedIdentitySchema = z.strictObject({
  /** What the platform accepted, and for whom. */
  current: z.strictObject({ terminalId: z.string(), stationId: z.string(), key: storedKeySchema }).nullable(),
  /** Kept before the platform hears of it, so that an answer that is lost costs nothing. */
  next: z.strictObject({ purpose: z.enum(['enrolment', 'rotation']), key: storedKeySchema }).nullable(),
});
export type StoredIdentity = z.infer<typeof storedIdentitySchema>;

export const noIdentity: StoredIdentity = { current: null, next: null };

export interface IdentityFile {
  /** `noIdentity` when there is no file. Fault: `identity.key-unreadable`. */
  read(): Result<StoredIdentity, Fault>;
  /** On the disk with its folder when it returns, the old one or the new one whatever happens. Fault: `store.failed`. */
  write(identity: StoredIdentity): Result<null, Fault>;
  /** A file that does not open makes room and is kept. */
  putAside(): void;
}

export interface IdentityFilePorts {
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  /** Of what is written; a file opens with the suite that it names. */
  readonly suite: SealingSuiteId;
  readonly randomBytes: RandomBytes;
}

const PURPOSE = 'yizhan device identity';
const BINDING = 'device-identity';
const MAX_FILE_BYTES = 16_384;
const envelopeSchema = z.strictObject({
  format: z.literal(1),
  suite: sealingSuiteSchema,
  sealed: z.base64().max(MAX_FILE_BYTES),
});

export function identityFilePath(dataDir: string): string {
  return join(dataDir, 'keys', 'identity.json');
}

/** The device key lies in a file and not in the database: what recovers or resets the latter leaves it alone. */
export function identityFile(ports: IdentityFilePorts): IdentityFile {
  const file = identityFilePath(ports.dataDir);

  function open(): StoredIdentity | null {
    if (statSync(file).size > MAX_FILE_BYTES) return null;
    const envelope = envelopeSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
    if (!envelope.success) return null;
    const suite = suites[envelope.data.suite];
    if (!suite.isAvailable()) return null;
    const key = suite.derive(ports.masterKey, PURPOSE);
    const plain = suite.open(key, Buffer.from(envelope.data.sealed, 'base64'), BINDING);
    if (plain === null) return null;
    const identity = storedIdentitySchema.safeParse(JSON.parse(Buffer.from(plain).toString('utf8')));
    return identity.success ? identity.data : null;
  }

  return {
    read: () => {
      if (!existsSync(file)) return ok(noIdentity);
      try {
        const identity = open();
        if (identity !== null) return ok(identity);
      } catch {
        // said below: what the file holds is never quoted
      }
      return err(fault('identity.key-unreadable', `${file} does not open`));
    },
    write: (identity) => {
      const suite = suites[ports.suite];
      const key = suite.derive(ports.masterKey, PURPOSE);
      const plain = Buffer.from(JSON.stringify(identity));
      const sealed = Buffer.from(suite.seal(key, plain, BINDING, ports.randomBytes)).toString('base64');
      try {
        makeFolder(dirname(file));
        replaceFile(file, Buffer.from(JSON.stringify({ format: 1, suite: suite.id, sealed })));
        return ok(null);
      } catch (error) {
        return err(workFault(`${file} cannot be written`, error));
      }
    },
    putAside: () => {
      if (existsSync(file)) renameSync(file, `${file}.unreadable`);
    },
  };
}

/** The same file under another master key; null when the current one does not open it. */
export function rewrapIdentity(
  file: Uint8Array,
  current: Uint8Array,
  next: Uint8Array,
  randomBytes: RandomBytes,
): Uint8Array | null {
  try {
    const envelope = envelopeSchema.parse(JSON.parse(Buffer.from(file).toString('utf8')));
    const suite = suites[envelope.suite];
    const sealed = Buffer.from(envelope.sealed, 'base64');
    const plain = suite.open(suite.derive(current, PURPOSE), sealed, BINDING);
    if (plain === null) return null;
    const anew = suite.seal(suite.derive(next, PURPOSE), plain, BINDING, randomBytes);
    return Buffer.from(JSON.stringify({ ...envelope, sealed: Buffer.from(anew).toString('base64') }));
  } catch {
    return null;
  }
}
