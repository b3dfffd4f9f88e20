import type pg from 'pg';
import { z } from 'zod';
import { compactDate } from '#contract/form/local-date.ts';
import { chinaDate } from '../cases/working-days.ts';

const serialSchema = z.object({ serial: z.string() });

/** `CP` (差评) or `HF` (回访), the day (yyyymmdd, China standard time), and a serial of eight digits. Gaps are normal. */
export async function ledgerNumber(client: pg.PoolClient, kind: 'CP' | 'HF', nowMs: number): Promise<string> {
  const { rows } = await client.query("SELECT nextval('ledger_serial')::text AS serial");
  const { serial } = serialSchema.parse(rows[0]);
  return `${kind}${compactDate(chinaDate(nowMs))}${serial.padStart(8, '0')}`;
}
