import { onBeforeUnmount, shallowRef } from 'vue';
import type { LineNow } from '#contract/queue/snapshot.ts';
import { browserClock } from '../../flow/browser-clock.ts';
import { useTerminal } from '../../flow/terminal-store.ts';

/** What is told of waits is as old as this at most, in milliseconds. */
const ASK_AGAIN_MS = 10_000;

/** The lines of the station as long as a page shows them; null: they have not come yet. */
export function useLines() {
  const terminal = useTerminal();
  const lines = shallowRef<readonly LineNow[] | null>(null);
  let cancel = (): void => undefined;
  let isOver = false;

  async function ask(): Promise<void> {
    const found = await terminal.peek((api) => api.queue.lines());
    if (isOver) return;
    if (found !== null) ({ lines: lines.value } = found);
    cancel = browserClock.after(ASK_AGAIN_MS, () => void ask());
  }
  void ask();
  onBeforeUnmount(() => {
    isOver = true;
    cancel();
  });
  return lines;
}
