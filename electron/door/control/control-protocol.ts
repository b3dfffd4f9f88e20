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
  z.strictObject({ verb: z.literal('admit'), code: admissionCodeSchema, as: browserNameSchema }),
  z.strictObject({ verb: z.literal('shut-out'), browser: browserNameSchema }),
  z.strictObject({ verb: z.literal('list') }),
]);
export type ControlRequest = z.infer<typeof controlRequestSchema>;

/** How it is afterwards, whatever was asked. */
export const controlStateSchema = z.strictObject({
  accounts: z.array(personSchema.extend({ addedAtMs: z.int(), closedAtMs: z.int().nullable() })),
  browsers: z.array(z.strictObject({ browser: browserSchema, admittedAtMs: z.int() })),
  knocking: z.array(z.strictObject({ code: z.string(), address: z.string() })),
  /** Null: it is not open. */
  door: z
    .strictObject({ url: z.string(), fingerprint: z.string(), authorityFile: z.string().nullable() })
    .nullable(),
  /** Why it is not open, while it is tried again; null: it is, or there is to be none. */
  doorFault: faultSchema.nullable(),
  /** Of `admit`: where the browser is that was let in, and whether another one had its name before. */
  admitted: z.strictObject({ address: z.string(), replaced: z.boolean() }).nullable(),
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
