import type { LineDisplayDialect } from '#contract/queue-display.ts';
import type { Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { ByteChannel } from '../channel/channel.ts';
import type { Identified } from '../runtime/device.ts';
import type { WindowDisplaySession } from '../runtime/window-display.ts';
import { encodeLines, encodeReset, shapes } from './protocol.ts';

/** Commands to one display that hears and never speaks. The caller sends one at a time. */
export class LineDisplaySession implements WindowDisplaySession {
  readonly #write: ByteChannel['write'];
  readonly #dialect: LineDisplayDialect;
  /** null while nothing stands there. */
  #current: Uint8Array | null = null;

  constructor(write: ByteChannel['write'], dialect: LineDisplayDialect) {
    this.#write = write;
    this.#dialect = dialect;
  }

  /** Whatever comes is not from a display of this kind. */
  receive(): void {}

  end(): void {}

  /** No handshake exists: that the line takes bytes is all that can be known. Faults: device.lost, device.silent. */
  async identify(): Promise<Result<Identified>> {
    const written = await this.clear();
    if (!written.ok) return written;
    return ok({ identity: `${this.#dialect} (never answers)`, needs: [] });
  }

  /** Its power may have been cut unseen, and a byte may have been lost: what should stand there is sent again. */
  async heartbeat(): Promise<Result<readonly Attention[]>> {
    const written = await this.#write(this.#current ?? encodeReset(this.#dialect));
    return written.ok ? ok([]) : written;
  }

  /** Faults: those of the line; device.refused for a ticket that does not fit. */
  async show(content: WindowDisplayContent): Promise<Result<void>> {
    const lines = linesOf(content, this.#dialect);
    if (!lines.ok) return lines;
    this.#current = encodeLines(this.#dialect, lines.value);
    return this.#write(this.#current);
  }

  clear(): Promise<Result<void>> {
    this.#current = null;
    return this.#write(encodeReset(this.#dialect));
  }
}

/** Faults: device.refused. A shortened number would call somebody else. */
function linesOf(
  content: WindowDisplayContent,
  dialect: LineDisplayDialect,
): Result<readonly [string, string], Fault> {
  const { columns, lines } = shapes[dialect];
  const { ticket, window, text } = content;
  if (lines === 1) {
    // Seven bars cannot draw most letters.
    const digits = ticket.replace(/\D/g, '');
    if (digits === '' || digits.length > columns)
      return err(fault('device.refused', `${digits.length} digits, and room for ${columns}`));
    return ok([digits, '']);
  }
  const isSentenceShort = text !== null && text.en.length <= columns && /^[\x20-\x7e]*$/.test(text.en);
  return ok([ticket, isSentenceShort ? text.en : window]);
}
