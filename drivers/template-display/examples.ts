import type { DisplayTemplate } from '#contract/queue-display.ts';

/** Dialects that were met in the field, to copy from: they are settings, and each district adds its own. */

/** Address, number with the high byte first, sum: `05 03 E7 EF` shows 999 on board 5. */
export const numberBoard: DisplayTemplate = {
  address: 5,
  parts: [
    { part: 'address', as: 'byte' },
    { part: 'number', order: 'high-first', max: 9_999 },
    { part: 'check', kind: 'sum8', order: 'low-first', fromPart: 0 },
  ],
  answerHex: null,
};

/** `$001,A012#`, the ASCII mode of armfly windows. */
export const armflyText: DisplayTemplate = {
  address: 1,
  parts: [
    { part: 'bytes', hex: '24' },
    { part: 'address', as: 'decimal-3' },
    { part: 'bytes', hex: '2C' },
    { part: 'text', of: 'ticket', encoding: 'ascii', maxBytes: 8, pad: 'none' },
    { part: 'bytes', hex: '23' },
  ],
  answerHex: null,
};

/** A made-up board with everything: prefix, address, padded GB2312, CRC, suffix, an answer. */
export const chineseBoard: DisplayTemplate = {
  address: 2,
  parts: [
    { part: 'bytes', hex: 'AA 55' },
    { part: 'address', as: 'byte' },
    { part: 'text', of: 'sentence', encoding: 'gb2312', maxBytes: 24, pad: 'spaces-behind' },
    { part: 'check', kind: 'crc16-modbus', order: 'low-first', fromPart: 1 },
    { part: 'bytes', hex: '0D' },
  ],
  answerHex: '06 02',
};
