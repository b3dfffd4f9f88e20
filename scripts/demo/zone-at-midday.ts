const HOUR_MS = 3_600_000;
const MIDDAY = 12;

/**
 * The IANA zone in which it is between 12:00 and 13:00 at that moment: what is said of a day there stays true for
 * eleven hours. The names count west of Greenwich (tz database, `etcetera`): Etc/GMT-8 is eight hours ahead.
 */
export function zoneAtMidday(nowMs: number): string {
  const west = new Date(nowMs - MIDDAY * HOUR_MS).getUTCHours();
  // The zones reach from twelve hours behind to fourteen ahead.
  const name = west > MIDDAY ? west - 24 : west;
  return name === 0 ? 'Etc/GMT' : `Etc/GMT${name > 0 ? '+' : ''}${name}`;
}
