import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';

/** The most characters a QR code holds (version 40-L, digits 7089; letters and digits 4296). */
export const MAX_CONTENT_BYTES = 4_296;
/** `]Q1`: QR code, model 2, as ISO/IEC 15424 marks it. */
export const AIM_ID = Uint8Array.of(0x5d, 0x51, 0x31);

const HIDDEN = '[scanned code]';

/**
 * What stood in a code: an opaque, short-lived token that only the platform can resolve, and that opens a
 * person's data while it lives. It shows itself to nobody by accident: not in a log, a trace or JSON.
 */
export class ScannedCode {
  readonly #content: string;

  constructor(content: string) {
    this.#content = content;
  }

  /** For handing it on to the resolver, and for nothing else. */
  reveal(): string {
    return this.#content;
  }

  equals(other: ScannedCode): boolean {
    return this.#content === other.#content;
  }

  toString(): string {
    return HIDDEN;
  }

  toJSON(): string {
    return HIDDEN;
  }
}

/**
 * UTF-8, else GB18030 (both fatal), without `]Q1` where the profile has it. Faults: device.garbled for what is
 * neither or holds control characters that no code holds, device.frame-too-long. Details give byte counts only.
 */
export function decodeContent(bytes: Uint8Array, hasAimId: boolean): Result<ScannedCode> {
  const isMarked = hasAimId && AIM_ID.every((byte, index) => bytes[index] === byte);
  const payload = isMarked ? bytes.subarray(AIM_ID.length) : bytes;
  if (payload.length === 0) return err(fault('device.garbled', 'a code without content'));
  if (payload.length > MAX_CONTENT_BYTES) {
    return err(fault('device.frame-too-long', `a code of ${payload.length} bytes`));
  }
  if (payload.some(isForeignControl)) {
    return err(fault('device.garbled', `a code of ${payload.length} bytes with control characters`));
  }
  const text = decodeAs('utf-8', payload) ?? decodeAs('gb18030', payload);
  if (text === null) {
    return err(fault('device.garbled', `a code of ${payload.length} bytes, neither UTF-8 nor GB18030`));
  }
  return ok(new ScannedCode(text));
}

/** Tab and line ends stand in contact cards, EOT and FS to RS in GS1 codes; any other is noise on the line. */
const CONTENT_CONTROLS: ReadonlySet<number> = new Set([0x04, 0x09, 0x0a, 0x0d, 0x1c, 0x1d, 0x1e]);

function isForeignControl(byte: number): boolean {
  return (byte < 0x20 || byte === 0x7f) && !CONTENT_CONTROLS.has(byte);
}

function decodeAs(encoding: 'utf-8' | 'gb18030', bytes: Uint8Array): string | null {
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    // A fatal decoder has no other way to say that the bytes are not its encoding.
    return null;
  }
}
