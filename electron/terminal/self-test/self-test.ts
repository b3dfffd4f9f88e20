import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';

/**
 * `--self-test`: proves that what was installed can run on this machine, without a screen and without the
 * platform. The report is JSON for the installer, the updater's roll-back and the technician.
 */

/** Each check gets this long; the slowest (a cold start of the device host from a slow disk) needs 2 s. */
export const CHECK_TIMEOUT_MS = 15_000;

export interface SelfCheck {
  readonly name: string;
  /** The value is a short fact for the report ("3 files"), never a personal one. */
  readonly run: () => Promise<Result<string>>;
}

export interface SelfCheckReport {
  readonly name: string;
  readonly ok: boolean;
  readonly durationMs: number;
  readonly detail: string;
}

export interface SelfTestReport {
  readonly product: 'yizhan';
  readonly version: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly ok: boolean;
  readonly checks: readonly SelfCheckReport[];
}

/** Runs the checks one after the other, also after one has failed: a report names everything at once. */
export async function runSelfTest(
  version: string,
  checks: readonly SelfCheck[],
  clock: Clock,
): Promise<SelfTestReport> {
  const startedAt = new Date(clock.now()).toISOString();
  const reports: SelfCheckReport[] = [];
  for (const check of checks) reports.push(await runCheck(check, clock));
  return {
    product: 'yizhan',
    version,
    startedAt,
    // No check at all proves nothing.
    ok: reports.length > 0 && reports.every((report) => report.ok),
    checks: reports,
  };
}

async function runCheck(check: SelfCheck, clock: Clock): Promise<SelfCheckReport> {
  const startedMs = clock.monotonicMs();
  const end = await Promise.race([settled(check), timedOut(clock)]);
  return { name: check.name, durationMs: clock.monotonicMs() - startedMs, ...end };
}

interface CheckEnd {
  readonly ok: boolean;
  readonly detail: string;
}

async function settled(check: SelfCheck): Promise<CheckEnd> {
  try {
    const result = await check.run();
    if (result.ok) return { ok: true, detail: result.value };
    return { ok: false, detail: [result.fault.code, result.fault.detail].filter(Boolean).join(': ') };
  } catch (error) {
    return { ok: false, detail: error instanceof Error ? error.message : 'threw something' };
  }
}

function timedOut(clock: Clock): Promise<CheckEnd> {
  return new Promise((resolve) => {
    clock.after(CHECK_TIMEOUT_MS, () =>
      resolve({ ok: false, detail: `no answer within ${CHECK_TIMEOUT_MS} ms` }),
    );
  });
}
