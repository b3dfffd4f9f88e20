import { beginsRealTime } from './real-time-bytes.ts';

/** CODE 128 as GS k 73 takes it (ISO/IEC 15417; Epson, GS k, function B): `{B` text, `{C` pairs of digits. */
export interface Code128 {
  readonly bytes: Uint8Array;
  /** Narrowest bars, with start, check and stop character. */
  readonly modules: number;
}

const BRACE = 0x7b;
const B = 0x42;
const C = 0x43;
/** Start and check character have 11 modules each, the stop character 13. */
const FRAME_MODULES = 11 + 11 + 13;
/** A change of the set costs a character, so that fewer digits are shorter as text. */
const DIGITS_AT_AN_END = 4;
const DIGITS_IN_THE_MIDDLE = 6;

/** Digits in pairs where that is shorter. `data` is printable ASCII. */
export function code128(data: string): Code128 {
  const bytes: number[] = [];
  let characters = -1; // the first set is said by the start character
  let set: typeof B | typeof C | null = null;
  const choose = (wanted: typeof B | typeof C) => {
    if (set === wanted) return;
    set = wanted;
    bytes.push(BRACE, wanted);
    characters += 1;
  };
  for (let at = 0; at < data.length;) {
    const pair = Number(data.slice(at, at + 2));
    if (mayPair(data, at, set) && !beginsRealTime(bytes.at(-1) ?? 0, pair)) {
      choose(C);
      bytes.push(pair);
      characters += 1;
      at += 2;
      continue;
    }
    // As text also a pair that would read 10 04, 10 05 or 10 14 behind the pair before it: digits cannot.
    const text = set === C && mayPair(data, at, set) ? data.slice(at, at + 2) : data.charAt(at);
    choose(B);
    for (const character of text) {
      const code = character.charCodeAt(0);
      bytes.push(...(code === BRACE ? [BRACE, BRACE] : [code]));
      characters += 1;
    }
    at += text.length;
  }
  return { bytes: Uint8Array.from(bytes), modules: FRAME_MODULES + 11 * characters };
}

/** Whether the two characters at `at` are better one pair of digits. */
function mayPair(data: string, at: number, set: number | null): boolean {
  const digits = /^\d*/.exec(data.slice(at))?.[0].length ?? 0;
  if (set === C) return digits >= 2;
  const isAtAnEnd = at === 0 || at + digits === data.length;
  const isLongEnough = digits >= (isAtAnEnd ? DIGITS_AT_AN_END : DIGITS_IN_THE_MIDDLE);
  // An odd digit goes before the pairs, except at the start, where it goes behind them.
  return isLongEnough && (at === 0 || digits % 2 === 0);
}
