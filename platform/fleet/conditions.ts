import { stopsWork, attentionSchema } from '#contract/devices.ts';
import type { Heartbeat } from '#contract/fleet.ts';
import { NODES_APART_MS, SHOWN_AS_FULL_MS } from '../attachments/quota.ts';

/**
 * How a terminal is, by what it costs residents most: whoever drives out goes down this list. `unreachable` is nobody's word: nothing was heard
 * in time (fleet_terminal.silent_at). Nor is `uploads-full`: the platform takes no more papers of it for now (attachments/quota.ts).
 */
export const conditions = [
  'unreachable',
  'out-of-service',
  'paper-out',
  'device',
  'uploads-full',
  'unsent',
  'crashing',
  'disk',
  'clock',
  'certificate',
  'fine',
] as const;
export type Condition = (typeof conditions)[number];
export type ReportedCondition = Exclude<Condition, 'unreachable' | 'uploads-full'>;

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

/** What residents lose by more than by papers that wait. */
const GRAVER = conditions.slice(conditions.indexOf('unreachable') + 1, conditions.indexOf('uploads-full'));

/**
 * As SQL, of a terminal's row `f` of fleet_terminal and `u` of terminal_uploads, either of which it may not have, at the time of parameter 1: what it
 * said of itself, unless the platform knows something graver.
 */
export const CONDITION_NOW = `CASE WHEN f.silent_at IS NULL OR f.silent_at <= $1 THEN 'unreachable'
    WHEN f.condition IN (${GRAVER.map((condition) => `'${condition}'`).join(', ')}) THEN f.condition
    WHEN u.refused_at > $1::timestamptz - interval '${String(SHOWN_AS_FULL_MS)} milliseconds'
      AND u.refused_at <= $1::timestamptz + interval '${String(NODES_APART_MS)} milliseconds' THEN 'uploads-full'
    ELSE f.condition END`;

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
