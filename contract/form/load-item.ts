import { fault, type Fault } from '../fault.ts';
import type { Condition, Field, ServiceItem } from '../item.ts';
import { serviceItemSchema } from '../item.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';

/**
 * Parses an item and proves what the schema cannot say: patterns compile, conditions and rules name fields
 * that exist, ids are unique. A broken item is refused by name at load, never in the middle of a form.
 * Fault: `item.broken` with the first problem.
 */
export function loadItem(input: unknown): Result<ServiceItem, Fault> {
  const parsed = serviceItemSchema.safeParse(input);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return err(fault('item.broken', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not an item'}`));
  }
  const problem = firstProblem(parsed.data);
  return problem === null ? ok(parsed.data) : err(fault('item.broken', `${parsed.data.slug}: ${problem}`));
}

function firstProblem(item: ServiceItem): string | null {
  const fields = item.form.sections.flatMap((section) => section.fields);
  const ids = new Set<string>();
  for (const field of fields) {
    if (ids.has(field.id)) return `field ${field.id} stands twice`;
    ids.add(field.id);
  }
  for (const section of item.form.sections) {
    const problem = conditionProblem(section.visibleWhen, ids);
    if (problem) return `section ${section.id}: ${problem}`;
  }
  for (const field of fields) {
    const problem = fieldProblem(field, ids);
    if (problem) return `field ${field.id}: ${problem}`;
  }
  for (const rule of item.eligibility) {
    if (rule.check && !ids.has(rule.check.field))
      return `eligibility ${rule.id}: no field ${rule.check.field}`;
  }
  for (const { id, condition } of [...item.materials, ...item.consents]) {
    const problem = conditionProblem(condition, ids);
    if (problem) return `${id}: ${problem}`;
  }
  return null;
}

function fieldProblem(field: Field, ids: ReadonlySet<string>): string | null {
  const condition = conditionProblem(field.visibleWhen, ids);
  if (condition) return condition;
  if (field.type === 'group') {
    const inner = new Set([...ids, ...field.fields.map((child) => child.id)]);
    for (const child of field.fields) {
      const problem = fieldProblem(child, inner);
      if (problem) return `${child.id}: ${problem}`;
    }
    return null;
  }
  if ('pattern' in field && field.pattern !== undefined) {
    try {
      new RegExp(field.pattern, 'u');
    } catch {
      return 'the pattern does not compile with the u flag';
    }
  }
  if ('equalsField' in field && field.equalsField !== undefined && !ids.has(field.equalsField)) {
    return `no field ${field.equalsField}`;
  }
  if ('differsFrom' in field && field.differsFrom !== undefined && !ids.has(field.differsFrom)) {
    return `no field ${field.differsFrom}`;
  }
  return null;
}

function conditionProblem(condition: Condition | undefined, ids: ReadonlySet<string>): string | null {
  return condition && !ids.has(condition.field)
    ? `depends on ${condition.field}, which does not exist`
    : null;
}
