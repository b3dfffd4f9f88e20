import { computed } from 'vue';
import { useScreen } from '../flow/screen-store.ts';
import { useTerminal } from '../flow/terminal-store.ts';

/** The ways back and out, the same on every page. */
export function useLeave() {
  const terminal = useTerminal();
  const screen = useScreen();

  /** Inside a visit, between two items of it. */
  const isChoosing = computed(() => terminal.visit?.step.kind === 'choosing');

  const canGoBack = computed(() => {
    if (!terminal.isConnected || screen.isPanelOpen || (screen.isLeaveOpen && terminal.visit)) return false;
    if (terminal.visit && !isChoosing.value) {
      return terminal.visit.step.kind !== 'received' && terminal.visit.step.kind !== 'drafted';
    }
    return !['home', 'goodbye', 'number'].includes(screen.view.name);
  });

  async function goBack(): Promise<void> {
    if (screen.innerBack?.() === true) return;
    if (!terminal.visit || isChoosing.value) {
      if (screen.view.name === 'choose-steps') {
        screen.view = { ...screen.view, name: 'chain' };
        return;
      }
      if (screen.view.name === 'come-back' || screen.view.name === 'check-in') {
        screen.view = { name: 'take-number', slug: null };
        return;
      }
      if (screen.view.name === 'take-number' || screen.view.name === 'number-class') {
        const { slug } = screen.view;
        if (slug !== null) screen.view = { name: 'guide', slug };
        else if (screen.view.name === 'take-number') screen.view = { name: 'home' };
        else screen.view = { name: 'take-number', slug: null };
        return;
      }
      const isFromList = screen.view.name !== 'find' && screen.findWords !== '';
      if (!isFromList) screen.findWords = '';
      screen.view = { name: isFromList ? 'find' : 'home' };
      return;
    }
    if (terminal.visit.canGoBack) {
      await terminal.call((api) => api.visit.back());
      return;
    }
    // Before anything was answered there is nothing to lose: back to the guide.
    const { chainId, item } = terminal.visit;
    if (chainId !== undefined) screen.view = { name: 'chain', id: chainId };
    else screen.view = item === null ? { name: 'home' } : { name: 'guide', slug: item.slug };
    await terminal.call((api) => api.visit.end({ reason: 'left' }));
  }

  /** Ends the visit; the terminal wipes it, and the screen shows a word of farewell. */
  async function leave(reason: 'finished' | 'left' | 'idle'): Promise<void> {
    const submitted = terminal.visit?.hasReceived === true;
    const hasReadCard = terminal.visit?.hasReadCard === true;
    if (reason === 'idle') screen.reset();
    else {
      const kind = terminal.visit?.step.kind;
      screen.view = {
        name: 'goodbye',
        submitted,
        hasReadCard,
        ...(kind === 'progress' ? { onlyAsked: true } : {}),
        ...(kind === 'drafted' ? { drafted: true } : {}),
        ...(submitted && kind !== 'received' && kind !== 'choosing' ? { unfinished: true } : {}),
      };
    }
    await terminal.call((api) => api.visit.end({ reason }));
  }

  return { canGoBack, goBack, leave };
}
