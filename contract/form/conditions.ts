import { leafOf, type Answers } from '../answers.ts';
import type { Comparison, Condition } from '../item-field.ts';

/** Whether a condition holds for the answers given; without one it always does. */
export function holds(condition: Condition | undefined, answers: Answers): boolean {
  if (!condition) return true;
  if ('all' in condition) return condition.all.every((part) => holds(part, answers));
  if ('any' in condition) return condition.any.some((part) => holds(part, answers));
  if ('not' in condition) return !holds(condition.not, answers);
  return compares(condition, answers);
}

function compares(comparison: Comparison, answers: Answers): boolean {
  const answer = leafOf(answers[comparison.field]);
  if (answer === undefined) return false;
  if ('contains' in comparison) return Array.isArray(answer) && answer.includes(comparison.contains);
  if (typeof answer !== 'string') return false;
  if ('eq' in comparison) return answer === comparison.eq;
  if ('ne' in comparison) return answer !== comparison.ne;
  if ('in' in comparison) return comparison.in.includes(answer);
  if (answer.trim() === '' || Number.isNaN(Number(answer))) return false;
  return 'atLeast' in comparison ? Number(answer) >= comparison.atLeast : Number(answer) <= comparison.atMost;
}
