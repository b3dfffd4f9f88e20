/** One line of JSON. Never a personal value: ids, counts, durations and codes only. */
export type Log = (line: Readonly<Record<string, string | number | boolean | null>>) => void;

/** What may be said about an unexpected error: its kind and place, not its text, which can quote a row. */
export function describeError(error: unknown): { kind: string; code: string; at: string } {
  if (!(error instanceof Error)) return { kind: typeof error, code: '', at: '' };
  const frame = error.stack?.split('\n').find((line) => line.startsWith('    at ')) ?? '';
  return { kind: error.name, code: errorCode(error), at: frame.trim() };
}

/** `ECONNREFUSED`, or the five characters of PostgreSQL's appendix A; empty when there is none. */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}
