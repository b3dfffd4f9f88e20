/**
 * The ways to type. A new one is a component that emits what LayoutEmits says, a line here, a line in
 * OnScreenKeyboard.vue and a label in renderer/locale/keyboard.*.
 */
export type KeyboardLayout = 'pinyin' | 'handwriting' | 'strokes' | 'latin' | 'digits' | 'id-number';

/** `name`: the field is a person's name; surnames and given names come first. */
export type TypingMode = 'name' | 'text';

export interface LayoutEmits {
  insert: [text: string];
  backspace: [];
  done: [];
}

/** Of layouts whose keys are not yet characters. */
export interface ComposingEmit {
  /** While true, something waits to be turned into characters: it is not in the field yet. */
  composing: [isComposing: boolean, letters: string];
}

export type Layouts = readonly [KeyboardLayout, ...KeyboardLayout[]];

const chineseLayouts = ['pinyin', 'handwriting', 'strokes'] as const;
export type ChineseLayout = (typeof chineseLayouts)[number];

export function isChineseLayout(layout: KeyboardLayout): layout is ChineseLayout {
  return chineseLayouts.some((chinese) => chinese === layout);
}

/** Where a field takes pinyin it takes Chinese in every way: not everybody went to school in pinyin. */
export function waysToType(layouts: Layouts): Layouts {
  const [first, ...rest] = layouts.flatMap((layout) => (layout === 'pinyin' ? chineseLayouts : [layout]));
  return first === undefined ? layouts : [first, ...rest];
}

/** The letter keys, row by row, as on every keyboard in China. */
export const letterRows = ['qwertyuiop', 'asdfghjkl', 'zxcvbnm'].map((row) => [...row]);

/** As on a telephone: 1 at the top left. */
export const digitRows = ['123', '456', '789'].map((row) => [...row]);
