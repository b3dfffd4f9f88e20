import type { Devices } from './devices.ts';

export interface ReaderUsePorts {
  readonly devices: Pick<Devices, 'watchCard'>;
  /** A visit owns the reader: nobody takes it away. */
  readonly isVisitOpen: () => boolean;
}

/** Several pages listen to the reader, one after the other: the one that is left does not switch it off. */
export interface ReaderUse {
  begin(): void;
  end(): void;
  /** A card was read and the page goes on listening: the same card, put there once more, is read again. */
  again(): void;
  /** To be called behind each change of a visit: one that has ended switched the reader off, and a page may listen still. */
  visitChanged(): void;
}

export function createReaderUse({ devices, isVisitOpen }: ReaderUsePorts): ReaderUse {
  let users = 0;
  return {
    begin: () => {
      users += 1;
      if (!isVisitOpen()) devices.watchCard(true);
    },
    end: () => {
      users -= 1;
      if (users === 0 && !isVisitOpen()) devices.watchCard(false);
    },
    again: () => {
      if (users === 0 || isVisitOpen()) return;
      // The driver hands one card over once a watch, and forgets it with the watch.
      devices.watchCard(false);
      devices.watchCard(true);
    },
    visitChanged: () => {
      if (users > 0 && !isVisitOpen()) devices.watchCard(true);
    },
  };
}
