import type { TerminalConfig } from '#config/schema.ts';
import type { Clock } from '#contract/ports.ts';
import type { Access } from '../access/access.ts';
import { tendIdentity, type TendPorts } from '../identity/tend-identity.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PlatformRounds } from '../outbox/platform-rounds.ts';
import { layBallast, throwOffBallast, type BallastPorts } from '../store/ballast.ts';
import type { KeyRing } from '../store/key-ring.ts';
import { startKeyRotation } from '../store/key-rotation.ts';
import { startDailyCare, type DailyCarePorts } from './daily-care.ts';

/** All intervals of the terminal itself, in milliseconds. */
export const upkeepDelays = {
  eraseEveryMs: 60 * 60_000,
  /** A draft is gone by the time that its slip says, and these minutes. Not at a start: by then no platform has said whether the date is right. */
  eraseDraftsEveryMs: 5 * 60_000,
  refreshCatalogueEveryMs: 10 * 60_000,
  tendAccessEveryMs: 30_000,
  tendBallastEveryMs: 60_000,
  /** What the platform was too busy for, while the line was there. */
  sayAgainEveryMs: 5 * 60_000,
} as const;

export interface UpkeepPorts
  extends
    Pick<DailyCarePorts, 'store' | 'audit' | 'clock' | 'log' | 'backupDir' | 'isIdle'>,
    Pick<TendPorts, 'identity' | 'keys'> {
  readonly config: TerminalConfig;
  readonly ring: KeyRing;
  readonly outbox: Pick<Outbox, 'erase'>;
  readonly eraseOldDrafts: () => void;
  readonly access: Pick<Access, 'tend'>;
  readonly ballast: BallastPorts;
  readonly reserveBytes: number;
  readonly rounds: Pick<PlatformRounds, 'fetch' | 'sayAgain'>;
}

/** What is done again and again as long as the terminal runs. */
export interface Upkeep {
  stop(): void;
  /** Resolves when nothing of it is under way. */
  idle(): Promise<void>;
}

const DAY_MS = 86_400_000;

export function startUpkeep(ports: UpkeepPorts): Upkeep {
  const { config, clock, log, outbox, ballast, rounds } = ports;
  const rotation = startKeyRotation({ ...ports, rotateEveryMs: config.sealing.rotateDays * DAY_MS });
  const care = startDailyCare({ ...ports, timeZone: config.timeZone });
  const tending = tendIdentity({
    ...ports,
    codeFile: config.platform.enrolmentCodeFile ?? null,
    everyMs: config.platform.checkSeconds * 1000,
  });
  const stops = [
    tending.stop,
    rotation.stop,
    care.stop,
    every(clock, upkeepDelays.eraseEveryMs, () => {
      const erased = outbox.erase();
      if (!erased.ok) log({ level: 'error', event: 'outbox.erase-failed', code: erased.fault.code });
    }),
    every(clock, upkeepDelays.eraseDraftsEveryMs, ports.eraseOldDrafts),
    every(clock, upkeepDelays.tendAccessEveryMs, ports.access.tend),
    every(clock, upkeepDelays.tendBallastEveryMs, () => {
      throwOffBallast(ballast);
      layBallast(ballast, ports.reserveBytes);
    }),
    every(clock, upkeepDelays.refreshCatalogueEveryMs, rounds.fetch),
    every(clock, upkeepDelays.sayAgainEveryMs, rounds.sayAgain),
  ];
  return {
    stop: () => {
      for (const stop of stops) stop();
    },
    idle: tending.idle,
  };
}

function every(clock: Clock, intervalMs: number, work: () => void): () => void {
  let cancel: () => void;
  const again = (): void => {
    cancel = clock.after(intervalMs, () => {
      work();
      again();
    });
  };
  again();
  return () => {
    cancel();
  };
}
