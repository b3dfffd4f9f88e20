/**
 * The receipt number (收件编号): region 6, station 3, yyMMdd 6, terminal 2, sequence 4, check 1 = 22 digits.
 * The terminal's digits make it unique while every line is down; it is printed in groups 6-3-6-2-4-1.
 */
export interface ReceiptNumberParts {
  readonly region: string;
  readonly station: string;
  /** Local date of the station, yyMMdd. */
  readonly date: string;
  readonly terminal: string;
  /** 1 to 9999, counted per terminal and day. */
  readonly sequence: number;
}

export const MAX_DAILY_SEQUENCE = 9999;

export function receiptNumber(parts: ReceiptNumberParts): string {
  const body = `${parts.region}${parts.station}${parts.date}${parts.terminal}${String(parts.sequence).padStart(4, '0')}`;
  if (!/^\d{21}$/.test(body)) throw new RangeError('receiptNumber: parts do not make 21 digits');
  return body + checkDigit(body);
}

/** The day on which a number was given, as yyyy-mm-dd; of digits that are no receipt number it need not be a day. */
export function receiptDay(value: string): string {
  return `20${value.slice(9, 11)}-${value.slice(11, 13)}-${value.slice(13, 15)}`;
}

export function isReceiptNumber(value: string): boolean {
  return /^\d{22}$/.test(value) && checkDigit(value.slice(0, 21)) === value[21];
}

export function groupReceiptNumber(value: string): string {
  return [
    value.slice(0, 6),
    value.slice(6, 9),
    value.slice(9, 15),
    value.slice(15, 17),
    value.slice(17, 21),
    value.slice(21),
  ].join(' ');
}

/** ISO/IEC 7064 MOD 11,10: finds every single wrong digit and nearly every swap of neighbours. */
function checkDigit(digits: string): string {
  let product = 10;
  for (const digit of digits) {
    const sum = (product + Number(digit)) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return String((11 - product) % 10);
}
