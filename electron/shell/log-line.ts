import { redact, type Log, type LogLine } from '#terminal/log.ts';

/** One JSON object a line on standard error: journald and the Windows service wrapper keep it from there. */
export function logTo(write: (text: string) => void, now: () => number): Log {
  return (line) => {
    const at = new Date(now()).toISOString();
    const safe: LogLine = line.detail === undefined ? line : { ...line, detail: redact(line.detail) };
    write(`${JSON.stringify({ at, ...safe })}\n`);
  };
}

/** What an unexpected error may tell the log: its kind and place, cut short. */
export function errorDetail(error: unknown): string {
  return (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 2_000);
}
