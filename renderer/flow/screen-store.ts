import { defineStore } from 'pinia';
import { ref } from 'vue';
import type { Language } from '#contract/localized.ts';

/** Where the screen is when no visit is under way. Nothing personal is ever in here. */
export type View =
  | { readonly name: 'home' }
  | { readonly name: 'find' }
  | { readonly name: 'guide'; readonly slug: string }
  | { readonly name: 'goodbye'; readonly submitted: boolean; readonly hasReadCard: boolean };

export const useScreen = defineStore('screen', () => {
  const view = ref<View>({ name: 'home' });
  /** What is being looked for: back from a guide, the list stands as it was. */
  const findWords = ref('');
  const language = ref<Language>('zh');
  const isHelpOpen = ref(false);
  /** The resident touched 退出 and is asked once. */
  const isLeaveOpen = ref(false);
  /** A question lies over the page, which must not be reached below it. */
  const isCovered = ref(false);

  /** As the next resident finds it: the start page, in Chinese. */
  function reset(): void {
    view.value = { name: 'home' };
    findWords.value = '';
    language.value = 'zh';
    isHelpOpen.value = false;
    isLeaveOpen.value = false;
  }

  return { view, findWords, language, isHelpOpen, isLeaveOpen, isCovered, reset };
});
