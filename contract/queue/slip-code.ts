import { z } from 'zod';
import { ticketNumberSchema, type TicketNumber } from './number.ts';

/**
 * What the QR code on a number's slip holds: the day and the number, so that whoever comes back need not type, and
 * yesterday's slip is known for what it is. Nothing personal; the number is called through the hall anyway.
 */
const MARK = 'YZT1';

/** `day`: the local business day, `2026-11-22`. */
export function slipCode(day: string, number: TicketNumber): string {
  return `${MARK}|${day}|${number}`;
}

/** Null for a code that is not on one of our slips. */
export function readSlipCode(
  content: string,
): { readonly day: string; readonly number: TicketNumber } | null {
  const parts = /^YZT1\|(\d{4}-\d{2}-\d{2})\|([A-Z]\d{3})$/.exec(content.trim());
  const day = z.iso.date().safeParse(parts?.[1]);
  const number = ticketNumberSchema.safeParse(parts?.[2]);
  return day.success && number.success ? { day: day.data, number: number.data } : null;
}
