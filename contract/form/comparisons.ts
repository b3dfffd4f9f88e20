import type { Comparison, Condition } from '../item-field.ts';

/** Every comparison inside a condition; apart from what judges answers, since a screen asks it and loads no schema. */
export function comparisonsIn(condition: Condition | undefined): Comparison[] {
  if (!condition) return [];
  if ('all' in condition) return condition.all.flatMap(comparisonsIn);
  if ('any' in condition) return condition.any.flatMap(comparisonsIn);
  if ('not' in condition) return comparisonsIn(condition.not);
  return [condition];
}
