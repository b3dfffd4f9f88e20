import type { Language } from '#contract/localized.ts';

/** From Sunday on; Chromium's own tables have no Uyghur. */
const uyghurWeekdays = ['يەكشەنبە', 'دۈشەنبە', 'سەيشەنبە', 'چارشەنبە', 'پەيشەنبە', 'جۈمە', 'شەنبە'];

/** The day of the week of `2026-03-05`. */
export function formatWeekday(iso: string, language: Language): string {
  if (language === 'ug') return uyghurWeekdays[new Date(iso).getUTCDay()] ?? '';
  const format = new Intl.DateTimeFormat(language === 'zh' ? 'zh-CN' : 'en-GB', {
    weekday: 'long',
    timeZone: 'UTC',
  });
  return format.format(Date.parse(iso));
}

/** `2026-03-05` as people write it; what is no date stays as it is. */
export function formatDay(iso: string, language: Language): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(iso);
  if (!parts) return iso;
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  switch (language) {
    case 'zh':
      return `${year}年${month}月${day}日`;
    case 'ug':
      return `${year}-يىلى ${month}-ئاينىڭ ${day}-كۈنى`;
    case 'en':
      return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(
        Date.UTC(year, month - 1, day),
      );
    default: {
      const never: never = language;
      return never;
    }
  }
}
