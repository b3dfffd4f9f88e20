import { statSync } from 'node:fs';
import { fault, type Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';

/** No release of this program is older, whatever a packer did to the times of its files. */
const FIRST_RELEASE_MS = Date.UTC(2025, 0, 1);

/** When a file of this program was made, in ms since 1970: a package keeps it. No machine that runs the program lives before. */
export function madeMs(file: string): number {
  return Math.max(statSync(file).mtimeMs, FIRST_RELEASE_MS);
}

export interface TimeSeen {
  /** By this machine's clock. */
  readonly nowMs: number;
  readonly madeMs: number;
  /** How far the platform is ahead; 0 as long as it has said nothing. */
  readonly skewMs: number;
  readonly timeZone: string;
}

/**
 * Why no number may carry this machine's date: a clock that is before the program itself (a board that forgot the time), or whose day is another
 * one than the platform's. Null: nothing is known against it. Minutes are no reason: a slip that is some off is no other day's.
 */
export function whyTimeIsWrong({ nowMs, madeMs, skewMs, timeZone }: TimeSeen): Fault | null {
  if (nowMs < madeMs) return fault('station.clock-wrong', 'before this program was made');
  const there = localDate(nowMs + skewMs, timeZone);
  return there === localDate(nowMs, timeZone)
    ? null
    : fault('station.clock-wrong', `the platform has ${there}`);
}
