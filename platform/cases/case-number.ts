/** China has kept one zone without summer time since 1991; a station's date is this zone's date. */
const STATION_UTC_OFFSET_MS = 8 * 3_600_000;

/**
 * `BJ` (办件), the date on which the platform stored it (yyyymmdd, China standard time), and a serial that
 * never starts again. Eight digits; the hundred-millionth case gets nine instead of an old number.
 */
export function caseNumber(serial: number, storedAtMs: number): string {
  const date = new Date(storedAtMs + STATION_UTC_OFFSET_MS).toISOString().slice(0, 10).replaceAll('-', '');
  return `BJ${date}${String(serial).padStart(8, '0')}`;
}
