import { z } from 'zod';
import { enrolmentCodeSchema } from './enrolment-code.ts';

/**
 * How a terminal proves who it is: HTTP Message Signatures (RFC 9421) by a key of its own, which the platform
 * learnt once with a one-time code. Why these choices: docs/decisions/0013.
 */
export const requestSignature = {
  /** RFC 9421 §3.3.6. */
  algorithm: 'ed25519',
  /** RFC 9421 §7.2.5: a signature that was made for something else is none here. */
  tag: 'yizhan-terminal',
  /**
   * What every signature covers. Not `@scheme` and `@target-uri`: behind a proxy that ends TLS nobody can say
   * which scheme the terminal used. The path is the one that the terminal asked for, the query is `?` when
   * there is none (§2.2.7).
   */
  components: ['@method', '@authority', '@path', '@query'],
  /** And these where there is a body: it is covered through its digest (RFC 9530). */
  bodyComponents: ['content-digest', 'content-type'],
  parameters: ['created', 'nonce', 'keyid', 'alg', 'tag'],
  /** `created` may be this far from the platform's clock, either way; a nonce is remembered longer. */
  windowSeconds: 300,
} as const;

/** At least 96 bits of chance; good once for each key. */
export const nonceSchema = z.string().regex(/^[A-Za-z0-9_-]{16,64}$/);

/** RFC 8037: the public half of an Ed25519 key. */
export const publicKeySchema = z.strictObject({
  kty: z.literal('OKP'),
  crv: z.literal('Ed25519'),
  x: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
});
export type PublicKey = z.infer<typeof publicKeySchema>;

/**
 * What is hashed (SHA-256, base64url) into a key's name, which is the `keyid` of its signatures: the thumbprint
 * of RFC 7638 §3. A name thus stands for one key for ever, wherever it is looked up.
 */
export function thumbprintInput({ crv, kty, x }: PublicKey): string {
  return JSON.stringify({ crv, kty, x });
}

export const keyIdSchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const terminalIdSchema = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);
const stationIdSchema = z.string().regex(/^\d{9}$/);

/** Over this a call about keys is refused, in bytes. */
export const MAX_IDENTITY_BYTES = 4096;

/** Signed by the key that it carries, which proves that the sender has its other half. */
export const enrolmentRequestSchema = z.object({
  terminalId: terminalIdSchema,
  /** Region and station, as in every submission. */
  stationId: stationIdSchema,
  publicKey: publicKeySchema,
  code: enrolmentCodeSchema,
});
export type EnrolmentRequest = z.infer<typeof enrolmentRequestSchema>;

export const enrolledSchema = z.object({
  terminalId: terminalIdSchema,
  stationId: stationIdSchema,
  keyId: keyIdSchema,
  enrolledAt: z.iso.datetime(),
  /** By which orders to this terminal are signed (fleet.ts); the terminal goes by no other one. Absent: the platform gives none. */
  fleetKey: publicKeySchema.optional(),
});
export type Enrolled = z.infer<typeof enrolledSchema>;

/** Carries two signatures: by the key that is enrolled, and by the one that shall take its place. */
export const keyChangeRequestSchema = z.object({ publicKey: publicKeySchema });

const skewData = z.object({
  /** The platform's clock when it refused. */
  platformTime: z.iso.datetime(),
});

/**
 * Why a signed request was refused before anybody looked at what it asks. Their names are the norm. All are 401 or 403:
 * they say nothing about an application, and a terminal keeps it and waits.
 */
export const identityRefusals = {
  TERMINAL_UNKNOWN: { status: 401, message: 'No terminal is enrolled with this key' },
  TERMINAL_REVOKED: { status: 403, message: 'The terminal was revoked' },
  SIGNATURE_INVALID: { status: 401, message: 'The signature is not what the contract says, or does not fit' },
  SIGNATURE_REPLAYED: { status: 401, message: 'This very request was received before' },
  CLOCK_SKEW: {
    status: 401,
    message: 'The signature was made too long ago, or in the future',
    data: skewData,
  },
  DIGEST_MISMATCH: { status: 401, message: 'The body is not the one that was signed' },
} as const;
export type IdentityRefusal = keyof typeof identityRefusals;

export const enrolmentRefusals = {
  ENROLMENT_CODE_UNKNOWN: { status: 404, message: 'There is no such code for this terminal at this station' },
  ENROLMENT_CODE_USED: { status: 409, message: 'The code was used already' },
  ENROLMENT_CODE_EXPIRED: { status: 410, message: 'The code is older than it may be' },
  TERMINAL_ALREADY_ENROLLED: { status: 409, message: 'The terminal is enrolled with another key' },
  KEY_IN_USE: { status: 409, message: 'The key is, or was, the one of a terminal' },
} as const;
export type EnrolmentRefusal = keyof typeof enrolmentRefusals;
