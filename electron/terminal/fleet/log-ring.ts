import { MAX_LOG_BYTES } from '#contract/fleet.ts';
import type { Clock } from '#contract/ports.ts';
import { redact, type Log } from '../log.ts';

/** The newest lines of the log, for whoever asks from afar: redacted before they are kept. */
export interface LogRing {
  readonly log: Log;
  /** One line of JSON each, the oldest first; the newest `count`, and no more bytes than an outcome may have. */
  newest(count: number): string;
}

const MOST_LINES = 2000;
const MOST_LINE_CHARS = 2000;

export function createLogRing(clock: Clock, log: Log): LogRing {
  const lines: string[] = [];
  return {
    log: (line) => {
      log(line);
      const text = redact(JSON.stringify({ at: new Date(clock.now()).toISOString(), ...line }));
      lines.push(text.slice(0, MOST_LINE_CHARS));
      if (lines.length > MOST_LINES) lines.shift();
    },
    newest: (count) => {
      let bytes = 0;
      const chosen = lines
        .slice(-count)
        .reverse()
        .filter((line) => {
          bytes += Buffer.byteLength(line) + 1;
          return bytes <= MAX_LOG_BYTES;
        });
      return chosen
        .reverse()
        .map((line) => `${line}\n`)
        .join('');
    },
  };
}
