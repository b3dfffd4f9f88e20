import { stopsWork, attentionSchema } from '#contract/devices.ts';
import type { Heartbeat } from '#contract/fleet.ts';

/**
 * How a terminal is, by what it costs residents most: whoever drives out goes down this list. `unreachable` is nobody's word: nothing was heard
 * in time (fleet_terminal.silent_at).
 */
export const conditions = [
  'unreachable',
  'out-of-service',
  'paper-out',
  'device',
  'unsent',
  'crashing',
  'disk',
  'clock',
  'certificate',
  'fine',
] as const;
export type Condition = (typeof conditions)[number];
export type ReportedCondition = Exclude<Condition, 'unreachable'>;

/** From where on something counts. */
export const limits = {
  /** What residents have submitted waits for longer: their terms run, and nobody works on it. */
  unsentSeconds: 3600,
  /** The third in a day is no accident (electron/shell/crash-ladder.ts). */
  crashes: 3,
  /** Twice what is kept free: nobody is refused yet. */
  diskTimes: 2,
  /** Two minutes: a receipt says a wrong time, and a signature is refused from five on. */
  clockSkewMs: 120_000,
  certificateDays: 21,
} as const;

const DAY_MS = 86_400_000;

export function conditionOf(report: Heartbeat, nowMs: number): ReportedCondition {
  const stopped = report.troubles.filter(({ code }) => {
    const attention = attentionSchema.safeParse(code);
    return !attention.success || stopsWork(attention.data);
  });
  if (report.mode === 'out-of-service') return 'out-of-service';
  if (stopped.some(({ code }) => code === 'paper-out')) return 'paper-out';
  if (stopped.length > 0) return 'device';
  if ((report.oldestUnsentSeconds ?? 0) > limits.unsentSeconds) return 'unsent';
  if (report.crashes24h >= limits.crashes) return 'crashing';
  if (report.diskFreeMiB !== null && report.diskFreeMiB < report.diskReserveMiB * limits.diskTimes)
    return 'disk';
  if (Math.abs(report.clockSkewMs) > limits.clockSkewMs) return 'clock';
  const { certificateUntil } = report;
  if (certificateUntil !== null && Date.parse(certificateUntil) - nowMs < limits.certificateDays * DAY_MS)
    return 'certificate';
  return 'fine';
}
