import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import type { Language } from '#contract/localized.ts';
import { useModes } from './modes-store.ts';

/** Where the screen is when no visit is under way. Nothing personal is ever in here. */
export type View =
  | { readonly name: 'home' }
  | { readonly name: 'find' }
  | { readonly name: 'guide'; readonly slug: string }
  | { readonly name: 'chain' | 'choose-steps'; readonly id: string }
  /** `slug`: the item that it is for, when somebody came from its guide. */
  | { readonly name: 'take-number'; readonly slug: string | null }
  | { readonly name: 'number-class'; readonly slug: string | null; readonly line: string }
  | {
      readonly name: 'number';
      readonly ticketId: string;
      /** How somebody came to it; absent: it was taken just now. */
      readonly by?: 'come-back' | 'check-in';
      /** Present: by a card, which is to be taken along. */
      readonly hasReadCard?: true;
    }
  /** Who missed a call is back. */
  | { readonly name: 'come-back' }
  /** Who has booked checks in. */
  | { readonly name: 'check-in' }
  | {
      readonly name: 'goodbye';
      readonly submitted: boolean;
      readonly hasReadCard: boolean;
      /** Present: somebody only asked how a case goes, and there was nothing to submit. */
      readonly onlyAsked?: true;
      /** Present: what was filled in is kept as a draft. */
      readonly drafted?: true;
      /** Present: another one was begun after what was submitted, and left. */
      readonly unfinished?: true;
    };
export type GoodbyeView = Extract<View, { name: 'goodbye' }>;

const queueViews = ['take-number', 'number-class', 'number', 'come-back', 'check-in'] as const;
export type QueueView = Extract<View, { name: (typeof queueViews)[number] }>;

export function isQueueView(view: View): view is QueueView {
  return queueViews.some((name) => name === view.name);
}

export const useScreen = defineStore('screen', () => {
  const modes = useModes();
  const view = ref<View>({ name: 'home' });
  /** What is being looked for: back from a guide, the list stands as it was. */
  const findWords = ref('');
  /** The station's first language: that of every new visit. */
  const firstLanguage = ref<Language>('zh');
  const language = ref<Language>('zh');
  const isHelpOpen = ref(false);
  const isModesOpen = ref(false);
  /** Somebody is stuck in a form, and asks what going to the window would be. */
  const isToWindowOpen = ref(false);
  /** A page that belongs to no step lies before the one that is under way, which waits as it is. */
  const isPanelOpen = computed(() => isHelpOpen.value || isModesOpen.value || isToWindowOpen.value);
  /** The resident touched 退出 and is asked once. */
  const isLeaveOpen = ref(false);
  /** A question lies over the page, which must not be reached below it. */
  const isCovered = ref(false);
  /** A way back inside a page that the terminal knows nothing of; false: there is none, and the page is left. */
  const innerBack = shallowRef<(() => boolean) | null>(null);

  function openPanel(panel: 'help' | 'modes' | 'to-window' | null): void {
    isHelpOpen.value = panel === 'help';
    isModesOpen.value = panel === 'modes';
    isToWindowOpen.value = panel === 'to-window';
  }

  /** What the station offers: a screen that nobody has touched yet begins in its first language. */
  function offer(languages: readonly Language[]): void {
    const first = languages[0] ?? 'zh';
    const isUntouched = language.value === firstLanguage.value;
    firstLanguage.value = first;
    if (isUntouched || !languages.includes(language.value)) language.value = first;
  }

  /** As the next resident finds it: the start page, in the station's first language, in no mode. */
  function reset(): void {
    view.value = { name: 'home' };
    findWords.value = '';
    language.value = firstLanguage.value;
    isLeaveOpen.value = false;
    openPanel(null);
    modes.reset();
  }

  return {
    view,
    findWords,
    language,
    isHelpOpen,
    isModesOpen,
    isToWindowOpen,
    isPanelOpen,
    isLeaveOpen,
    isCovered,
    innerBack,
    openPanel,
    offer,
    reset,
  };
});
