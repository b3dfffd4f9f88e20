import { readBookingCode } from '#contract/booking.ts';
import { isUsable } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { ScannedForQueue } from '#contract/queue/snapshot.ts';
import { readSlipCode } from '#contract/queue/slip-code.ts';
import { createChanges, watch, type Changes } from '../changes.ts';
import type { CodeEvent, Devices } from '../devices/devices.ts';
import { scanFault } from '../visits/card-page.ts';

export interface ScansForQueuePorts {
  readonly devices: Pick<Devices, 'watchCode' | 'onCode' | 'ofKind' | 'changes'>;
  /** A visit owns the scanner: nobody takes it away. */
  readonly isVisitOpen: () => boolean;
}

/** What the scanner says to the queue, for as long as somebody listens. What is no code of the queue is not kept. */
export interface ScansForQueue {
  watch(signal: AbortSignal | undefined): AsyncGenerator<ScannedForQueue, void, void>;
}

export function createScansForQueue({ devices, isVisitOpen }: ScansForQueuePorts): ScansForQueue {
  const changes: Changes = createChanges();
  let watchers = 0;
  let nth = 0;
  let scanned: ScannedForQueue | null = null;

  devices.onCode((event) => {
    if (watchers === 0 || isVisitOpen()) return;
    nth += 1;
    scanned = understood(event, nth);
    changes.notify();
  });
  devices.changes.subscribe(() => {
    changes.notify();
  });

  function current(): ScannedForQueue {
    if (scanned !== null) return scanned;
    const scanner = devices.ofKind('scanner');
    return scanner && isUsable(scanner.status) ? { state: 'looking' } : { state: 'no-scanner' };
  }

  return {
    watch: async function* (signal) {
      watchers += 1;
      if (watchers === 1) scanned = null;
      if (!isVisitOpen()) devices.watchCode(true);
      try {
        yield* watch(changes, current, signal);
      } finally {
        watchers -= 1;
        if (watchers === 0) {
          scanned = null;
          if (!isVisitOpen()) devices.watchCode(false);
        }
      }
    },
  };
}

function understood(event: CodeEvent, nth: number): ScannedForQueue {
  if (event.type === 'fault') return { state: 'refused', nth, fault: scanFault(event.fault) };
  const bookingNo = readBookingCode(event.content);
  if (bookingNo !== null) return { state: 'booking', nth, bookingNo };
  const slip = readSlipCode(event.content);
  return slip === null
    ? { state: 'refused', nth, fault: fault('queue.not-a-slip') }
    : { state: 'slip', nth, ...slip };
}
