import type { ProvisioningProblem } from '#contract/provisioning.ts';

export interface ClockSeen {
  readonly machineMs: number;
  /** When this program was made: no machine that runs it lives before. */
  readonly buildMs: number;
  /** How far the platform is ahead; null: it could not be asked. */
  readonly aheadMs: number | null;
  readonly isConfirmed: boolean;
}

/**
 * A slip shows minutes, and a signature is good within five of them (contract/terminal-identity.ts): half a minute is neither. The
 * platform says whole seconds.
 */
export const MAX_CLOCK_DIFFERENCE_MS = 30_000;

/** Null: the time can be trusted. What the platform says counts before what somebody saw on his watch. */
export function clockProblem({
  machineMs,
  buildMs,
  aheadMs,
  isConfirmed,
}: ClockSeen): ProvisioningProblem | null {
  if (machineMs < buildMs) return 'clock.before-build';
  if (aheadMs !== null) return Math.abs(aheadMs) > MAX_CLOCK_DIFFERENCE_MS ? 'clock.differs' : null;
  return isConfirmed ? null : 'clock.not-confirmed';
}
