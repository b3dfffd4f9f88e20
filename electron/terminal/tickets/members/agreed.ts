import { createHash } from 'node:crypto';
import type { QueueSettings } from '#contract/queue/settings.ts';

/**
 * Digest of what hub and members must have the same of: with other blocks two of them would give out one number, with other
 * lines one of them letters that the other does not call. All other rules are the hub's.
 */
export function agreedOn(
  { lines, blocks }: Pick<QueueSettings, 'lines' | 'blocks'>,
  timeZone: string,
): string {
  const letters = lines.map(({ letter }) => letter).sort();
  const own = blocks.map(({ terminal, from, to }) => `${terminal} ${from} ${to}`).sort();
  return createHash('sha256').update(JSON.stringify({ letters, own, timeZone })).digest('base64url');
}
