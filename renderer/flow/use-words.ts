import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Fault } from '#contract/fault.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import { textLanguage } from '#contract/text-language.ts';
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
  const saidIn = computed(() => {
    const spoken = textLanguage(language.value);
    return spoken === language.value ? undefined : languages[spoken].tag;
  });
  return {
    t,
    language,
    say: (text: LocalizedText | { zh: string; en: string }): string => {
      const said = text[textLanguage(language.value)];
      // Its own direction, and its full stop at its own end (Unicode, UAX 9: first strong isolate).
      return saidIn.value === undefined ? said : `\u2068${said}\u2069`;
    },
    /** `lang` of what `say` gives, where that is not the page's own language. */
    saidIn,
    sayFault: (fault: Pick<Fault, 'code'>): string =>
      faultText(fault, language.value, terminal.station?.station.helpDesk ?? null),
    sayProblem: (problem: Problem): string =>
      t(`problems.${problem.code}`, { limit: formatDay(problem.limit ?? '', language.value) }),
  };
}
