import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import type { Clock } from '#contract/ports.ts';
import { connect } from '#platform/database/connect.ts';
import { FALLBACK_ROOT } from '#platform/database/places.ts';
import { runningDatabase } from '#platform/database/running.ts';
import { issueCode } from '#platform/identity/enrolment-codes.ts';
import { listTerminals, revokeTerminal } from '#platform/identity/terminals.ts';
import { identityFilePath } from '#terminal/identity/identity-file.ts';

const VALID_FOR_MS = 3_600_000;

export interface DemoEnrolment {
  readonly platformDataDir: string;
  readonly terminalDataDir: string;
  readonly terminalId: string;
  readonly stationId: string;
  readonly clock: Clock;
}

/**
 * What the operator of a platform does for a new terminal: a code, which the terminal then enrols itself with. Null when
 * both know each other already. A terminal whose folder was deleted is revoked first, as a stolen one would be.
 */
export async function demoEnrolmentCode(demo: DemoEnrolment): Promise<string | null> {
  const database = runningDatabase(demo.platformDataDir, FALLBACK_ROOT);
  if (!database.ok) throw new Error(database.fault.detail ?? database.fault.code);
  const pool = connect(database.value);
  try {
    const nowMs = demo.clock.now();
    const known = (await listTerminals(pool)).some(
      (row) => row.terminal_id === demo.terminalId && row.revoked_at === null,
    );
    const identity = identityFilePath(demo.terminalDataDir);
    if (known && existsSync(identity)) return null;
    if (known) await revokeTerminal(pool, demo.terminalId, 'its data folder is new', nowMs);
    // A key of another platform's time.
    else rmSync(identity, { force: true });
    const order = { terminalId: demo.terminalId, stationId: demo.stationId, validForMs: VALID_FOR_MS };
    return await issueCode(pool, order, nowMs, randomBytes);
  } finally {
    await pool.end();
  }
}
