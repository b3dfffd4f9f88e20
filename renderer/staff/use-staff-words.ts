import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Fault } from '#contract/fault.ts';
import type { LocalizedText } from '#contract/localized.ts';
import { loadTexts, textsOf } from '../locale/locale-texts.ts';

const momentOf = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Asia/Shanghai',
  dateStyle: 'short',
  timeStyle: 'short',
});

/** The words of the console, and what a fault is to somebody who works here: what to do about it. */
export function useStaffWords() {
  const { t, locale } = useI18n();
  // Only the button in the header sets it.
  const language = computed(() => (locale.value === 'en' ? 'en' : 'zh'));
  return {
    t,
    language,
    say: (text: LocalizedText): string => text[language.value],
    /** What it is, in the words that residents read. */
    nameFault: ({ code }: Pick<Fault, 'code'>): string => textsOf(language.value).faults[code].resident,
    sayFault: ({ code }: Pick<Fault, 'code'>): string => textsOf(language.value).faults[code].staff,
    minutes: (ms: number): string => t('current.minutes', { count: Math.max(0, Math.floor(ms / 60_000)) }),
    /** `2026-11-22 09:05`, by the station's clock. */
    moment: (epochMs: number): string => momentOf.format(new Date(epochMs)),
    switchLanguage: async (): Promise<void> => {
      const next = language.value === 'zh' ? 'en' : 'zh';
      await loadTexts(next).catch(() => null);
      locale.value = next;
      document.documentElement.lang = next === 'zh' ? 'zh-CN' : 'en';
    },
  };
}
