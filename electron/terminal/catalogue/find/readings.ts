import { pinyin } from 'pinyin-pro';

/** How a Chinese text sounds, character by character. */
export interface Readings {
  /** `gaolingjintie` */
  readonly letters: string;
  /** `gljt` */
  readonly initials: string;
}

/** Anything that is no Chinese character, but a letter or a digit, stands for itself. Reads by the words that it knows: 长期 is `changqi`. */
export function readingsOf(text: string): Readings {
  const syllables = pinyin(text, { toneType: 'none', type: 'array', v: true, nonZh: 'consecutive' }).map(
    (syllable) => searchable(syllable),
  );
  return {
    letters: syllables.join(''),
    initials: syllables.map((syllable) => syllable.slice(0, 1)).join(''),
  };
}

/** Without case, width, blanks and signs, which nobody types twice in the same way. */
export function searchable(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll('ü', 'v')
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/**
 * Sounds that speakers of the south and the north-east do not tell apart, made one: zh/z, ch/c, sh/s, n/l, f/h
 * and the final g. Both sides of a comparison go through it.
 */
export function withoutAccent(letters: string): string {
  return letters
    .replace(/([zcs])h/g, '$1')
    .replace(/([aei])ng/g, '$1n')
    .replaceAll('l', 'n')
    .replaceAll('f', 'h');
}
