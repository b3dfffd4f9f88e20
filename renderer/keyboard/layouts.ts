/**
 * The ways to type. A new one (handwriting, stroke order) is a component that emits what LayoutEmits says,
 * a line here, a line in OnScreenKeyboard.vue and a label in renderer/locale/keyboard.*.
 */
export type KeyboardLayout = 'pinyin' | 'latin' | 'digits' | 'id-number';

/** `name`: the field is a person's name; surnames and given names come first. */
export type TypingMode = 'name' | 'text';

export interface LayoutEmits {
  insert: [text: string];
  backspace: [];
  done: [];
  switch: [layout: KeyboardLayout];
}

/** The letter keys, row by row, as on every keyboard in China. */
export const letterRows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'].map((row) => [...row]);

/** As on a telephone: 1 at the top left. */
export const digitRows = ['123', '456', '789'].map((row) => [...row]);
