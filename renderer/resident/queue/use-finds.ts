import { onBeforeUnmount, shallowRef, type ShallowRef } from 'vue';
import type { TerminalClient } from '../../flow/connection.ts';
import { useTerminal } from '../../flow/terminal-store.ts';

/**
 * What a device of the station finds as long as a page stands there. The stream says its state again when the line
 * comes back; of a find, which has a number (`nth`), `onNew` hears once.
 */
export function useFinds<State extends { readonly state: string }>(
  first: State,
  open: (api: TerminalClient, options: { readonly signal: AbortSignal }) => Promise<AsyncIterable<State>>,
  onNew: (now: State) => void,
): ShallowRef<State> {
  const state: ShallowRef<State> = shallowRef(first);
  const stop = useTerminal().listen(
    (api, signal) => open(api, { signal }),
    (now) => {
      const before = state.value;
      state.value = now;
      const isKnown = 'nth' in now && 'nth' in before && now.nth === before.nth;
      if (!isKnown) onNew(now);
    },
  );
  onBeforeUnmount(stop);
  return state;
}
