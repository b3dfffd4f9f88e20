import { z } from 'zod';

/** One attachment, in bytes: a photographed A4 page at reading quality stays well below. */
export const MAX_ATTACHMENT_BYTES = 8_388_608;

/** Attachments of one application. */
export const MAX_ATTACHMENTS = 40;

/** All attachments of one application together, in bytes: they are in memory once, when it is submitted. */
export const MAX_ATTACHMENTS_BYTES = 67_108_864;

/** What one append to an upload may hold, in bytes: 15 s on a line of 140 kbit/s. */
export const MAX_CHUNK_BYTES = 262_144;

/** Every chunk but the last of its attachment has at least so many bytes, so that an upload has few rows. */
export const MIN_CHUNK_BYTES = 16_384;

/** PNG for a drawn signature, JPEG or WebP for a photograph. */
export const attachmentMediaTypeSchema = z.enum(['image/png', 'image/jpeg', 'image/webp']);
export type AttachmentMediaType = z.infer<typeof attachmentMediaTypeSchema>;

/** What it is of: the drawn signature, or a page (from 1) of a paper that the item asks for. */
export const attachmentSubjectSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('signature') }),
  z.object({
    kind: z.literal('paper'),
    /** The `id` of the item's material. */
    paperId: z.string().min(1).max(40),
    page: z.number().int().min(1).max(MAX_ATTACHMENTS),
  }),
]);
export type AttachmentSubject = z.infer<typeof attachmentSubjectSchema>;

/**
 * An attachment as the payload names it, so that the payload's hash covers its content. The bytes travel
 * beside the payload, before it, and are known by their hash (platform-api.ts).
 */
export const attachmentSchema = z.object({
  subject: attachmentSubjectSchema,
  mediaType: attachmentMediaTypeSchema,
  byteCount: z.number().int().min(1).max(MAX_ATTACHMENT_BYTES),
  /** Lower-case hex SHA-256 of the bytes as they were taken. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type Attachment = z.infer<typeof attachmentSchema>;

export const attachmentsSchema = z
  .array(attachmentSchema)
  .max(MAX_ATTACHMENTS)
  .refine((list) => list.reduce((total, { byteCount }) => total + byteCount, 0) <= MAX_ATTACHMENTS_BYTES, {
    error: 'the attachments are too large together',
  });
