import type { ProvisioningAnswer, ProvisioningSnapshot } from '#contract/provisioning-api.ts';
import type { Log } from '../log.ts';

export type Work = NonNullable<ProvisioningSnapshot['underWay']>;

/** The one thing that is under way, and what it waits for. */
export interface UnderWay {
  now(): Work | null;
  /**
   * Begins what takes time; its end is told by the snapshot, whatever becomes of it. `does` resolves with whether a person
   * is asked now.
   */
  begin(what: Work['what'], device: string | null, does: () => Promise<boolean>): ProvisioningAnswer;
  asks(waitsFor: Work['waitsFor']): void;
  /** The person has answered: `judge` says what that means, behind displays that go dark. */
  answered(judge: () => void): void;
  /** Whoever began it goes on, and waits for nothing there any more; what the machine does by itself ends by itself. */
  leave(): void;
  /** When it comes to asking, nobody is there. */
  isLeft(): boolean;
  /** Resolves when nothing is under way but a person's answer. */
  settled(): Promise<void>;
  /** Nobody is told of what ends from now on. */
  close(): void;
}

export interface UnderWayPorts {
  readonly notify: () => void;
  /** Every display of the terminal. */
  readonly goDark: () => Promise<unknown>;
  readonly log: Log;
}

export function createUnderWay({ notify, goDark, log }: UnderWayPorts): UnderWay {
  let underWay: Work | null = null;
  let work: Promise<void> = Promise.resolve();
  /** What is under way was answered, and its displays go dark. */
  let isSettling = false;
  let isLeft = false;
  let isClosed = false;

  function begin(
    what: Work['what'],
    device: string | null,
    does: () => Promise<boolean>,
  ): ProvisioningAnswer {
    if (underWay !== null && !isSettling) return 'busy';
    // Whoever has answered and goes on is not refused because a display is still going dark.
    const before = isSettling ? work : null;
    isSettling = false;
    isLeft = false;
    underWay = { what, device, waitsFor: 'nothing' };
    notify();
    work = (before === null ? does() : before.then(does))
      .catch((error: unknown) => {
        failed(error);
        return false;
      })
      .then((isAsking) => {
        if (isAsking && !isLeft) return;
        if (isAsking) {
          answered(notify);
          return;
        }
        underWay = null;
        if (!isClosed) notify();
      });
    return 'done';
  }

  function failed(error: unknown): void {
    log({
      level: 'error',
      event: 'provisioning.failed',
      detail: error instanceof Error ? error.message : '?',
    });
  }

  function asks(waitsFor: Work['waitsFor']): void {
    if (underWay === null) return;
    underWay = { ...underWay, waitsFor };
    notify();
  }

  /** A display goes dark before the next one is lit: two lit ones would both be the one that is asked about. */
  function answered(judge: () => void): void {
    if (underWay?.waitsFor !== 'display-seen') {
      underWay = null;
      judge();
      return;
    }
    asks('nothing');
    isSettling = true;
    work = goDark()
      .then(() => {
        if (isSettling) underWay = null;
        isSettling = false;
        judge();
      })
      .catch((error: unknown) => {
        // Whoever goes on is not held up by it.
        failed(error);
        if (!isClosed) notify();
      });
  }

  return {
    now: () => underWay,
    begin,
    asks,
    answered,
    leave: () => {
      isLeft = underWay !== null;
      if (underWay?.waitsFor === 'print-seen' || underWay?.waitsFor === 'display-seen') answered(notify);
    },
    isLeft: () => isLeft,
    settled: async () => {
      // One that nobody waits for any more is followed by displays that go dark.
      let ended: Promise<void>;
      do {
        ended = work;
        await ended;
      } while (ended !== work);
    },
    close: () => {
      isClosed = true;
    },
  };
}
