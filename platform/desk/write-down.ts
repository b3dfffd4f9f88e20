import { writeAudit, type AuditDetail } from '../audit/audit.ts';
import type { AuditEvent } from '../audit/events.ts';
import type { SignedInVisit } from './answer.ts';

/** Before anything is shown or done: what cannot be written down does not happen. */
export function writeDown(
  { parts, session, nowMs }: SignedInVisit,
  event: AuditEvent,
  entry: { readonly caseNo?: string; readonly disposition?: string; readonly detail?: AuditDetail } = {},
): Promise<void> {
  return writeAudit(parts.pool, {
    atMs: nowMs,
    officialId: session.official.officialId,
    event,
    caseNo: entry.caseNo ?? null,
    disposition: entry.disposition ?? 'done',
    detail: entry.detail ?? {},
  });
}
