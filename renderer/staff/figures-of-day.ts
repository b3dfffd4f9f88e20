import { computed, shallowRef, watch, type Ref } from 'vue';
import type { QueueFigures } from '#contract/queue/figures.ts';

export interface FiguresOfDay {
  /** Of the chosen day; null: they have not come. */
  readonly figures: Readonly<Ref<QueueFigures | null>>;
  /** Asks for them, or anew. */
  load(): Promise<void>;
}

/**
 * The figures of the day that is chosen, and never another one's: they are shown, and saved, under its name. A day that is
 * chosen while something else is under way is asked for behind that. `mayAsk`: nothing is, and the terminal is there.
 */
export function useFiguresOfDay(
  day: Readonly<Ref<string>>,
  mayAsk: Readonly<Ref<boolean>>,
  ask: (day: string) => Promise<QueueFigures | null>,
): FiguresOfDay {
  const shown = shallowRef<{ readonly day: string; readonly figures: QueueFigures } | null>(null);
  let isLoading = false;
  let isDue = false;

  async function load(): Promise<void> {
    // Whatever is under way sees by itself that the day is another one now.
    if (isLoading || day.value === '') return;
    isDue = !mayAsk.value;
    if (isDue) return;
    isLoading = true;
    const asked = day.value;
    try {
      const figures = await ask(asked);
      shown.value = figures === null ? null : { day: asked, figures };
    } finally {
      isLoading = false;
    }
    if (day.value !== asked) await load();
  }

  watch(day, () => void load());
  watch(mayAsk, (may) => {
    if (may && isDue) void load();
  });
  const figures = computed(() => (shown.value?.day === day.value ? shown.value.figures : null));
  return { figures, load };
}
