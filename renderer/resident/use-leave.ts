import { computed } from 'vue';
import { useScreen } from '../flow/screen-store.ts';
import { useTerminal } from '../flow/terminal-store.ts';

/** The ways back and out, the same on every page. */
export function useLeave() {
  const terminal = useTerminal();
  const screen = useScreen();

  const canGoBack = computed(() => {
    if (!terminal.isConnected || screen.isPanelOpen || (screen.isLeaveOpen && terminal.visit)) return false;
    if (terminal.visit) return terminal.visit.step.kind !== 'received';
    return screen.view.name === 'guide' || screen.view.name === 'find';
  });

  async function goBack(): Promise<void> {
    if (!terminal.visit) {
      const isFromList = screen.view.name === 'guide' && screen.findWords !== '';
      if (!isFromList) screen.findWords = '';
      screen.view = { name: isFromList ? 'find' : 'home' };
      return;
    }
    if (terminal.visit.canGoBack) {
      await terminal.call((api) => api.visit.back());
      return;
    }
    // Before anything was answered there is nothing to lose: back to the guide.
    const { item } = terminal.visit;
    screen.view = item === null ? { name: 'home' } : { name: 'guide', slug: item.slug };
    await terminal.call((api) => api.visit.end({ reason: 'left' }));
  }

  /** Ends the visit; the terminal wipes it, and the screen shows a word of farewell. */
  async function leave(reason: 'finished' | 'left' | 'idle'): Promise<void> {
    const submitted = terminal.visit?.step.kind === 'received';
    const hasReadCard = terminal.visit?.hasReadCard === true;
    const onlyAsked = terminal.visit?.step.kind === 'progress';
    if (reason === 'idle') screen.reset();
    else screen.view = { name: 'goodbye', submitted, hasReadCard, ...(onlyAsked ? { onlyAsked } : {}) };
    await terminal.call((api) => api.visit.end({ reason }));
  }

  return { canGoBack, goBack, leave };
}
