import { computed, watch } from 'vue';
import { useI18n } from 'vue-i18n';
import { languages } from '../locale/languages.ts';
import { loadTexts } from '../locale/locale-texts.ts';
import { browserClock } from './browser-clock.ts';
import { useScreen } from './screen-store.ts';
import { whenIdle } from './when-idle.ts';
import { useTerminal } from './terminal-store.ts';

/** Keeps the page in the language of the visit, or of the screen when there is none. */
export function useLanguage(root: HTMLElement): void {
  const { locale, setLocaleMessage } = useI18n();
  const terminal = useTerminal();
  const screen = useScreen();
  const wanted = computed(() => terminal.visit?.language ?? screen.language);

  watch(
    wanted,
    async (language) => {
      // Not to be had while the terminal is away: the page stays as it is, readable and whole.
      const texts = await loadTexts(language).catch(() => null);
      if (texts === null || wanted.value !== language) return;
      setLocaleMessage(language, texts.messages);
      locale.value = language;
      root.lang = languages[language].tag;
      root.dir = languages[language].direction;
    },
    { immediate: true },
  );

  watch(
    () => terminal.station?.languages,
    (offered) => {
      if (!offered) return;
      screen.offer(offered);
      // While the terminal is there: a language must not be missing at the moment that it is asked for. The start
      // page comes first.
      whenIdle(browserClock, () => {
        for (const language of offered) void loadTexts(language).catch(() => null);
      });
    },
  );
}
