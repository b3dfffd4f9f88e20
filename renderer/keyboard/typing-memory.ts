import { shallowRef, type InjectionKey, type ShallowRef } from 'vue';
import { isChineseLayout, type ChineseLayout, type KeyboardLayout, type Layouts } from './layouts.ts';

/**
 * How the resident writes Chinese: who has chosen handwriting once need not choose it again in the next field.
 * It says something of a person, so it ends with the visit.
 */
export interface TypingMemory {
  /** The layout that a field of these layouts opens with. */
  firstOf(layouts: Layouts): KeyboardLayout;
  /** Letters and digits are for one field; only the way to write Chinese is remembered. */
  chose(layout: KeyboardLayout): void;
  forget(): void;
}

export const typingMemoryKey: InjectionKey<TypingMemory> = Symbol('typing memory');

export function createTypingMemory(): TypingMemory {
  const chosen: ShallowRef<ChineseLayout | null> = shallowRef(null);
  return {
    firstOf: (layouts) =>
      chosen.value !== null && isChineseLayout(layouts[0]) && layouts.includes(chosen.value)
        ? chosen.value
        : layouts[0],
    chose: (layout) => {
      if (isChineseLayout(layout)) chosen.value = layout;
    },
    forget: () => {
      chosen.value = null;
    },
  };
}
