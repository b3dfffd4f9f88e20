import type { Result } from '#contract/result.ts';

/** The value of what must have gone well; else throws, with the fault's code and detail. */
export function expectValue<T>(
  result: Result<T, { readonly code: string; readonly detail?: string | undefined }>,
): T {
  if (result.ok) return result.value;
  const { code, detail } = result.fault;
  throw new Error(detail === undefined ? code : `${code}: ${detail}`);
}
