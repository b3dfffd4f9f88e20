import { computed, type ComputedRef } from 'vue';
import { useI18n } from 'vue-i18n';
import type { Fault } from '#contract/fault.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import type { Problem } from '#contract/visit.ts';
import { faultText } from './fault-text.ts';
import { formatDay } from './format-day.ts';
import { useScreen } from './screen-store.ts';
import { useTerminal } from './terminal-store.ts';

/** The words of a page in the language of the visit, or of the screen when there is none. */
export function useWords() {
  const { t } = useI18n();
  const screen = useScreen();
  const terminal = useTerminal();
  const language: ComputedRef<Language> = computed(() => terminal.visit?.language ?? screen.language);
  return {
    t,
    language,
    say: (text: LocalizedText | { zh: string; en: string }): string => text[language.value],
    sayFault: (fault: Pick<Fault, 'code'>): string =>
      faultText(fault, language.value, terminal.station?.station.helpDesk ?? null),
    sayProblem: (problem: Problem): string =>
      t(`problems.${problem.code}`, { limit: formatDay(problem.limit ?? '', language.value) }),
  };
}
