import { z } from 'zod';

/**
 * The query code (查询码): six digits beside the receipt number. Receipt numbers are counted and can be guessed; what
 * was applied for at whose neighbour's station is nobody else's business. The code is made from the application's
 * id, which stands on no paper, so that terminal and platform both know it and neither stores it.
 */
export const queryCodeSchema = z.string().regex(/^\d{6}$/);

/** What is hashed (SHA-256, UTF-8) to make the code. */
export function queryCodeText(applicationId: string): string {
  return `yizhan query code ${applicationId}`;
}

/** From the lower-case hex SHA-256 of `queryCodeText`. 48 bits over a million: every code is as likely as any other. */
export function queryCodeFromHash(sha256: string): string {
  return String(Number.parseInt(sha256.slice(0, 12), 16) % 1_000_000).padStart(6, '0');
}

const MARK = 'YZ1';

/** What the QR code on slip and screen holds: nothing personal. */
export function slipQr(receiptNo: string, queryCode: string): string {
  return `${MARK}|${receiptNo}|${queryCode}`;
}

/** Null for a code that is not on one of our slips. Slips of before there were query codes hold the number alone. */
export function readSlipQr(
  content: string,
): { readonly receiptNo: string; readonly queryCode: string | null } | null {
  const parts = /^YZ1\|(\d{22})(?:\|(\d{6}))?$/.exec(content.trim());
  return parts?.[1] === undefined ? null : { receiptNo: parts[1], queryCode: parts[2] ?? null };
}
