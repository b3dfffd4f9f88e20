import { z } from 'zod';

/**
 * The number on a slip: the letter of a line and three digits, `A001`. There is no I and no O among the letters:
 * over a window, and read from eight metres, they are a one and a nought. It is spoken digit by digit.
 */
export const lineLetterSchema = z.string().regex(/^[A-HJ-NP-Z]$/, 'expected a letter other than I and O');
export type LineLetter = z.infer<typeof lineLetterSchema>;

/** 000 is no number: an empty display shows it. */
export const ticketNumberSchema = z
  .string()
  .regex(/^[A-HJ-NP-Z](?!000)\d{3}$/, 'expected a number such as A001');
export type TicketNumber = z.infer<typeof ticketNumberSchema>;

export const FIRST_IN_LINE = 1;
export const LAST_IN_LINE = 999;

export function ticketNumber(letter: LineLetter, count: number): TicketNumber {
  if (!Number.isInteger(count) || count < FIRST_IN_LINE || count > LAST_IN_LINE) {
    throw new RangeError(`ticketNumber: ${count} is not between 1 and 999`);
  }
  return `${letter}${String(count).padStart(3, '0')}`;
}

export function countOf(number: TicketNumber): number {
  return Number(number.slice(1));
}
