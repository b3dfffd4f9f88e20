import { defineStore } from 'pinia';
import { reactive } from 'vue';

/**
 * Ways to use the screen. Each can be on with every other:
 * - `elder`: larger text and targets
 * - `contrast`: white and yellow on black
 * - `seated`: every control in the lower 60 % of the screen
 * - `speech`: each page is read aloud
 */
export const modeNames = ['elder', 'contrast', 'seated', 'speech'] as const;
export type ModeName = (typeof modeNames)[number];
export type Modes = Readonly<Record<ModeName, boolean>>;

export const useModes = defineStore('modes', () => {
  const active = reactive<Record<ModeName, boolean>>(plain());

  function toggle(mode: ModeName): void {
    active[mode] = !active[mode];
  }

  /** The next resident chooses anew. */
  function reset(): void {
    Object.assign(active, plain());
  }

  return { active, toggle, reset };
});

function plain(): Record<ModeName, boolean> {
  return { elder: false, contrast: false, seated: false, speech: false };
}

/** `data-mode="elder seated"` on the root, by which tokens and pages take their sizes, colours and places. */
export function applyModes(root: HTMLElement, modes: Modes): void {
  root.dataset['mode'] = modeNames.filter((name) => modes[name]).join(' ');
}

const KEPT_AS = 'modes';

/** A screen that is loaded anew in the middle of a visit goes on as its resident had it. */
export function recallModes(storage: Storage, modes: Record<ModeName, boolean>): void {
  const kept = (storage.getItem(KEPT_AS) ?? '').split(' ');
  for (const name of modeNames) modes[name] = kept.includes(name);
}

/** Nothing is kept while the screen is as it always is. */
export function keepModes(storage: Storage, modes: Modes): void {
  const worn = modeNames.filter((name) => modes[name]);
  if (worn.length === 0) storage.removeItem(KEPT_AS);
  else storage.setItem(KEPT_AS, worn.join(' '));
}
