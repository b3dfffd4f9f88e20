import { z } from 'zod';
import { sha256Schema } from './application.ts';
import { deviceIdSchema, deviceKindSchema } from './devices.ts';
import { keyIdSchema, publicKeySchema, terminalIdSchema } from './terminal-identity.ts';

/**
 * What a terminal tells of itself, and what it is told to do (docs/decisions/0049). Nothing here can hold a value of a person: codes,
 * counts, times and versions. The platform never calls a terminal: orders are fetched with the answer to a heartbeat.
 */

/** Over it the platform answers 413, in bytes; a heartbeat of forty broken devices has some six thousand. */
export const MAX_HEARTBEAT_BYTES = 16_384;
/** Of an exported log. */
export const MAX_LOG_BYTES = 131_072;
/** One answer brings so many orders at most; the next brings more. */
export const MOST_ORDERS_AT_ONCE = 8;

/** How the program, the database and what the terminal works by are called; a hash where nobody counts versions. */
export const versionSchema = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._+-]{0,79}$/);

/** A fault's code, or what a device asks a person to do: words and no digit. A newer terminal may have some that the platform does not know yet. */
export const codeSchema = z
  .string()
  .max(60)
  .regex(/^[a-z]+(-[a-z]+)*(\.[a-z]+(-[a-z]+)*)?$/);

export const releaseKinds = ['program', 'config', 'catalogue'] as const;
export const releaseKindSchema = z.enum(releaseKinds);
export type ReleaseKind = z.infer<typeof releaseKindSchema>;

/** What a device lacks. */
export const deviceTroubleSchema = z.strictObject({
  device: deviceIdSchema,
  kind: deviceKindSchema,
  code: codeSchema,
  since: z.iso.datetime(),
});
export type DeviceTrouble = z.infer<typeof deviceTroubleSchema>;

export const refusedOrderSchema = z.strictObject({
  /** As the order said; null: it said none that is one. */
  commandId: z.uuid().nullable(),
  why: z.enum([
    'fleet.no-key',
    'fleet.signature-wrong',
    'fleet.malformed',
    'fleet.not-ours',
    'fleet.too-early',
    'fleet.expired',
    'fleet.replayed',
    'fleet.unknown-order',
  ]),
  at: z.iso.datetime(),
});
export type RefusedOrder = z.infer<typeof refusedOrderSchema>;

export const heartbeatSchema = z.strictObject({
  /** By the terminal's own clock. */
  at: z.iso.datetime(),
  /** When it will be heard next, if nothing is wrong, in seconds. */
  everySeconds: z.int().min(5).max(3600),
  /** Null: nothing waits. */
  oldestUnsentSeconds: z.int().min(0).nullable(),
  outbox: z.strictObject({
    pending: z.int().min(0),
    sending: z.int().min(0),
    waiting: z.int().min(0),
    rejected: z.int().min(0),
    conflict: z.int().min(0),
  }),
  troubles: z.array(deviceTroubleSchema).max(40),
  /** `schema`: of its database. */
  versions: z.strictObject({
    program: versionSchema,
    schema: versionSchema,
    catalogue: versionSchema,
    config: versionSchema,
  }),
  /** Null: the file system does not say. */
  diskFreeMiB: z.int().min(0).nullable(),
  /** Below this no visit is begun. */
  diskReserveMiB: z.int().min(0),
  /** The platform's clock before the terminal's, in milliseconds. */
  clockSkewMs: z.int().min(-4_000_000_000_000).max(4_000_000_000_000),
  uptimeSeconds: z.int().min(0),
  /** Of the page, of the drivers' process and of the terminal itself, in the last 24 hours. */
  crashes24h: z.int().min(0),
  /** `out-of-service`: by a technician's or the platform's word, or because what crashed does not come back. */
  mode: z.enum(['in-service', 'out-of-service']),
  queue: z.enum(['none', 'hub', 'member']),
  /** Until when the certificate of its door is good; null: it has none. */
  certificateUntil: z.iso.datetime().nullable(),
  /** Orders, and keys, that it did not follow since it was last heard. */
  refused: z.array(refusedOrderSchema).max(20),
  /** By which it verifies orders; said to a platform that tells of successions, also of none. */
  fleetKeyId: keyIdSchema.optional(),
});
export type Heartbeat = z.infer<typeof heartbeatSchema>;

const takeSchema = { version: versionSchema, manifestSha256: sha256Schema };

/** What a terminal can be told to do. */
export const orderSchema = z.discriminatedUnion('kind', [
  /** When nobody stands there, the program ends, and whoever supervises it starts it again. */
  z.strictObject({ kind: z.literal('restart') }),
  /** `on`: nobody begins anything here; whoever stands there finishes. */
  z.strictObject({ kind: z.literal('service-mode'), on: z.boolean() }),
  /** The newest lines, redacted. */
  z.strictObject({ kind: z.literal('log-export'), lines: z.int().min(1).max(2000) }),
  z.strictObject({ kind: z.literal('fetch-config'), ...takeSchema }),
  z.strictObject({ kind: z.literal('update'), what: z.enum(['program', 'catalogue']), ...takeSchema }),
]);
export type Order = z.infer<typeof orderSchema>;

/**
 * The text that is signed, in canonical JSON (canonical-json.ts). `order` is read by itself, so that one that an older program does not know is
 * refused by its name.
 */
export const commandSchema = z.strictObject({
  form: z.literal(1),
  terminalId: terminalIdSchema,
  /** Good once. */
  commandId: z.uuid(),
  notBefore: z.iso.datetime(),
  expires: z.iso.datetime(),
  order: z.looseObject({ kind: z.string().max(40) }),
});
export type Command = z.infer<typeof commandSchema>;

/** Before the text that is signed: a signature that was made for something else is none here. */
export const COMMAND_CONTEXT = 'yizhan-fleet-command-1\n';

/** Ed25519, base64url. */
const signatureSchema = z.string().regex(/^[A-Za-z0-9_-]{86}$/);

export const signedCommandSchema = z.strictObject({
  /** Canonical JSON of a `commandSchema`. */
  statement: z.string().max(4096),
  keyId: keyIdSchema,
  /** Over `COMMAND_CONTEXT` and the statement. */
  signature: signatureSchema,
});
export type SignedCommand = z.infer<typeof signedCommandSchema>;

/** That another key signs orders from now on (docs/decisions/0063); the text is signed by the key before it. */
export const successionSchema = z.strictObject({
  form: z.literal(1),
  /** The thumbprint of the one that signs this. */
  from: keyIdSchema,
  to: publicKeySchema,
  at: z.iso.datetime(),
});
export type Succession = z.infer<typeof successionSchema>;

/** Before that text: whoever is given an order to sign signs no succession. */
export const SUCCESSION_CONTEXT = 'yizhan-fleet-key-1\n';

/** So many are told at most: a terminal that was away for longer than these is enrolled again. */
export const MOST_SUCCESSIONS = 8;

export const signedSuccessionSchema = z.strictObject({
  /** Canonical JSON of a `successionSchema`. */
  statement: z.string().max(1024),
  /** Over `SUCCESSION_CONTEXT` and the statement. */
  signature: signatureSchema,
});
export type SignedSuccession = z.infer<typeof signedSuccessionSchema>;

export const outcomeSchema = z.strictObject({
  result: z.enum(['done', 'refused', 'failed']),
  /** Of what was not done; null where it was. */
  code: codeSchema.nullable(),
  /** By the terminal's clock. */
  at: z.iso.datetime(),
  /** Of `log-export`: lines of JSON, redacted. */
  log: z.string().max(MAX_LOG_BYTES).nullable(),
});
export type Outcome = z.infer<typeof outcomeSchema>;
