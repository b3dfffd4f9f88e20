import { fault } from '#contract/fault.ts';
import { permitsRevokedSchema, type PermitsRevoked } from '#contract/permit.ts';
import type { Result } from '#contract/result.ts';
import { err } from '#contract/result.ts';
import { auditKeptSchema, auditRefusals, type AuditKept, type ToldAudit } from '#contract/terminal-audit.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { Answer, CallLimits, PlatformFault } from './platform-client.ts';

/** Why rows of the audit were not taken: what the platform has ends before them, or is another row. */
export interface AuditFault extends PlatformFault {
  readonly behind?: number;
  readonly otherwise?: number;
}

/** The calls about who did what here, and who may (contract/platform-api.ts, `terminals`). */
export interface AccessCalls {
  tellAudit(chain: string, after: number, told: ToldAudit): Promise<Result<AuditKept, AuditFault>>;
  /** Base64url of 32 bytes. Gives the codes that are good no more. */
  sharePermitKey(secret: string): Promise<Result<PermitsRevoked, PlatformFault>>;
}

const small: CallLimits = { maxAnswerBytes: 4096, givenUpBy: [] };
const listed: CallLimits = { maxAnswerBytes: 131_072, givenUpBy: [] };

export function createAccessCalls(call: Call, understand: Understand): AccessCalls {
  return {
    tellAudit: async (chain, after, told) => {
      const answer = await call('PUT', `/v1/terminals/audit/${chain}/${after}`, JSON.stringify(told), small);
      const refused = answer.ok ? auditRefusal(answer.value) : null;
      if (refused !== null) return err(refused);
      const understood = understand(answer, auditKeptSchema);
      return understood.ok && understood.value.chain !== chain
        ? err(fault('platform.nonsense', 'the answer names another chain'))
        : understood;
    },
    sharePermitKey: async (secret) =>
      understand(
        await call('PUT', '/v1/terminals/permit-key', JSON.stringify({ secret }), listed),
        permitsRevokedSchema,
      ),
  };
}

/** Null for what is no refusal of rows. */
function auditRefusal({ status, problem }: Answer): AuditFault | null {
  if (status !== auditRefusals.AUDIT_BEHIND.status) return null;
  const behind = auditRefusals.AUDIT_BEHIND.data.safeParse(problem?.data);
  if (problem?.code === 'AUDIT_BEHIND' && behind.success)
    return { ...fault('platform.conflict', 'rows before these are not there'), behind: behind.data.last };
  const otherwise = auditRefusals.AUDIT_OTHERWISE.data.safeParse(problem?.data);
  if (problem?.code === 'AUDIT_OTHERWISE' && otherwise.success)
    return { ...fault('platform.conflict', 'another row was told'), otherwise: otherwise.data.sequence };
  return null;
}
