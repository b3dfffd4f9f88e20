import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Fault } from '#contract/fault.ts';
import { textLanguage, type Language, type LocalizedText } from '#contract/localized.ts';
import type { Problem } from '#contract/visit.ts';
import { languages } from '../locale/languages.ts';
import { faultText } from './fault-text.ts';
import { formatDay } from './format-day.ts';
import { useTerminal } from './terminal-store.ts';

/** The words of a page in the language that the page is in (use-language.ts). */
export function useWords() {
  const { t, locale } = useI18n();
  const terminal = useTerminal();
  // Only use-language.ts sets it, to nothing but a language.
  const language: ComputedRef<Language> = computed(() => locale.value as Language);
  return {
    t,
    language,
    say: (text: LocalizedText | { zh: string; en: string }): string => text[textLanguage(language.value)],
    /** `lang` of what `say` gives, where that is not the page's own language. */
    saidIn: computed(() => {
      const spoken = textLanguage(language.value);
      return spoken === language.value ? undefined : languages[spoken].tag;
    }),
    sayFault: (fault: Pick<Fault, 'code'>): string =>
      faultText(fault, language.value, terminal.station?.station.helpDesk ?? null),
    sayProblem: (problem: Problem): string =>
      t(`problems.${problem.code}`, { limit: formatDay(problem.limit ?? '', language.value) }),
  };
}
