/**
 * The characters of names that no font shipped with this program has (scripts/glyphs/shown-characters.test.ts holds the
 * list against the fonts): what Unicode added to the ideographs after its version 11, its extensions G and later, and
 * private use, which a chip holds where its issuer knew no code. All that GB 18030-2022 asks of names is there but five.
 */
const GLYPHLESS =
  /[\u4DB6-\u4DBF\u9FEB-\u9FFF\uE000-\uF8FF\u{2A6D7}-\u{2A6DF}\u{2B735}-\u{2B73F}\u{2CEA2}-\u{2CEAF}\u{2EBF0}-\u{2EE5F}\u{30000}-\u{3FFFF}\u{F0000}-\u{10FFFF}]/gu;

/**
 * A text with codes for what would be an empty box: `张〔U+30EDE〕`. A box looks like every other; by its code staff can find
 * the character, and whoever knows his own can say whether it is that one.
 */
export function withoutBoxes(text: string): string {
  return text.replace(GLYPHLESS, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `〔U+${code.toString(16).toUpperCase()}〕`;
  });
}
