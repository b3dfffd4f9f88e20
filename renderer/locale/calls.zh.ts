/**
 * What the board's voice is joined of (`scripts/clips/list.ts`): each read as in the middle of a sentence. Letters
 * as they are read in China; no I and no O, which no number has.
 */
const digits = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
const letters = [...'ABCDEFGHJKLMNPQRSTUVWXYZ'];

export const callsZh: Readonly<Record<string, string>> = {
  'call.please': '请',
  'call.number-to': '号，到',
  'call.window': '号窗口办理。',
  'call.ten': '十',
  ...Object.fromEntries(digits.map((digit, value) => [`call.digit.${String(value)}`, digit])),
  ...Object.fromEntries(letters.map((letter) => [`call.letter.${letter}`, letter])),
};
