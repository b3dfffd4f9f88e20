import { fault, type Fault } from '#contract/fault.ts';
import type { LineDisplayDialect } from '#contract/queue-display.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { DisplayDialect } from '../runtime/display-dialect.ts';
import { encodeLines, encodeReset, shapes } from './protocol.ts';

/** Nobody answers: the next frame follows after the line's pause. */
const noDelays = { answerMs: 0, probeMs: 0, retryMs: 0 } as const;

/**
 * A display that hears and never speaks. `ready` says that its line takes bytes, and no more; as its power
 * may be cut unseen and a byte may be lost, what should stand there is sent again and again.
 */
export function lineDialect(dialect: LineDisplayDialect): DisplayDialect {
  return {
    protocol: dialect,
    identity: `${dialect} (never answers)`,
    delays: noDelays,
    answersNameDisplay: true,
    question: null,
    show: (content) => {
      const lines = linesOf(content, dialect);
      if (!lines.ok) return lines;
      return ok({ bytes: encodeLines(dialect, lines.value), reader: null });
    },
    clear: { bytes: encodeReset(dialect), reader: null },
    clearAll: null,
  };
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
