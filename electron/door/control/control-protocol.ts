import { join } from 'node:path';
import { z } from 'zod';
import {
  admissionCodeSchema,
  browserNameSchema,
  browserSchema,
  personSchema,
  staffRoleSchema,
} from '#contract/access.ts';
import { faultSchema } from '#contract/fault.ts';
import { staffIdSchema } from '#contract/queue/ticket.ts';
import { resultOf } from '#contract/result-schema.ts';

/**
 * What a technician's command asks of a terminal that runs, over a socket in its data folder: one line of JSON there, one
 * back. Who may open that folder is who the machine says he is; nothing else is asked. A PIN is in it and in no argument list.
 */
export const controlRequestSchema = z.discriminatedUnion('verb', [
  z.strictObject({
    verb: z.literal('add'),
    staffId: staffIdSchema,
    role: staffRoleSchema,
    pin: z.string().max(40),
  }),
  z.strictObject({ verb: z.literal('pin'), staffId: staffIdSchema, pin: z.string().max(40) }),
  z.strictObject({ verb: z.literal('close'), staffId: staffIdSchema }),
  z.strictObject({ verb: z.literal('forget-card'), staffId: staffIdSchema }),
  z.strictObject({ verb: z.literal('admit'), code: admissionCodeSchema, as: browserNameSchema }),
  z.strictObject({ verb: z.literal('shut-out'), browser: browserNameSchema }),
  z.strictObject({ verb: z.literal('list') }),
  z.strictObject({ verb: z.literal('audit-verify') }),
]);
export type ControlRequest = z.infer<typeof controlRequestSchema>;

const verifiedSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('whole'),
    rows: z.int(),
    head: z.object({ sequence: z.int(), hash: z.string() }),
    recoveries: z.array(z.int()),
  }),
  z.object({ kind: z.literal('broken'), sequence: z.int(), why: z.string() }),
]);

/**
 * How it is afterwards, whatever was asked. What was asked is done when this is read, by a command that may be of another release
 * than the terminal: a key more is passed over, and each key that was added later says what its absence means.
 */
export const controlStateSchema = z.object({
  accounts: z.array(z.object({ ...personSchema.shape, addedAtMs: z.int(), closedAtMs: z.int().nullable() })),
  browsers: z.array(z.object({ browser: z.object(browserSchema.shape), admittedAtMs: z.int() })),
  knocking: z.array(z.object({ code: z.string(), address: z.string() })),
  /** Null: it is not open. */
  door: z
    .object({ url: z.string(), fingerprint: z.string(), authorityFile: z.string().nullable() })
    .nullable(),
  /** What is wrong with it, closed or open, while it is tried again; null: nothing, or there is to be none. */
  doorFault: faultSchema.nullable().default(null),
  /** Of `admit`: where the browser is that was let in, and whether another one had its name before. */
  admitted: z.object({ address: z.string(), replaced: z.boolean() }).nullable(),
  /** Of `audit-verify`: what the whole of the audit looks like. */
  audit: verifiedSchema.nullable().default(null),
});
export type ControlState = z.infer<typeof controlStateSchema>;

export const controlAnswerSchema = resultOf(controlStateSchema);

/** A terminal has some dozens of accounts and browsers. */
export const MAX_CONTROL_BYTES = 262_144;

/** In milliseconds; making a PIN's hash takes a second on a weak board. */
export const CONTROL_ANSWERS_WITHIN_MS = 20_000;

export function controlSocketIn(dataDir: string): string {
  return join(dataDir, 'control.sock');
}
