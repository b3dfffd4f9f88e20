import type { BoardCall, BoardSnapshot } from '#contract/queue/snapshot.ts';

/** All times of the board, in milliseconds. */
export const boardTimes = {
  /** A call stands large, and is said twice. */
  callMs: 9_000,
  /** What was called longer ago is not called any more when the board learns of it late. */
  freshMs: 60_000,
  noticeMs: 12_000,
} as const;

export interface Announcements {
  /** Called, and not announced yet, the oldest first. */
  readonly waiting: readonly BoardCall[];
  /** Of each number, the time of the call that was taken up last. */
  readonly taken: ReadonlyMap<string, number>;
}

export const noAnnouncements: Announcements = { waiting: [], taken: new Map() };

/** What was called before anybody looked is not announced, nor what has come by now. */
export function announcementsAfter(
  before: Announcements,
  { calls, nowMs }: Pick<BoardSnapshot, 'calls' | 'nowMs'>,
  isFirst: boolean,
): Announcements {
  const taken = new Map(calls.map(({ number, calledMs }) => [number, calledMs] as const));
  const fresh = calls.filter(
    ({ number, calledMs, isStillCalled }) =>
      !isFirst &&
      isStillCalled &&
      calledMs > (before.taken.get(number) ?? 0) &&
      nowMs - calledMs < boardTimes.freshMs,
  );
  const isStill = (call: BoardCall): boolean =>
    calls.some((one) => one.number === call.number && one.isStillCalled && one.window === call.window);
  const kept = before.waiting.filter(
    (call) => isStill(call) && !fresh.some(({ number }) => number === call.number),
  );
  return { waiting: [...kept, ...fresh.toReversed()], taken };
}

/** The next one, and what is left; null: nobody is to be called. */
export function nextAnnouncement(
  announcements: Announcements,
): { readonly call: BoardCall; readonly left: Announcements } | null {
  const [call, ...waiting] = announcements.waiting;
  return call ? { call, left: { ...announcements, waiting } } : null;
}
