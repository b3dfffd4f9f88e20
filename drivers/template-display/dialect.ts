import type { DisplayTemplate } from '#contract/queue-display.ts';
import { ok } from '#contract/result.ts';
import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { indexOfBytes } from '../codec/bytes.ts';
import type { AnswerReader, DisplayDialect, DisplayRequest } from '../runtime/display-dialect.ts';
import { encodeBlank, encodeContent } from './protocol.ts';
import { answerBytes } from './template.ts';

/** Every delay of one exchange. */
export const templateDelays = { answerMs: 300, probeMs: 200, retryMs: 100 } as const;

const MAX_ANSWER_BYTES = 64;

/** A display whose frame is configured. What should stand there is its handshake: no other is known. */
export function templateDialect(template: DisplayTemplate): DisplayDialect {
  const answer = answerBytes(template);
  const request = (bytes: Uint8Array): DisplayRequest => ({
    bytes,
    reader: answer === null ? null : () => readerOf(answer),
  });
  const blank = encodeBlank(template);
  if (!blank.ok) throw new Error('a blank that does not fit its own template');
  return {
    protocol: 'template',
    identity: `display ${template.address}${answer === null ? ' (never answers)' : ''}`,
    delays: templateDelays,
    // Whether the configured bytes are this display's alone, nobody can tell.
    answersNameDisplay: false,
    question: null,
    show: (content) => {
      const frame = encodeContent(template, content);
      return frame.ok ? ok(request(frame.value)) : frame;
    },
    clear: request(blank.value),
    clearAll: null,
  };
}

function readerOf(answer: Uint8Array): AnswerReader {
  const buffer = new BoundedBuffer(MAX_ANSWER_BYTES);
  return {
    push: (bytes) => {
      for (const byte of bytes) {
        buffer.append(Uint8Array.of(byte));
        if (indexOfBytes(buffer.bytes, answer, 0) >= 0) return { type: 'taken' };
      }
      return null;
    },
  };
}
