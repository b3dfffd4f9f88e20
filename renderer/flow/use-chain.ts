import { ref, watch, type Ref } from 'vue';
import type { ShownChain } from '#contract/chain-guide.ts';
import { useScreen } from './screen-store.ts';
import { useTerminal } from './terminal-store.ts';

/** A chain as its pages show it; null until it is there. One that is here no more leads back to the start page. */
export function useChain(id: string): Ref<ShownChain | null> {
  const terminal = useTerminal();
  const screen = useScreen();
  const chain = ref<ShownChain | null>(null);
  watch(
    // Which of its items can be begun changes with the line.
    () => terminal.station?.platform,
    async () => {
      chain.value = await terminal.read((api) => api.chains.guide({ id }));
      if (!chain.value && !terminal.callFault) screen.view = { name: 'home' };
    },
    { immediate: true },
  );
  return chain;
}
