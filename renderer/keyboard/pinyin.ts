/**
 * What pinyin is made of, independent of any dictionary. Letters only: the umlaut of lü is the letter v,
 * as on every Chinese keyboard.
 */

/** Longest first, so that `zh` is found before `z`. */
const initials = 'zh ch sh b p m f d t n l g k h j q x r z c s y w'.split(' ');

const initialSet: ReadonlySet<string> = new Set(initials);

/** Single letters or zh, ch, sh: what a person types who abbreviates each syllable. */
export function isInitial(letters: string): boolean {
  return initialSet.has(letters);
}

/**
 * Spellings that are written for the same syllable: passports and bank cards print LYU and NYU, and
 * GB/T 16159 allows lüe where keyboards expect lve.
 */
const respelled: ReadonlyMap<string, string> = new Map([
  ['lyu', 'lv'],
  ['nyu', 'nv'],
  ['lue', 'lve'],
  ['nue', 'nve'],
  ['lyue', 'lve'],
  ['nyue', 'nve'],
]);

export function canonicalSpelling(letters: string): string {
  return respelled.get(letters) ?? letters;
}

/**
 * One key for all syllables that speakers of southern and many northern dialects do not tell apart:
 * z/zh, c/ch, s/sh, n/l, an/ang, en/eng, in/ing; and u/ü after n and l, because the key v is not obvious
 * to somebody who learnt pinyin on paper.
 */
export function soundAlike(syllable: string): string {
  return soundAlikeInitial(syllable)
    .replace(/(?<=[aei])ng$/, 'n')
    .replace(/^nv/, 'nu');
}

/** The same for the beginning of a syllable whose end is not typed yet. */
export function soundAlikeInitial(letters: string): string {
  return letters.replace(/^([zcs])h/, '$1').replace(/^l/, 'n');
}

/** Under which letter the syllable is filed: every spelling that may stand for it has the same one. */
export function filingLetter(letters: string): string {
  return soundAlikeInitial(letters).charAt(0);
}

/** The longest syllables (zhuang, chuang, shuang) have six letters. */
export const MAX_SYLLABLE_LETTERS = 6;

/** Interjections that are no use in forms, and that would cut every word with an n or m into pieces. */
const dropped: ReadonlySet<string> = new Set(['n', 'm', 'ng', 'hm', 'hng', 'ê']);

export function isUsableSyllable(syllable: string): boolean {
  return /^[a-z]{1,6}$/.test(syllable) && !dropped.has(syllable);
}
