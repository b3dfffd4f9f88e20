import type { LogLevel, LogRow } from '#contract/technician-view.ts';
import { logLevels } from '#contract/technician-view.ts';
import { MAX_EXPORT_CHARS, MAX_LOG_LINES_AT_ONCE } from '#contract/technician-api.ts';
import type { Clock } from '#contract/ports.ts';
import { createChanges, watch, type Changes } from '../changes.ts';
import { redact, type Log, type LogLine } from '../log.ts';

export const logBookLimits = {
  /** Lines in memory, the oldest go first: some hours of a quiet terminal. Older ones are in the system's journal. */
  lines: 2_000,
  /** A stack or a trace of a photograph's length must not push everything else out. */
  detailChars: 1_000,
} as const;

const USUAL: LogLevel = 'info';

/** The last lines of the log, and how much is said. */
export interface LogBook {
  readonly log: Log;
  readonly changes: Pick<Changes, 'subscribe'>;
  level(): { readonly level: LogLevel; readonly untilMs: number | null };
  /** Back to the usual level by itself after `forMs`. */
  setLevel(level: LogLevel, forMs: number): void;
  /** The last lines, then those that come, in batches of at most `MAX_LOG_LINES_AT_ONCE`. A slow reader misses the oldest. */
  watch(signal: AbortSignal | undefined): AsyncGenerator<LogRow[], void, void>;
  /** What is in memory, one JSON object a line; the newest where it is too much. */
  text(): string;
  /** The newest, and no more of them than both allow. */
  newest(most: { readonly lines: number; readonly bytes: number }): string;
  close(): void;
}

export interface LogBookPorts {
  /** Where lines go for good. */
  readonly out: Log;
  readonly clock: Clock;
}

export function createLogBook({ out, clock }: LogBookPorts): LogBook {
  const lines = createChanges();
  const changes = createChanges();
  const rows: LogRow[] = [];
  let sequence = 0;
  let level: LogLevel = USUAL;
  let untilMs: number | null = null;
  let cancel: () => void = () => undefined;

  const isSaid = (line: LogLine, by: LogLevel): boolean => rank(line.level) >= rank(by);

  function log(line: LogLine): void {
    if (isSaid(line, level)) out(line);
    // Who made the journal quieter still sees here what is going on.
    if (!isSaid(line, rank(level) < rank(USUAL) ? level : USUAL)) return;
    sequence += 1;
    rows.push(rowOf(line, sequence, clock.now()));
    if (rows.length > logBookLimits.lines) rows.shift();
    lines.notify();
  }

  function setLevel(to: LogLevel, forMs: number): void {
    cancel();
    level = to;
    untilMs = null;
    if (to !== USUAL) {
      untilMs = clock.now() + forMs;
      cancel = clock.after(forMs, () => {
        setLevel(USUAL, 0);
      });
    }
    changes.notify();
  }

  function newest(most: { readonly lines: number; readonly bytes: number }): string {
    const texts: string[] = [];
    let bytes = 0;
    for (const row of rows.slice(-most.lines).toReversed()) {
      const text = `${JSON.stringify({ at: new Date(row.atMs).toISOString(), ...row })}\n`;
      bytes += Buffer.byteLength(text);
      if (bytes > most.bytes) break;
      texts.push(text);
    }
    return texts.toReversed().join('');
  }

  return {
    log,
    changes,
    level: () => ({ level, untilMs }),
    setLevel,
    watch: (signal) => {
      let seen = 0;
      return watch(
        lines,
        () => {
          const fresh = rows.filter((row) => row.sequence > seen).slice(-MAX_LOG_LINES_AT_ONCE);
          seen = sequence;
          return fresh;
        },
        signal,
      );
    },
    text: () => newest({ lines: logBookLimits.lines, bytes: MAX_EXPORT_CHARS }),
    newest,
    close: () => {
      cancel();
    },
  };
}

function rank(level: LogLevel): number {
  return logLevels.indexOf(level);
}

function rowOf({ level, event, code, device, detail }: LogLine, sequence: number, atMs: number): LogRow {
  return {
    sequence,
    atMs,
    level,
    event: event.slice(0, 80),
    code: code?.slice(0, 80) ?? null,
    device: device?.slice(0, 40) ?? null,
    detail: detail === undefined ? null : redact(detail).slice(0, logBookLimits.detailChars),
  };
}
