import { z } from 'zod';
import { fault, type Fault } from '../fault.ts';
import type { Condition, Field, GroupField, LeafField } from '../item-field.ts';
import { itemSlugSchema, serviceItemSchema, type EligibilityCheck, type ServiceItem } from '../item.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import { derivedFrom } from './autofill.ts';
import { boundField } from './bounds.ts';
import { formulaOf } from './computed.ts';
import { comparisonsIn } from './comparisons.ts';

/**
 * Parses an item and proves what the schema cannot say: patterns compile, whatever a field, a condition or a rule
 * names is there and comes before it, ids are unique. A broken item is refused by name at load, never in the
 * middle of a form. Lists that fields name are filled in; loading what was loaded changes nothing.
 * Fault: `item.broken` with the item's slug, where, and the first problem.
 */
export function loadItem(input: unknown): Result<ServiceItem, Fault> {
  const parsed = serviceItemSchema.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const where = issue?.path.map(String).join('.') ?? '';
    return broken(slugOf(input), `${where}: ${issue?.message ?? 'not an item'}`);
  }
  const item = withLists(parsed.data);
  const problem = firstProblem(item);
  return problem === null ? ok(item) : broken(item.slug, problem);
}

function broken(slug: string, problem: string): Result<never, Fault> {
  return err(fault('item.broken', `${slug}: ${problem}`));
}

function slugOf(input: unknown): string {
  const named = z.object({ slug: itemSlugSchema }).safeParse(input);
  return named.success ? named.data.slug : 'an item without a slug';
}

function withLists(item: ServiceItem): ServiceItem {
  const leaf = <T extends LeafField>(field: T): T => {
    if (!('optionsFrom' in field) || field.optionsFrom === undefined) return field;
    const options = item.lists[field.optionsFrom];
    return options ? { ...field, options } : field;
  };
  const sections = item.form.sections.map((section) => ({
    ...section,
    fields: section.fields.map((field) =>
      field.type === 'group' ? { ...field, fields: field.fields.map(leaf) } : leaf(field),
    ),
  }));
  return { ...item, form: { sections } };
}

/** The fields that a reference may name, by id. */
type Known = ReadonlyMap<string, Field>;

function firstProblem(item: ServiceItem): string | null {
  const known = new Map<string, Field>();
  for (const section of item.form.sections) {
    const hidden = conditionProblem(section.visibleWhen, known);
    if (hidden) return `section ${section.id}: ${hidden}`;
    for (const field of section.fields) {
      if (known.has(field.id)) return `field ${field.id} stands twice`;
      const problem = fieldProblem(field, known, item);
      if (problem) return `field ${field.id}: ${problem}`;
      known.set(field.id, field);
    }
  }
  for (const rule of item.eligibility) {
    const problem = rule.check ? ruleProblem(rule.check, known, item) : null;
    if (problem) return `eligibility ${rule.id}: ${problem}`;
  }
  for (const { id, condition } of [...item.materials, ...item.consents]) {
    const problem = conditionProblem(condition, known);
    if (problem) return `${id}: ${problem}`;
  }
  // Consents are given before the first answer: by then no condition holds, and it could never be ticked.
  const hidden = item.consents.find(({ required, condition }) => required && condition !== undefined);
  return hidden ? `${hidden.id}: is a required consent under a condition` : null;
}

function fieldProblem(field: Field, known: Known, item: ServiceItem): string | null {
  const hidden = conditionProblem(field.visibleWhen, known);
  if (hidden) return hidden;
  return field.type === 'group' ? groupProblem(field, known, item) : leafProblem(field, known, item);
}

function groupProblem(group: GroupField, known: Known, item: ServiceItem): string | null {
  const inner = new Map(known);
  for (const child of group.fields) {
    if (inner.has(child.id)) return `${child.id} stands twice`;
    const problem = conditionProblem(child.visibleWhen, inner) ?? leafProblem(child, inner, item);
    if (problem) return `${child.id}: ${problem}`;
    if ('computed' in child && child.computed !== undefined) return `${child.id}: is computed inside a group`;
    inner.set(child.id, child);
  }
  return group.repeat.min > group.repeat.max ? 'its least number is above its greatest' : null;
}

function leafProblem(field: LeafField, known: Known, item: ServiceItem): string | null {
  for (const id of derivedFrom(field)) if (!known.has(id)) return missing(id);
  switch (field.type) {
    case 'text':
    case 'textarea':
    case 'phone':
    case 'bankcard':
      return patternProblem(field.pattern);
    case 'name':
      return patternProblem(field.pattern) ?? namedProblem(field.equalsField, known, ['name']);
    case 'idcard':
      return patternProblem(field.pattern) ?? namedProblem(field.differsFrom, known, ['idcard']);
    case 'select':
    case 'radio':
      return choiceProblem(field, field.default === undefined ? [] : [field.default]);
    case 'multiselect':
      return choiceProblem(field, field.default ?? []);
    case 'date':
    case 'datetime':
    case 'month':
      return datedProblem(field, known, item);
    case 'number':
    case 'money':
      return field.computed === undefined ? null : formulaProblem(field.computed, known);
    case 'address':
    case 'signature':
      return null;
    default: {
      const never: never = field;
      return never;
    }
  }
}

function patternProblem(pattern: string | undefined): string | null {
  if (pattern === undefined) return null;
  try {
    new RegExp(pattern, 'u');
    return null;
  } catch {
    return 'the pattern does not compile with the u flag';
  }
}

function choiceProblem(
  field: LeafField & { type: 'select' | 'radio' | 'multiselect' },
  chosen: readonly string[],
): string | null {
  if (!field.options) {
    return field.optionsFrom === undefined ? 'has no options' : `the list ${field.optionsFrom} is not here`;
  }
  const values = field.options.map((option) => option.value);
  if (new Set(values).size !== values.length) return 'an option stands twice';
  const unknown = chosen.find((value) => !values.includes(value));
  return unknown === undefined ? null : `the default ${unknown} is no option`;
}

function datedProblem(
  field: LeafField & { type: 'date' | 'datetime' | 'month' },
  known: Known,
  item: ServiceItem,
): string | null {
  if (field.type === 'date' && field.calendar !== undefined && !item.calendars[field.calendar]) {
    return `the calendar ${field.calendar} is not here`;
  }
  for (const bound of [field.min, field.max]) {
    const named = bound === undefined ? null : boundField(bound);
    const problem = named === null ? null : namedProblem(named, known, [field.type]);
    if (problem) return problem;
  }
  return null;
}

function formulaProblem(computed: string, known: Known): string | null {
  const formula = formulaOf(computed);
  if (formula.kind === 'age') return namedProblem(formula.field, known, ['idcard', 'date', 'datetime']);
  const group = known.get(formula.group);
  if (group?.type !== 'group') return missing(formula.group);
  const inside = new Map(group.fields.map((field) => [field.id, field]));
  return namedProblem(formula.field, inside, ['number', 'money']);
}

function ruleProblem(check: EligibilityCheck, known: Known, item: ServiceItem): string | null {
  switch (check.rule) {
    case 'identityRead':
      return null;
    case 'perHeadBelow': {
      const isHere =
        typeof check.value === 'number' || Object.hasOwn(item.parameters, check.value.slice('param.'.length));
      if (!isHere) return `the parameter ${String(check.value)} is not here`;
      return namedProblem(check.total, known, ['money']) ?? namedProblem(check.people, known, ['group']);
    }
    case 'ageAtLeast':
    case 'ageAtMost':
    case 'ageBelow':
      return (
        namedProblem(check.field, known, ['idcard', 'date', 'datetime']) ??
        namedProblem(check.on, known, ['date', 'datetime'])
      );
    default: {
      const never: never = check;
      return never;
    }
  }
}

function conditionProblem(condition: Condition | undefined, known: Known): string | null {
  for (const comparison of comparisonsIn(condition)) {
    const field = known.get(comparison.field);
    if (!field) return `depends on ${comparison.field}, which does not come before it`;
    if ('contains' in comparison && field.type !== 'multiselect') return `${field.id} is no list of choices`;
    if (!('options' in field) || !field.options) continue;
    const values = field.options.map((option) => option.value);
    const unknown = comparedValues(comparison).find((value) => !values.includes(value));
    // A misspelt value would hide a question for ever.
    if (unknown !== undefined) return `${field.id} has no option ${unknown}`;
  }
  return null;
}

function comparedValues(comparison: ReturnType<typeof comparisonsIn>[number]): readonly string[] {
  if ('eq' in comparison) return [comparison.eq];
  if ('ne' in comparison) return [comparison.ne];
  if ('in' in comparison) return comparison.in;
  return 'contains' in comparison ? [comparison.contains] : [];
}

function namedProblem(id: string | undefined, known: Known, types: readonly Field['type'][]): string | null {
  if (id === undefined) return null;
  const field = known.get(id);
  if (!field) return missing(id);
  return types.includes(field.type) ? null : `${id} is of type ${field.type}`;
}

function missing(id: string): string {
  return `names ${id}, which does not come before it`;
}
