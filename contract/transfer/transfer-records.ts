import { z } from 'zod';
import { applicationIdSchema, sha256Schema, submissionSchema } from '../application.ts';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from '../attachment.ts';
import { faultCodeSchema } from '../fault.ts';

/**
 * What a transfer file holds: everything that a terminal took and the platform did not acknowledge, on its way to
 * another terminal of the station or to the platform. The idempotency keys travel along, so that whatever is
 * sent from two places is stored once.
 */
export const manifestSchema = z.object({
  stationId: z.string().regex(/^\d{9}$/),
  terminalId: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
  writtenAt: z.iso.datetime(),
});
export type TransferManifest = z.infer<typeof manifestSchema>;

/** What belongs to a row and is too large to stand in it; its bytes follow the row in chunks. */
export const transferPartSchema = z.object({
  type: z.literal('attachment'),
  /** Lower-case hex SHA-256 of the plain bytes. */
  sha256: sha256Schema,
  byteCount: z.number().int().min(1).max(MAX_ATTACHMENT_BYTES),
});
export type TransferPart = z.infer<typeof transferPartSchema>;

export const transferRowSchema = z.object({
  applicationId: applicationIdSchema,
  revision: z.number().int().positive().max(1000),
  /** `waiting`: to be sent. The others keep waiting for staff. */
  state: z.enum(['waiting', 'rejected', 'conflict']),
  fault: faultCodeSchema.nullable(),
  refusal: z.object({ code: z.string().max(40), reason: z.string().max(300) }).nullable(),
  attempts: z.number().int().nonnegative(),
  submission: submissionSchema,
  parts: z.array(transferPartSchema).max(MAX_ATTACHMENTS),
});
export type TransferRow = z.infer<typeof transferRowSchema>;

/** Stands last. */
export const transferEndSchema = z.object({
  rows: z.number().int().nonnegative(),
  parts: z.number().int().nonnegative(),
  /** Over every byte before this frame. */
  sha256: sha256Schema,
});
