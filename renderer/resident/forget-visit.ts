import { watch } from 'vue';
import { useTerminal } from '../flow/terminal-store.ts';
import type { PinyinClient } from '../keyboard/pinyin-client.ts';
import type { StrokesClient } from '../keyboard/strokes-client.ts';
import type { TypingMemory } from '../keyboard/typing-memory.ts';

interface Keyboards {
  readonly pinyin: PinyinClient;
  readonly strokes: StrokesClient;
  readonly memory: TypingMemory;
}

/** What outlives the pages of a visit, and must not outlive the visit (decision 0019). */
export function forgetEachVisit({ pinyin, strokes, memory }: Keyboards): void {
  const terminal = useTerminal();
  watch(
    () => terminal.visit?.visitId,
    (visitId) => {
      memory.forget();
      // A Worker that answered holds what it was asked, in its tables and in the engine's; one that ended holds nothing.
      pinyin.close();
      strokes.close();
      // Ready by the first question: notice and card come before it.
      if (visitId !== undefined) pinyin.warmUp();
    },
  );
}
