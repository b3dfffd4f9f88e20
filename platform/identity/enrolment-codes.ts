import { createHash } from 'node:crypto';
import type pg from 'pg';
import { makeEnrolmentCode } from '#contract/enrolment-code.ts';
import type { RandomBytes } from '#contract/ports.ts';

const RANDOM_BYTES = 15;

/** 75 bits of chance need no slow hash: nobody tries them all. */
export function hashOfCode(code: string): string {
  return createHash('sha256').update(`yizhan enrolment code ${code}`).digest('hex');
}

export interface CodeOrder {
  readonly terminalId: string;
  readonly stationId: string;
  readonly validForMs: number;
}

/** Makes a code for one terminal of one station; it is in nobody's hands but the caller's. */
export async function issueCode(
  pool: pg.Pool,
  order: CodeOrder,
  nowMs: number,
  randomBytes: RandomBytes,
): Promise<string> {
  const code = makeEnrolmentCode(randomBytes(RANDOM_BYTES));
  await pool.query(
    `INSERT INTO enrolment_code (code_sha256, terminal_id, station_id, issued_at, expires_at)
     VALUES ($1, $2, $3, $4, $5)`,
    [
      hashOfCode(code),
      order.terminalId,
      order.stationId,
      new Date(nowMs),
      new Date(nowMs + order.validForMs),
    ],
  );
  return code;
}
