import type { Result } from '#contract/result.ts';
import type { PlatformFault } from './platform-client.ts';

/** A few small rows that wait for the platform, sent one after the other. Applications have the forwarder. */
export interface SendRounds {
  /** Sends what waits, the oldest first, and stops at the first that the line does not take. */
  send(): Promise<void>;
  close(): void;
}

export interface SendRoundsPorts<T> {
  /** Null: nothing waits. */
  readonly oldest: () => T | null;
  readonly send: (row: T) => Promise<Result<null, PlatformFault>>;
  /** Whether another try would be answered the same; of any other fault the round ends, and the row waits for the next. */
  readonly isForGood: (fault: PlatformFault) => boolean;
  /** Delivered, or refused for good, which `refused` says: false ends the round. */
  readonly remove: (row: T, refused: PlatformFault | null) => boolean;
}

export function createSendRounds<T>(ports: SendRoundsPorts<T>): SendRounds {
  let sending: Promise<void> | null = null;
  let isAsked = false;
  let isClosed = false;

  /** Until none is left, or the line takes no more. */
  async function sendAll(): Promise<void> {
    for (let row = ports.oldest(); row !== null; row = ports.oldest()) {
      const sent = await ports.send(row);
      // After the end the store is closed.
      if (isClosed) return;
      if (!sent.ok && !ports.isForGood(sent.fault)) return;
      // One that the platform refuses for good stands in nobody's way.
      if (!ports.remove(row, sent.ok ? null : sent.fault)) return;
    }
  }

  /** Asked for while a round is under way, another follows: the line may have come back behind it. */
  async function rounds(): Promise<void> {
    while (isAsked && !isClosed) {
      isAsked = false;
      await sendAll();
    }
  }

  return {
    send: () => {
      isAsked = true;
      sending ??= rounds().finally(() => {
        sending = null;
      });
      return sending;
    },
    close: () => {
      isClosed = true;
    },
  };
}

/** The platform has looked at it, says so itself, and does not want it: a bare 404 is a proxy's, and the next day may be another. */
export function isRejected({ code, isBare }: PlatformFault): boolean {
  return code === 'platform.rejected' && isBare !== true;
}
