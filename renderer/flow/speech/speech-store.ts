import { defineStore } from 'pinia';
import { computed, ref, watch } from 'vue';
import type { Language } from '#contract/localized.ts';
import { useModes } from '../modes-store.ts';
import { useScreen } from '../screen-store.ts';
import { useTerminal } from '../terminal-store.ts';
import { createClipPlayer, speechTimes } from './clip-player.ts';
import { createSoundOut } from './sound-out.ts';
import { clipsOfPage } from './spoken-page.ts';

/** Reads the pages aloud, where the station has clips in the page's language. All of it is on the page as well. */
export const useSpeech = defineStore('speech', () => {
  const terminal = useTerminal();
  const screen = useScreen();
  const modes = useModes();
  const language = computed<Language>(() => terminal.visit?.language ?? screen.language);
  const hasVoice = computed(() => terminal.station?.voices.includes(language.value) === true);
  const isOn = computed(() => modes.active.speech && hasVoice.value && terminal.isConnected);
  const known = ref<{ readonly language: Language; readonly ids: ReadonlySet<string> } | null>(null);
  const player = createClipPlayer(
    createSoundOut(() => new AudioContext()),
    loadClip,
    speechTimes.pauseS,
  );

  const page = computed(() =>
    clipsOfPage({
      panel: screen.isHelpOpen
        ? 'help'
        : screen.isModesOpen
          ? 'modes'
          : screen.isToWindowOpen
            ? 'to-window'
            : screen.isLeaveOpen && terminal.visit
              ? 'leave'
              : null,
      view: screen.view,
      visit: terminal.visit,
    }),
  );
  watch(
    () => (isOn.value ? `${language.value} ${page.value.join(' ')}` : null),
    (now) => {
      if (now === null) player.stop();
      else void say(page.value);
    },
  );

  /** What a page says beyond its question: mistakes, warnings. Nothing while the mode is off. */
  async function say(ids: readonly string[]): Promise<void> {
    if (!isOn.value) return;
    const spoken = language.value;
    if (known.value?.language !== spoken) {
      const listed = await terminal.peek((api) => api.speech.clips({ language: spoken }));
      if (listed === null) return;
      known.value = { language: spoken, ids: new Set(listed) };
    }
    const there = known.value;
    if (!isOn.value || there.language !== language.value) return;
    await player.play(ids.filter((id) => there.ids.has(id)));
  }

  async function loadClip(id: string): Promise<ArrayBuffer | null> {
    const spoken = language.value;
    const base64 = await terminal.peek((api) => api.speech.clip({ language: spoken, id }));
    return base64 === null ? null : Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)).buffer;
  }

  return { hasVoice, isOn, say };
});
