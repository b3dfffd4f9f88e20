import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { KioskHelp } from '#contract/help.ts';
import { browserClock } from './browser-clock.ts';
import { helpPageOf } from './help-page.ts';
import { useScreen } from './screen-store.ts';
import { useTerminal } from './terminal-store.ts';

/** After this long without an answer the kiosk says where else there is somebody, in milliseconds. */
const LATE_AFTER_MS = 60_000;

/** The call for staff that was made here, as the terminal tells it. */
export const useHelp = defineStore('help', () => {
  const terminal = useTerminal();
  const screen = useScreen();
  const told = shallowRef<KioskHelp | null>(null);
  const isLate = ref(false);
  let cancelLate: () => void = () => undefined;

  terminal.listen(
    (api, signal) => api.help.watch(undefined, { signal }),
    (now) => {
      told.value = now;
    },
  );

  watch(told, (now) => {
    cancelLate();
    isLate.value = false;
    if (!now?.call || now.call.helper !== null) return;
    cancelLate = browserClock.after(LATE_AFTER_MS - (now.nowMs - now.call.calledMs), () => {
      isLate.value = true;
    });
  });

  const call = computed(() => told.value?.call ?? null);
  const helper = computed(() => call.value?.helper ?? null);
  /** Nobody will come by being called from here: one has to go there. */
  const isUnheard = computed(
    () => helper.value === null && (told.value?.isHeard !== true || (call.value !== null && isLate.value)),
  );

  return {
    call,
    helper,
    isUnheard,
    ask: () =>
      terminal.call((api) => api.help.call({ page: helpPageOf(terminal.visit?.step ?? null, screen.view) })),
    takeBack: () => terminal.call((api) => api.help.takeBack()),
  };
});
