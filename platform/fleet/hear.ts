import type pg from 'pg';
import type { SignedCommand } from '#contract/fleet.ts';
import type { PlatformKey } from '../departments/platform-keys.ts';
import { waitingCommands } from './commands.ts';
import { writeRefusals } from './events.ts';
import { keepHeartbeat, type Heard } from './heartbeats.ts';
import { offerReleases } from './releases/offer.ts';

/** Keeps what a terminal tells, and gives what it shall do, all of it signed by this key. */
export async function hear(
  pool: pg.Pool,
  key: PlatformKey,
  heard: Heard,
  nowMs: number,
): Promise<SignedCommand[]> {
  const { terminalId, report } = heard;
  await keepHeartbeat(pool, heard, nowMs);
  await writeRefusals(pool, terminalId, report.refused, nowMs);
  await offerReleases({ pool, key, terminalId, report, nowMs });
  return waitingCommands(pool, key, terminalId, nowMs);
}
