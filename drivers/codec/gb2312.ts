import iconv from 'iconv-lite';
import { byteAt, concat } from './bytes.ts';

/** U+3013, the typographer's mark for a character that is not at hand: visible, and never a lie. */
const SUBSTITUTE = Uint8Array.of(0xa1, 0xfe);

/**
 * Text for display cards, whose fonts hold ASCII and GB2312 and nothing more. Control characters become
 * spaces: a text must not be able to command the display. Any other character that is missing becomes 〓.
 */
export function encodeGb2312(text: string): Uint8Array {
  return concat(Array.from(text, encodeCharacter));
}

export function decodeGb2312(bytes: Uint8Array): string {
  return new TextDecoder('gb18030').decode(bytes);
}

function encodeCharacter(character: string): Uint8Array {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code <= 0xa0)) return Uint8Array.of(0x20);
  if (code < 0x7f) return Uint8Array.of(code);
  const bytes = new Uint8Array(iconv.encode(character, 'gbk'));
  // GB2312 is the part of GBK with rows A1 to F7 and cells A1 to FE.
  const isInSet =
    bytes.length === 2 && byteAt(bytes, 0) >= 0xa1 && byteAt(bytes, 0) <= 0xf7 && byteAt(bytes, 1) >= 0xa1;
  return isInSet ? bytes : SUBSTITUTE;
}
