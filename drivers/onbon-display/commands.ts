import { byteAt, concat } from '../codec/bytes.ts';
import { encodeGb2312 } from '../codec/gb2312.ts';

/** What stands in the data of a frame: commands to a card, and the card's answers. */

/** Whether the card is to acknowledge. A broadcast must not be: all cards would answer at once. */
export type Reply = 'acknowledge' | 'none';

function replyByte(reply: Reply): number {
  return reply === 'acknowledge' ? 0x01 : 0x00;
}

export function switchCommand(on: boolean, reply: Reply): Uint8Array {
  return Uint8Array.of(0xa3, 0x00, replyByte(reply), 0x00, 0x00, on ? 0x01 : 0x02);
}

export function clearCommand(reply: Reply): Uint8Array {
  return Uint8Array.of(0xa3, 0x10, replyByte(reply), 0x00, 0x00);
}

export type Colour = 'red' | 'green';
const COLOUR_ESCAPES: Readonly<Record<Colour, string>> = { red: '\\C1', green: '\\C2' };

export interface Speech {
  readonly text: string;
  /** Times it is said again after the first, 0 to 15. */
  readonly repeats: number;
  /** 0 to 10. */
  readonly volume: number;
  /** 0 to 10. */
  readonly speed: number;
}

export interface AreaText {
  /** As the card counts: bytes of 8 px on a BX-5K, pixels on a BX-6K. */
  readonly width: number;
  readonly heightPx: number;
  /** One entry per line on the screen. */
  readonly lines: readonly string[];
  /** null for cards of one colour, which would show the escape. */
  readonly colour: Colour | null;
  readonly speech: Speech | null;
}

/** A fresh text in dynamic area 0, which stays until the next one. */
export function areaCommand(area: AreaText, reply: Reply): Uint8Array {
  const body = areaBody(area);
  const noAreaDeleted = 0;
  const oneArea = 1;
  return concat([
    Uint8Array.of(0xa3, 0x06, replyByte(reply), 0x00, 0x00, noAreaDeleted, oneArea),
    u16(body.length),
    body,
  ]);
}

const RUN_LOOP = 0x00;
/** Seconds without news until the run mode acts; a loop ignores them. The maker's sender writes 5. */
const TIMEOUT_S = 5;
const SEVERAL_LINES = 0x02;
const NEW_LINE_BY_HAND = 0x01;
const SHOW_AT_ONCE = 0x02;
/** In halves of a second; the maker's sender writes 8. */
const HOLD = 8;

function areaBody(area: AreaText): Uint8Array {
  const colour = area.colour === null ? '' : COLOUR_ESCAPES[area.colour];
  const text = concat([
    encodeGb2312(colour),
    encodeGb2312(area.lines.map((line) => withoutEscapes(line)).join('\\n')),
  ]);
  return concat([
    Uint8Array.of(0x00),
    u16(0),
    u16(0),
    u16(area.width),
    u16(area.heightPx),
    Uint8Array.of(0, 0, RUN_LOOP),
    u16(TIMEOUT_S),
    speechBytes(area.speech),
    Uint8Array.of(0, 0, SEVERAL_LINES, NEW_LINE_BY_HAND, SHOW_AT_ONCE, 0, 0, HOLD),
    u32(text.length),
    text,
  ]);
}

function speechBytes(speech: Speech | null): Uint8Array {
  if (speech === null) return Uint8Array.of(0x00);
  const text = encodeGb2312(speech.text);
  const repeatAndSpeaker = ((speech.repeats & 0x0f) << 4) | 0x00;
  return concat([Uint8Array.of(0x02, repeatAndSpeaker, speech.volume, speech.speed), u32(text.length), text]);
}

/** A backslash begins an escape on the card; its full-width twin is only a character. */
function withoutEscapes(line: string): string {
  return line.replaceAll('\\', '＼');
}

function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
}

function u32(value: number): Uint8Array {
  return concat([u16(value & 0xffff), u16(value >>> 16)]);
}

/** Error codes of a refusal, by the maker's protocol document. */
export const cardErrors: Readonly<Record<number, string>> = {
  0: 'no error',
  1: 'unknown command group',
  2: 'unknown command',
  3: 'busy',
  4: 'out of memory',
  5: 'wrong CRC',
  6: 'file missing',
  7: 'flash memory',
  8: 'download',
  9: 'file name',
  10: 'file type',
  11: 'file CRC',
  12: 'font missing',
  13: 'wrong firmware',
  14: 'wrong time',
  15: 'file exists',
  16: 'wrong block',
};
export const ERROR_BUSY = 3;
export const ERROR_CRC = 5;

export type CardAnswer =
  { readonly type: 'ack' } | { readonly type: 'nack'; readonly code: number; readonly meaning: string };

/** null for data that is no answer, such as our own request come back over a two-wire adapter. */
export function parseAnswer(data: Uint8Array): CardAnswer | null {
  if (data.length < 3 || byteAt(data, 0) !== 0xa0) return null;
  if (byteAt(data, 1) === 0x00) return { type: 'ack' };
  if (byteAt(data, 1) !== 0x01) return null;
  const code = byteAt(data, 2);
  return { type: 'nack', code, meaning: cardErrors[code] ?? 'not listed' };
}
