import { randomInt } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { compactDate } from '#contract/form/local-date.ts';
import { chinaDate } from '../cases/working-days.ts';

const serialSchema = z.object({ serial: z.string() });
const DIGITS = 8;

/** `CP` (差评), the day (yyyymmdd, China standard time), and a serial of eight digits. Gaps are normal. */
export async function entryNumber(client: pg.PoolClient, nowMs: number): Promise<string> {
  const { rows } = await client.query("SELECT nextval('ledger_serial')::text AS serial");
  return numbered('CP', nowMs, serialSchema.parse(rows[0]).serial);
}

/**
 * `HF` (回访), the day, and eight digits by chance: a serial beside the entry's would tell of which case an entry is. The same
 * twice on a day ends the transaction, and what is sent again gets another.
 */
export function callBackNumber(nowMs: number): string {
  return numbered('HF', nowMs, String(randomInt(10 ** DIGITS)));
}

function numbered(kind: 'CP' | 'HF', nowMs: number, digits: string): string {
  return `${kind}${compactDate(chinaDate(nowMs))}${digits.padStart(DIGITS, '0')}`;
}
