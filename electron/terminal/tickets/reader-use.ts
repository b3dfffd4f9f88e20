import type { Devices } from '../devices/devices.ts';

export interface ReaderUsePorts {
  readonly devices: Pick<Devices, 'watchCard'>;
  /** A visit owns the reader: nobody takes it away. */
  readonly isVisitOpen: () => boolean;
}

/** Several pages of the queue listen to the reader, one after the other: the one that is left does not switch it off. */
export interface ReaderUse {
  begin(): void;
  end(): void;
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
  };
}
