import type { LineNow } from '#contract/queue/snapshot.ts';
import type { WaitRange } from '#contract/queue/ticket.ts';
import { formatDay } from '../../flow/format-day.ts';
import { useWords } from '../../flow/use-words.ts';

/** How waits and hours are said. */
export function useWaits() {
  const { t, language } = useWords();

  function sayRange({ fromMinutes, toMinutes }: WaitRange): string {
    return fromMinutes === 0
      ? t('queue.range.upTo', { to: toMinutes })
      : t('queue.range.between', { from: fromMinutes, to: toMinutes });
  }

  /** Null: numbers are given now. `today` is the station's day. */
  function sayClosed({ giving }: LineNow, today: string): string | null {
    if (giving.is === 'open') return null;
    if (giving.opens === null) return t('queue.lines.closed');
    const [day = '', time = ''] = giving.opens.split('T');
    if (day === today) return t('queue.lines.opensToday', { time: time.slice(0, 5) });
    return t('queue.lines.opens', { day: formatDay(day, language.value), time: time.slice(0, 5) });
  }

  return { sayRange, sayClosed };
}
