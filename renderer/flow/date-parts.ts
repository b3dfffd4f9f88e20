/** A date, a month or an instant as it is typed: a field for each part, so that nobody has to turn a wheel back to 1945. */
export type DatedKind = 'date' | 'month' | 'datetime';
export type DatePart = 'year' | 'month' | 'day' | 'hour' | 'minute';
export type DateParts = Readonly<Record<DatePart, string>>;

/** The rows of fields. */
export function partRows(kind: DatedKind): DatePart[][] {
  switch (kind) {
    case 'date':
      return [['year', 'month', 'day']];
    case 'month':
      return [['year', 'month']];
    case 'datetime':
      return [
        ['year', 'month', 'day'],
        ['hour', 'minute'],
      ];
    default: {
      const never: never = kind;
      return never;
    }
  }
}

/** `1990-03-05`, `1990-03`, `1990-03-05T14:05`; what is no such thing is passed on, for the terminal to refuse by name. */
export function dateFromParts(kind: DatedKind, parts: DateParts): string | null {
  if (partRows(kind).every((row) => row.every((part) => parts[part] === ''))) return null;
  const month = `${parts.year.padStart(4, '0')}-${parts.month.padStart(2, '0')}`;
  if (kind === 'month') return month;
  const day = `${month}-${parts.day.padStart(2, '0')}`;
  if (kind === 'date') return day;
  // An hour that is not given is no midnight: it stays empty, and is refused.
  return `${day}T${padded(parts.hour)}:${padded(parts.minute)}`;
}

function padded(part: string): string {
  return part === '' ? '' : part.padStart(2, '0');
}

export function partsFromDate(date: string | undefined): DateParts {
  const [day = '', time = ''] = (date ?? '').split('T');
  const [year = '', month = '', dayOfMonth = ''] = day.split('-');
  const [hour = '', minute = ''] = time.split(':');
  return { year, month: short(month), day: short(dayOfMonth), hour, minute };
}

function short(part: string): string {
  return part.replace(/^0/, '');
}
