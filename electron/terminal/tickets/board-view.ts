import type { LocalizedText } from '#contract/localized.ts';
import type { BoardSnapshot } from '#contract/queue/snapshot.ts';
import { shownCalls, type Call } from './calls.ts';
import { linesNow, type Seen } from './console-view.ts';

/** What hangs on a wall: numbers, windows, lines; no class, no ticket's name, nobody. */
export function boardSnapshot(
  seen: Seen,
  revision: number,
  calls: readonly Call[],
  station: LocalizedText,
): BoardSnapshot {
  const { widthMm, heightMm, readFromMetres, notices } = seen.settings.board;
  return {
    revision,
    nowMs: seen.nowMs,
    station,
    timeZone: seen.timeZone,
    screen: { widthMm, heightMm, readFromMetres },
    calls: shownCalls(calls, seen.day),
    lines: linesNow(seen).map(({ letter, name, waiting, wait, openWindows, giving }) => ({
      letter,
      name,
      waiting,
      wait,
      openWindows,
      giving,
    })),
    notices: [...notices],
  };
}
