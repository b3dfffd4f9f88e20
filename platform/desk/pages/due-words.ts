import type { Due } from '../cases/due.ts';
import { html, type Html } from '../html.ts';
import type { Texts } from '../texts/texts.ts';

/** In words first: who sees no colours, and a printer, must see what is overdue. */
export function dueWords(due: Due, { t }: Texts): Html {
  switch (due.kind) {
    case 'day': {
      const by = html` <span class="by">${t('due.by', { day: due.day })}</span>`;
      if (due.isPast) {
        const words = due.left < 0 ? t('due.overdue', { n: -due.left }) : t('due.overdueToday');
        return html`<span class="overdue">${words}</span>${by}`;
      }
      if (due.left <= 0) return html`<span class="today">${t('due.today')}</span>${by}`;
      return html`${t('due.left', { n: due.left })}${by}`;
    }
    case 'none':
      return html`${t('due.none')}`;
    case 'applicant':
      return html`${due.day === null ? t('due.none') : t('due.applicant', { day: due.day })}`;
    case 'suspended':
      return html`${t('due.suspended')}`;
    case 'waits':
      return html`${t('due.waits')}`;
    case 'over':
      return html`${t('due.over')}`;
    default: {
      const never: never = due;
      return never;
    }
  }
}
