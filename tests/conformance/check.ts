import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Answer } from './client.ts';

const SHOWN = 300;

/** A rule does not hold: what it expects, and what came. */
export class Broken extends Error {
  readonly expected: string;
  readonly came: string;

  constructor(expected: string, came: string) {
    super(`expected ${expected}, came ${came}`);
    this.expected = expected;
    this.came = came;
  }
}

export function told(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

export function toldAnswer({ status, text }: Pick<Answer, 'status' | 'text'>): string {
  return `${String(status)} ${told(text)}`.trim();
}

export function holds(condition: boolean, expected: string, came: unknown): void {
  if (!condition) throw new Broken(expected, told(came));
}

export function same(came: unknown, expected: unknown, what: string): void {
  if (!isDeepStrictEqual(came, expected)) throw new Broken(`${what} ${told(expected)}`, told(came));
}

export function hasStatus(answer: Pick<Answer, 'status' | 'text'>, ...statuses: readonly number[]): void {
  holds(statuses.includes(answer.status), `status ${statuses.join(' or ')}`, toldAnswer(answer));
}

/** An answer that is what the norm says it is. */
export function read<T>(answer: Answer, schema: z.ZodType<T>): T {
  hasStatus(answer, 200);
  const parsed = schema.safeParse(answer.json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Broken(
    `an answer of the norm's form (${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? ''})`,
    toldAnswer(answer),
  );
}

/** A refusal by its name; the first of `codes` is the norm's own word for it. */
export function refuses(answer: Answer, status: number, ...codes: readonly string[]): void {
  const came = codeOf(answer);
  holds(
    answer.status === status && came !== null && codes.includes(came),
    `${String(status)} ${codes.join(' or ')}`,
    toldAnswer(answer),
  );
}

export function codeOf({ json }: Pick<Answer, 'json'>): string | null {
  return typeof json === 'object' && json !== null && 'code' in json && typeof json.code === 'string'
    ? json.code
    : null;
}

export function dataOf({ json }: Pick<Answer, 'json'>): unknown {
  return typeof json === 'object' && json !== null && 'data' in json ? json.data : undefined;
}
