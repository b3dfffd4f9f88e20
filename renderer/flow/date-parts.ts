/** A date as it is typed: three fields, so that nobody has to turn a wheel back to 1945. */
export interface DateParts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

/** `1990-03-05`; what is not a number is passed on as it is, for the terminal to refuse by name. */
export function dateFromParts(parts: DateParts): string | null {
  if (parts.year === '' && parts.month === '' && parts.day === '') return null;
  return `${parts.year.padStart(4, '0')}-${parts.month.padStart(2, '0')}-${parts.day.padStart(2, '0')}`;
}

export function partsFromDate(date: string | undefined): DateParts {
  const [year = '', month = '', day = ''] = (date ?? '').split('-');
  return { year, month: month.replace(/^0/, ''), day: day.replace(/^0/, '') };
}
