import { z } from 'zod';
import { applicationIdSchema, caseStatusSchema, chainPlaceSchema } from './application.ts';
import { itemSlugSchema } from './item.ts';
import { localizedTextSchema } from './localized.ts';
import { caseNoSchema } from './progress.ts';
import { publicKeySchema, keyIdSchema } from './terminal-identity.ts';

/** How a department (业务部门) plugs into the platform: its inbox by pull, and the same entries by webhook. */

/** The operator chooses it once; it stands in logs, commands and rows. */
export const departmentIdSchema = z.string().regex(/^[a-z0-9][a-z0-9-]{0,59}$/);

/**
 * Why an entry was made. `new`: the case came to this department. `resubmitted`: the applicant has corrected it.
 * `revised`: the station sent a further revision that nobody had asked for. `withdrawn`: by the applicant. `reopened`: it
 * was over, and goes on. `changed`: any other step, also one of the department's own.
 */
export const inboxKindSchema = z.enum(['new', 'resubmitted', 'revised', 'withdrawn', 'reopened', 'changed']);

/** What happened, and to which case. Nothing of a person stands in it: that is only in the case, which is fetched. */
export const inboxEntrySchema = z.object({
  /** Its place in the inbox and its name: the same cursor again is the same entry. */
  cursor: z.int().positive(),
  departmentId: departmentIdSchema,
  kind: inboxKindSchema,
  caseNo: caseNoSchema,
  itemSlug: itemSlugSchema,
  /** The how-manieth event of its case this was: of one case entries come in this order. */
  ordinal: z.int().positive(),
  /** Where the event has brought the case; by now it may be elsewhere. */
  status: caseStatusSchema,
  at: z.iso.datetime(),
  /** Absent: an application by itself. */
  chain: chainPlaceSchema.optional(),
});
export type InboxEntry = z.infer<typeof inboxEntrySchema>;

export const MAX_INBOX_PAGE = 500;

export const inboxQuerySchema = z.object({
  /** Absent: behind what the department has acknowledged. */
  after: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(MAX_INBOX_PAGE).optional(),
});

export const inboxPageSchema = z.object({
  entries: z.array(inboxEntrySchema).max(MAX_INBOX_PAGE),
  /** Go on from here; the `after` of the question when there was nothing. */
  cursor: z.int().nonnegative(),
  acknowledged: z.int().nonnegative(),
});
export type InboxPage = z.infer<typeof inboxPageSchema>;

/** Up to which cursor the department has everything. */
export const acknowledgementMarkSchema = z.object({ cursor: z.int().nonnegative() });

/**
 * How the platform signs what it sends to a department (RFC 9421): as a terminal does (terminal-identity.ts), by the platform's own key and under
 * another tag, so that neither can be taken for the other.
 */
export const webhookSignature = {
  algorithm: 'ed25519',
  tag: 'yizhan-platform',
  components: ['@method', '@authority', '@path', '@query', 'content-digest', 'content-type'],
  parameters: ['created', 'nonce', 'keyid', 'alg', 'tag'],
  /** A receiver refuses what was made longer ago than this, and remembers nonces for as long. */
  windowSeconds: 300,
} as const;

/** With which a department answers a call: it has the entry. Whatever else is answered, the entry is told again. */
export const webhookAnswerSchema = z.object({ cursor: z.int().positive() });

/** The keys that the platform signs with, as a JWK set (RFC 7517); `kid` is the RFC 7638 thumbprint. */
export const platformKeysSchema = z.object({
  keys: z
    .array(publicKeySchema.extend({ kid: keyIdSchema, use: z.literal('sig'), alg: z.literal('EdDSA') }))
    .max(20),
});
export type PlatformKeys = z.infer<typeof platformKeysSchema>;

/** With which department a case of a chain (一件事) lies, since when, and until when it has promised to decide. */
export const dispatchSchema = z.object({
  caseNo: caseNoSchema,
  itemSlug: itemSlugSchema,
  order: z.int().nonnegative(),
  status: caseStatusSchema,
  /** Null: no department is registered for its item; the desk decides. */
  department: z
    .object({ departmentId: departmentIdSchema, name: localizedTextSchema, dispatchedAt: z.iso.datetime() })
    .nullable(),
  /** Null: it is not accepted yet, or over. */
  decideBy: z.iso.date().nullable(),
});
export type Dispatch = z.infer<typeof dispatchSchema>;

export const dispatchesQuerySchema = z.object({ chain: applicationIdSchema });
