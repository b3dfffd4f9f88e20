import type { Fault } from './fault.ts';

/**
 * A failure that can be expected is a value, not an exception: hardware, lines, cards and platforms fail
 * in ways that we know. Exceptions are left for a programmer's error.
 */
export type Result<T, F = Fault> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly fault: F };

export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function err<F>(fault: F): { readonly ok: false; readonly fault: F } {
  return { ok: false, fault };
}
