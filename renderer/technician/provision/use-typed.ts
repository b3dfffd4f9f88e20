import { ref } from 'vue';

/** A text of at most so many characters, typed key by key. */
export function useTyped(most: number) {
  const text = ref('');
  return {
    text,
    type: (key: string): void => {
      if (text.value.length < most) text.value += key;
    },
    rubOut: (): void => {
      text.value = text.value.slice(0, -1);
    },
    clear: (): void => {
      text.value = '';
    },
  };
}
