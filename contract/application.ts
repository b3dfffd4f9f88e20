import { z } from 'zod';
import { givenInstantSchema } from './calendar-time.ts';
import { answersSchema } from './answers.ts';
import { attachmentsSchema, type Attachment } from './attachment.ts';
import { chainIdSchema } from './chain.ts';
import { itemSlugSchema } from './item.ts';
import { languageSchema } from './localized.ts';
import { paperRecordsSchema, type PaperRecord } from './paper.ts';
import { signingSchema } from './signed-statement.ts';

/** RFC 9562 UUIDv7, made when the form opens, so that a double touch is the same application. */
export const applicationIdSchema = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);

/** `region6 + station3 + yyMMdd + terminal2 + sequence4 + check1`, unique without a network. */
export const receiptNoSchema = z.string().regex(/^\d{22}$/);

/** Lower-case hex SHA-256. */
export const sha256Schema = z.string().regex(/^[0-9a-f]{64}$/);

/**
 * How the applicant was identified. `card`: read by the reader. `code`: shown on a telephone and resolved by
 * the platform. `typed`: originals must be checked by staff. `none`: the item asks nobody who it is.
 */
export const identitySourceSchema = z.enum(['card', 'code', 'typed', 'none']);
export type IdentitySource = z.infer<typeof identitySourceSchema>;

/** The place of an application in a one-thing chain (一件事) that was filled in as one form. */
export const chainPlaceSchema = z.object({
  id: chainIdSchema,
  /** The same in all applications that were submitted together. */
  chainApplicationId: applicationIdSchema,
  order: z.int().nonnegative().max(50),
  /** Orders of those among them that must be closed before this one starts. */
  needs: z.array(z.int().nonnegative().max(50)).max(20),
});
export type ChainPlace = z.infer<typeof chainPlaceSchema>;

/** What every version of the payload holds. */
export const applicationContentSchema = z.object({
  answers: answersSchema,
  /** Consent ids that were ticked, with the instant of each (ISO 8601, UTC). */
  consents: z.array(z.object({ id: z.string().max(40), at: z.iso.datetime() })).max(20),
  identitySource: identitySourceSchema,
  /** Absent: an application by itself. */
  chain: chainPlaceSchema.optional(),
});
export type ApplicationContent = z.infer<typeof applicationContentSchema>;

/**
 * What a resident submitted: the sealed part of a row. `formVersion` lets newer and older rows live side by
 * side: a terminal writes the newest, and sends as it is what an earlier release stored; the platform takes
 * every version. 1: the form alone. 2: with attachments, also when there are none. 3: with how each paper is handed
 * in, and what the signature was put under.
 */
export const applicationPayloadSchema = z.discriminatedUnion('formVersion', [
  applicationContentSchema.extend({ formVersion: z.literal(1) }),
  applicationContentSchema.extend({ formVersion: z.literal(2), attachments: attachmentsSchema }),
  applicationContentSchema.extend({
    formVersion: z.literal(3),
    attachments: attachmentsSchema,
    papers: paperRecordsSchema,
    signing: signingSchema,
  }),
]);
export type ApplicationPayload = z.infer<typeof applicationPayloadSchema>;

/** The attachments of a payload of any version. */
export function attachmentsOf(payload: ApplicationPayload): readonly Attachment[] {
  return payload.formVersion === 1 ? [] : payload.attachments;
}

/** How the papers of a payload of any version are handed in. */
export function papersOf(payload: ApplicationPayload): readonly PaperRecord[] {
  return payload.formVersion === 3 ? payload.papers : [];
}

export const submissionSchema = z.object({
  terminalId: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
  stationId: z.string().regex(/^\d{9}$/),
  receiptNo: receiptNoSchema,
  itemSlug: itemSlugSchema,
  itemCode: z.string().max(40),
  itemVersion: z.string().max(60),
  language: languageSchema,
  /** When it was received at the station (ISO 8601, UTC). */
  receivedAt: givenInstantSchema,
  /** SHA-256 over the canonical JSON (canonical-json.ts) of `payload`. */
  payloadSha256: sha256Schema,
  payload: applicationPayloadSchema,
});
export type Submission = z.infer<typeof submissionSchema>;

/** 受理 is a later step: 01 submitted, 02 received (收件). GB/T 39046 status codes as deployed. */
export const caseStatusSchema = z.enum(['01', '02', '05', '06', '07', '10', '11', '12', '13', '14', '15']);
export type CaseStatus = z.infer<typeof caseStatusSchema>;

export const acknowledgementSchema = z.object({
  applicationId: applicationIdSchema,
  revision: z.number().int().positive(),
  caseNo: z.string().min(1).max(50),
  status: caseStatusSchema,
  receivedAt: z.iso.datetime(),
  payloadSha256: sha256Schema,
});
export type Acknowledgement = z.infer<typeof acknowledgementSchema>;
