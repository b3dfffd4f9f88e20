import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { DisplayTemplate, TemplatePart } from '#contract/queue-display.ts';
import { byteAt, concat, fromHex, xorOf } from '../codec/bytes.ts';
import { crc16Arc, crc16Modbus } from '../codec/crc16.ts';
import { encodeGb2312 } from '../codec/gb2312.ts';

type CheckPart = Extract<TemplatePart, { part: 'check' }>;
type TextPart = Extract<TemplatePart, { part: 'text' }>;

/** Faults: device.refused for what does not fit. A shortened number would call somebody else. */
export function encodeContent(template: DisplayTemplate, content: WindowDisplayContent): Result<Uint8Array> {
  return encode(template, content);
}

/** Zero, and texts of spaces. Never fails. */
export function encodeBlank(template: DisplayTemplate): Result<Uint8Array> {
  return encode(template, null);
}

function encode(template: DisplayTemplate, content: WindowDisplayContent | null): Result<Uint8Array> {
  const encoded: Uint8Array[] = [];
  for (const part of template.parts) {
    if (part.part === 'check') {
      encoded.push(checkBytes(part, concat(encoded.slice(part.fromPart))));
      continue;
    }
    const bytes = partBytes(part, template.address, content);
    if (!bytes.ok) return bytes;
    encoded.push(bytes.value);
  }
  return ok(concat(encoded));
}

function partBytes(
  part: Exclude<TemplatePart, CheckPart>,
  address: number,
  content: WindowDisplayContent | null,
): Result<Uint8Array> {
  switch (part.part) {
    case 'bytes':
      return ok(fromHex(part.hex));
    case 'address':
      return ok(
        part.as === 'byte'
          ? Uint8Array.of(address)
          : new TextEncoder().encode(String(address).padStart(3, '0')),
      );
    case 'number': {
      const digits = content === null ? '0' : content.ticket.replace(/\D/g, '');
      if (digits === '' || Number(digits) > part.max)
        return err(fault('device.refused', `${digits.length} digits, and room up to ${part.max}`));
      return ok(ordered(Number(digits), part.order));
    }
    case 'text':
      return textBytes(part, content);
    default: {
      const never: never = part;
      return never;
    }
  }
}

function textBytes(part: TextPart, content: WindowDisplayContent | null): Result<Uint8Array> {
  const text = content === null ? ' ' : textOf(part, content);
  const bytes = part.encoding === 'gb2312' ? encodeGb2312(text) : asciiBytes(text);
  if (bytes.length > part.maxBytes)
    return err(fault('device.refused', `${bytes.length} bytes, and room for ${part.maxBytes}`));
  const padding = new Uint8Array(part.maxBytes - bytes.length).fill(0x20);
  switch (part.pad) {
    case 'none':
      return ok(bytes);
    case 'spaces-behind':
      return ok(concat([bytes, padding]));
    case 'spaces-before':
      return ok(concat([padding, bytes]));
    default: {
      const never: never = part.pad;
      return never;
    }
  }
}

function textOf(part: TextPart, { ticket, window, text }: WindowDisplayContent): string {
  if (part.of === 'ticket') return ticket;
  if (part.of === 'window') return window;
  if (text === null) return ticket;
  return part.encoding === 'gb2312' ? text.zh : text.en;
}

function asciiBytes(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0x20 && code < 0x7f ? code : 0x20;
  });
}

function checkBytes(part: CheckPart, covered: Uint8Array): Uint8Array {
  switch (part.kind) {
    case 'xor':
      return Uint8Array.of(xorOf(covered));
    case 'sum8':
      return Uint8Array.of(covered.reduce((sum, byte) => (sum + byte) & 0xff, 0));
    case 'crc16-modbus':
      return ordered(crc16Modbus(covered), part.order);
    case 'crc16-arc':
      return ordered(crc16Arc(covered), part.order);
    default: {
      const never: never = part.kind;
      return never;
    }
  }
}

function ordered(value: number, order: 'low-first' | 'high-first'): Uint8Array {
  const [low, high] = [value & 0xff, value >> 8];
  return order === 'low-first' ? Uint8Array.of(low, high) : Uint8Array.of(high, low);
}

/** What a display reads out of a frame. */
export interface TemplateReading {
  readonly number: number | null;
  /** Encoded and padded as they came, in the order of the parts. */
  readonly texts: readonly Uint8Array[];
}

function lengthOf(part: TemplatePart): number {
  switch (part.part) {
    case 'bytes':
      return fromHex(part.hex).length;
    case 'address':
      return part.as === 'byte' ? 1 : 3;
    case 'number':
      return 2;
    case 'text':
      return part.pad === 'none' ? 0 : part.maxBytes;
    case 'check':
      return part.kind === 'xor' || part.kind === 'sum8' ? 1 : 2;
    default: {
      const never: never = part;
      return never;
    }
  }
}

/** The bytes that begin every frame of this template: what stands before its first number, text or check. */
export function fixedHead(template: DisplayTemplate): Uint8Array {
  const varying = template.parts.findIndex((part) => part.part !== 'bytes' && part.part !== 'address');
  const head = template.parts.slice(0, varying).reduce((total, part) => total + lengthOf(part), 0);
  const blank = encodeBlank(template);
  return blank.ok ? blank.value.slice(0, head) : new Uint8Array(0);
}

/** The display's side: reads one whole frame; null for anything else, a wrong check or address included. */
export function readFrame(template: DisplayTemplate, frame: Uint8Array): TemplateReading | null {
  const fixedLength = template.parts.reduce((total, part) => total + lengthOf(part), 0);
  const varyingLength = frame.length - fixedLength;
  const starts: number[] = [];
  const texts: Uint8Array[] = [];
  let number: number | null = null;
  let at = 0;
  if (varyingLength < 0) return null;
  for (const part of template.parts) {
    starts.push(at);
    const isVarying = part.part === 'text' && part.pad === 'none';
    const bytes = frame.subarray(at, at + lengthOf(part) + (isVarying ? varyingLength : 0));
    at += bytes.length;
    if (part.part === 'text') {
      if (bytes.length > part.maxBytes) return null;
      texts.push(bytes.slice());
    } else if (part.part === 'number') {
      const [first, second] = [byteAt(bytes, 0), byteAt(bytes, 1)];
      number = part.order === 'low-first' ? first + second * 256 : first * 256 + second;
    } else {
      const expected =
        part.part === 'check'
          ? ok(checkBytes(part, frame.subarray(starts[part.fromPart] ?? 0, at - bytes.length)))
          : partBytes(part, template.address, null);
      if (!expected.ok || !isSame(expected.value, bytes)) return null;
    }
  }
  return at === frame.length ? { number, texts } : null;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** The most bytes that a frame of this template has. */
export function maxFrameBytes(template: DisplayTemplate): number {
  return template.parts.reduce(
    (total, part) => total + (part.part === 'text' ? part.maxBytes : lengthOf(part)),
    0,
  );
}
