import type { Calendar } from '#contract/calendar.ts';
import { isOpenDay } from '#contract/form/calendar-days.ts';
import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import type { ServiceItem } from '#contract/item.ts';

/** The zone of every station: a day here is its day. */
export const STATION_TIME_ZONE = 'Asia/Shanghai';

/** Monday to Friday; holidays are data that a district adds. */
const WORKDAYS: Calendar = { weekdays: [1, 2, 3, 4, 5], closedOn: [], openOn: [] };

/** The day on which a limit that began on `from` ends; the day on which it began does not count (民法典 art. 201). */
export function dueDay(from: LocalDate, { value, unit }: ServiceItem['timeLimits']['promised']): LocalDate {
  if (unit !== 'workday') return addDays(from, unit === 'instant' ? 0 : value);
  let day = from;
  for (let left = value; left > 0;) {
    day = addDays(day, 1);
    if (isOpenDay(WORKDAYS, day)) left -= 1;
  }
  return day;
}
