import { reactive } from 'vue';

/** A text of at most so many characters, typed key by key. */
export interface Typed {
  readonly text: string;
  type(key: string): void;
  rubOut(): void;
  clear(): void;
}

export function useTyped(most: number): Typed {
  const typed = reactive({
    text: '',
    type: (key: string): void => {
      if (typed.text.length < most) typed.text += key;
    },
    rubOut: (): void => {
      typed.text = typed.text.slice(0, -1);
    },
    clear: (): void => {
      typed.text = '';
    },
  });
  return typed;
}
