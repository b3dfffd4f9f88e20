import { z } from 'zod';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import type { PlatformProblem } from '../outbox/platform-problem.ts';
import type { EnrolmentRefusal, IdentityRefusal } from '#contract/terminal-identity.ts';

/** As much of an answer as says whether we were let in. */
export interface AnswerHead {
  readonly status: number;
  readonly problem: PlatformProblem | null;
}

const identityFaults = {
  TERMINAL_UNKNOWN: 'platform.terminal-unknown',
  TERMINAL_REVOKED: 'platform.terminal-revoked',
  SIGNATURE_INVALID: 'platform.signature-refused',
  SIGNATURE_REPLAYED: 'platform.replayed',
  CLOCK_SKEW: 'platform.clock-skew',
  DIGEST_MISMATCH: 'platform.signature-refused',
} as const satisfies Record<IdentityRefusal, FaultCode>;

const enrolmentFaults = {
  ENROLMENT_CODE_UNKNOWN: 'enrolment.code-unknown',
  ENROLMENT_CODE_USED: 'enrolment.code-used',
  ENROLMENT_CODE_EXPIRED: 'enrolment.code-expired',
  TERMINAL_ALREADY_ENROLLED: 'enrolment.already-enrolled',
  KEY_IN_USE: 'enrolment.key-in-use',
} as const satisfies Record<EnrolmentRefusal, FaultCode>;

const timeSchema = z.object({ platformTime: z.iso.datetime() });

/** Why the platform did not look at the request; null when it did. */
export function identityRefusal(answer: AnswerHead): IdentityRefusal | null {
  const code = answer.status === 401 || answer.status === 403 ? (answer.problem?.code ?? null) : null;
  return code !== null && isKeyOf(identityFaults, code) ? code : null;
}

export function identityFault(answer: AnswerHead): Fault | null {
  const refusal = identityRefusal(answer);
  return refusal === null ? null : fault(identityFaults[refusal], `HTTP ${answer.status} ${refusal}`);
}

export function enrolmentFault(answer: AnswerHead): Fault | null {
  const code = answer.status >= 400 && answer.status < 500 ? (answer.problem?.code ?? null) : null;
  return code !== null && isKeyOf(enrolmentFaults, code)
    ? fault(enrolmentFaults[code], `HTTP ${answer.status}`)
    : null;
}

/** What time the platform says it is, when it refused for that; null when it says none. */
export function platformTime({ problem }: AnswerHead): string | null {
  const parsed = timeSchema.safeParse(problem?.data);
  return parsed.success ? parsed.data.platformTime : null;
}

export function isKeyOf<T extends object>(map: T, key: string): key is Extract<keyof T, string> {
  return Object.hasOwn(map, key);
}
