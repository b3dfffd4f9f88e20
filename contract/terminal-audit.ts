import { z } from 'zod';
import { sha256Schema } from './application.ts';
import { isStorable } from './storable.ts';

/**
 * The audit of a terminal: each row carries the hash of the one before and of its own content (SHA-256 over `auditText`,
 * lower-case hex), so that who changes, removes or moves one has to make all behind it anew, and does not fit what the platform was
 * told (docs/decisions/0048). A row names accounts, applications and devices, and no person.
 */
export interface AuditContent {
  /** From one, without a gap. */
  readonly sequence: number;
  readonly atMs: number;
  readonly event: string;
  readonly actor: string;
  readonly subject: string | null;
  readonly disposition: string;
  readonly detail: string | null;
}

/** What the first row of a terminal is chained to. */
export const NO_AUDIT_HASH = '0'.repeat(64);

/** What is hashed, in UTF-8: the canonical JSON of it (RFC 8785), put together here, since several are made within each submission. */
export function auditText(content: AuditContent, previousHash: string): string {
  const { sequence, atMs, event, actor, subject, disposition, detail } = content;
  const text = JSON.stringify;
  return (
    `{"actor":${text(actor)},"atMs":${String(atMs)},"detail":${text(detail)},"disposition":${text(disposition)},` +
    `"event":${text(event)},"previous":${text(previousHash)},"sequence":${String(sequence)},"subject":${text(subject)}}`
  );
}

/** Characters. What is longer is cut where it is written. */
export const auditLimits = { event: 80, actor: 20, subject: 200, disposition: 200, detail: 8000 } as const;

/** The end of the year 9999, in milliseconds since 1970: what ISO 8601 writes with four digits. A clock that says more says nothing. */
export const LATEST_AUDIT_AT_MS = 253_402_300_799_999;

const text = (most: number) => z.string().max(most).refine(isStorable);

export const toldAuditRowSchema = z.strictObject({
  sequence: z.int().min(1),
  atMs: z.int().min(0).max(LATEST_AUDIT_AT_MS),
  event: text(auditLimits.event),
  actor: text(auditLimits.actor),
  subject: text(auditLimits.subject).nullable(),
  disposition: text(auditLimits.disposition),
  detail: text(auditLimits.detail).nullable(),
  previousHash: sha256Schema,
  hash: sha256Schema,
});
export type ToldAuditRow = z.infer<typeof toldAuditRowSchema>;

/** A terminal begins another chain when its rows are not those any more that it told: made at random, so that no two are one. */
export const auditChainSchema = z.string().regex(/^[0-9a-f]{32}$/);

export const MOST_AUDIT_ROWS = 200;

export const toldAuditSchema = z.strictObject({
  /** Behind which row this chain begins; 0: with the first of the terminal. */
  begins: z.int().min(0),
  rows: z
    .array(toldAuditRowSchema)
    .min(1)
    .max(MOST_AUDIT_ROWS)
    .refine((rows) => rows.every((row, at) => at === 0 || row.sequence > (rows[at - 1]?.sequence ?? 0)), {
      error: 'expected rows in the order of their numbers',
    }),
});
export type ToldAudit = z.infer<typeof toldAuditSchema>;

/** `last`: of this chain, which the platform has now. */
export const auditKeptSchema = z.object({ chain: auditChainSchema, last: z.int().min(0) });
export type AuditKept = z.infer<typeof auditKeptSchema>;

export const auditRefusals = {
  AUDIT_BEHIND: {
    status: 409,
    message: 'Rows before these are not here: go on behind the one that is named',
    data: z.object({ last: z.int().min(0) }),
  },
  AUDIT_OTHERWISE: {
    status: 409,
    message: 'Another row was told under this number',
    data: z.object({ sequence: z.int().min(1) }),
  },
} as const;
