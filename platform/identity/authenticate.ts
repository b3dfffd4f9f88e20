import type pg from 'pg';
import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import type { Problem } from '#contract/problem.ts';
import {
  publicKeySchema,
  requestSignature,
  type IdentityRefusal,
  type PublicKey,
} from '#contract/terminal-identity.ts';
import { problem } from '../http/problem.ts';
import type { Caller, Signers } from './caller.ts';
import { keyIdOf } from './key-id.ts';
import { burnNonce } from './nonces.ts';
import { terminalByKey, type KnownTerminal } from './terminals.ts';
import {
  areVerified,
  digestFits,
  readClaims,
  type SignatureClaim,
  type SignedRequest,
} from './verify-signature.ts';

const MS_PER_S = 1000;

export interface Verified {
  readonly kind: 'verified';
  readonly caller: Caller;
  readonly claims: readonly SignatureClaim[];
}
export type Verdict = Verified | { readonly kind: 'refused'; readonly problem: Problem };

export interface AuthenticateParts {
  readonly pool: pg.Pool;
  readonly clock: Clock;
}

/**
 * Who signed, from the first line and the headers alone, so that a stranger gets no megabyte of our memory. The order of the checks:
 * form, time, whether the key is known, whether it fits, whether its terminal was revoked. Only who holds
 * the key learns of a revocation. `offered` is the key in the body of a call about keys.
 */
export async function authenticate(
  request: SignedRequest,
  signers: Signers,
  offered: PublicKey | null,
  parts: AuthenticateParts,
): Promise<Verdict> {
  const claims = await readClaims(request);
  if (claims === null || !isRightNumber(claims, signers)) return refused('SIGNATURE_INVALID');
  const nowMs = parts.clock.now();
  const isTimely = ({ createdMs }: SignatureClaim) =>
    Math.abs(nowMs - createdMs) <= requestSignature.windowSeconds * MS_PER_S;
  if (!claims.every(isTimely)) return clockSkew(nowMs);

  const offeredKeyId = offered === null ? null : keyIdOf(offered);
  const keys = new Map<string, PublicKey>();
  let terminal: KnownTerminal | null = null;
  for (const { keyId } of claims) {
    if (offered !== null && keyId === offeredKeyId) {
      keys.set(keyId, offered);
      continue;
    }
    if (signers === 'newcomer') return refused('SIGNATURE_INVALID');
    terminal = await terminalByKey(parts.pool, keyId);
    if (terminal === null) return refused('TERMINAL_UNKNOWN');
    keys.set(keyId, terminal.publicKey);
  }
  if (keys.size !== claims.length) return refused('SIGNATURE_INVALID');
  if (!(await areVerified(request, keys))) return refused('SIGNATURE_INVALID');
  if (signers === 'newcomer') {
    return offeredKeyId === null
      ? refused('SIGNATURE_INVALID')
      : { kind: 'verified', caller: { kind: 'newcomer', keyId: offeredKeyId }, claims };
  }
  if (terminal === null) return refused('SIGNATURE_INVALID');
  if (terminal.isRevoked) return refused('TERMINAL_REVOKED');
  const { terminalId, stationId } = terminal;
  return { kind: 'verified', caller: { kind: 'terminal', terminalId, stationId, offeredKeyId }, claims };
}

/**
 * The rest, when the body is there: it must be the one that was signed, and the request must be new. Null: it may go on. A
 * stranger's request burns nothing: nobody fills the table who is not enrolled, and an enrolment that is
 * sent again changes nothing.
 */
export async function refuseAltered(
  request: SignedRequest,
  body: Uint8Array,
  { caller, claims }: Verified,
  { pool }: AuthenticateParts,
): Promise<Problem | null> {
  if (request.hasBody && !digestFits(request.headers['content-digest'], body)) {
    return problem('DIGEST_MISMATCH');
  }
  if (caller.kind !== 'terminal') return null;
  for (const claim of claims) {
    if (!(await burnNonce(pool, claim))) return problem('SIGNATURE_REPLAYED');
  }
  return null;
}

const offerSchema = z.object({ publicKey: publicKeySchema });

/** The key that the body of a call about keys carries; null when there is none in it. */
export function offeredKey(body: unknown): PublicKey | null {
  const parsed = offerSchema.safeParse(body);
  return parsed.success ? parsed.data.publicKey : null;
}

function isRightNumber(claims: readonly SignatureClaim[], signers: Signers): boolean {
  return claims.length === (signers === 'terminal-and-newcomer' ? 2 : 1);
}

function refused(code: IdentityRefusal): Verdict {
  return { kind: 'refused', problem: problem(code) };
}

function clockSkew(nowMs: number): Verdict {
  const data = { platformTime: new Date(nowMs).toISOString() };
  return { kind: 'refused', problem: problem('CLOCK_SKEW', { data }) };
}
