import type { Answers } from '../answers.ts';
import type { Chain, ChainStep } from '../chain.ts';
import type { Consent, Eligibility, EligibilityCheck, Material, ServiceItem } from '../item.ts';
import type { Comparison, Condition, Field, GroupField, LeafField, Section } from '../item-field.ts';
import { boundField } from './bounds.ts';
import { derivedFrom } from './autofill.ts';
import { formulaOf } from './computed.ts';

/**
 * One form out of several items of a chain (一件事): an item like any other for the engine, whose fields carry the
 * step that they belong to in their ids. What several items ask under the same name (`reuse`) the engine asks once;
 * consents and papers that are the same stand once. Taken apart again, each item has all the answers of its own form.
 */
export interface ChainForm {
  readonly chain: Pick<Chain, 'id' | 'name'>;
  /** For the engine, and for nobody to be received under. */
  readonly item: ServiceItem;
  /** In the order of their steps. */
  readonly parts: readonly ChainPart[];
}

export interface ChainPart {
  readonly step: ChainStep;
  readonly item: ServiceItem;
  /** Under which id of the whole form a consent of the item, or a paper, stands. */
  readonly consentIds: ReadonlyMap<string, string>;
  readonly materialIds: ReadonlyMap<string, string>;
}

/** A step that is applied for, and the item that it names. */
export type ChosenStep = Pick<ChainPart, 'step' | 'item'>;

/** Null without any item. */
export function composeChain(
  chain: Pick<Chain, 'id' | 'name'>,
  chosen: readonly ChosenStep[],
): ChainForm | null {
  const ordered = [...chosen].sort((a, b) => a.step.order - b.step.order);
  const [first] = ordered;
  if (!first) return null;
  const consents = shared(ordered, (item) => item.consents, isSameConsent);
  const materials = shared(ordered, (item) => item.materials, isSameMaterial);
  const parts = ordered.map(({ step, item }, index): ChainPart => ({
    step,
    item,
    consentIds: consents.ids[index] ?? new Map(),
    materialIds: materials.ids[index] ?? new Map(),
  }));
  const item: ServiceItem = {
    ...first.item,
    slug: chain.id,
    name: chain.name,
    plain: chain.name,
    aliases: [],
    chains: [],
    eligibility: ordered.flatMap((part) => part.item.eligibility.map((rule) => renamedRule(part, rule))),
    offline: {
      ...first.item.offline,
      mode: ordered.every((part) => part.item.offline.mode === 'store-and-forward')
        ? 'store-and-forward'
        : 'none',
    },
    materials: materials.all.map(({ part, one }) => ({ ...one, ...renamedOf(part, one) })),
    consents: consents.all.map(({ part, one }) => ({ ...one, ...renamedOf(part, one) })),
    form: {
      sections: ordered.flatMap((part) => part.item.form.sections.map((one) => renamedSection(part, one))),
    },
    lists: {},
    calendars: Object.fromEntries(
      ordered.flatMap((part) =>
        Object.entries(part.item.calendars).map(([id, days]) => [calendarId(part, id), days]),
      ),
    ),
    parameters: Object.fromEntries(
      ordered.flatMap((part) =>
        Object.entries(part.item.parameters).map(([id, value]) => [partId(part, id), value]),
      ),
    ),
  };
  return { chain, item, parts };
}

/** The form without some of its items; null when none is left. */
export function withoutParts(form: ChainForm, orders: ReadonlySet<number>): ChainForm | null {
  return composeChain(
    form.chain,
    form.parts.filter(({ step }) => !orders.has(step.order)),
  );
}

/**
 * What the platform starts by itself: the automatic steps, of those that wait for others only where all of these are
 * applied for, or started themselves.
 */
export function startedByPlatform(steps: readonly ChainStep[], form: ChainForm): ChainStep[] {
  const under = new Set(form.parts.map(({ step }) => step.order));
  const started: ChainStep[] = [];
  for (const step of [...steps].sort((a, b) => a.order - b.order)) {
    if (step.kind !== 'auto' || !step.needs.every((order) => under.has(order))) continue;
    under.add(step.order);
    started.push(step);
  }
  return started;
}

/** What the whole form's answers, or anything by its ids, say to one item. */
export function answersOfPart(part: ChosenStep, answers: Answers): Answers {
  const prefix = partId(part, '');
  return Object.fromEntries(
    Object.entries(answers).flatMap(([id, answer]) =>
      id.startsWith(prefix) ? [[id.slice(prefix.length), answer]] : [],
    ),
  );
}

/** The step that an id of the whole form belongs to; null for one of no chain. */
export function stepOfId(id: string): number | null {
  const order = /^s(\d{1,2})x/.exec(id)?.[1];
  return order === undefined ? null : Number(order);
}

/** What must be closed before a step starts, of those that are applied for together. */
export function needsAmong(form: ChainForm, { step }: ChainPart): number[] {
  return step.needs.filter((order) => form.parts.some((other) => other.step.order === order));
}

/** An item's own id, of a field or a page, in the whole form: begins with a letter and holds nothing that a field's may not. */
export function partId({ step }: ChosenStep, id: string): string {
  return `s${String(step.order)}x${id}`;
}

/** Ids of calendars have no digits. */
function calendarId({ step }: ChosenStep, id: string): string {
  const letters = Array.from(String(step.order), (digit) => 'abcdefghij'[Number(digit)]).join('');
  return `s${letters}-${id}`;
}

interface Shared<T> {
  readonly all: { readonly part: ChosenStep; readonly one: T }[];
  /** By position of the item: own id → id in the whole form. */
  readonly ids: Map<string, string>[];
}

function shared<T extends { readonly id: string }>(
  parts: readonly ChosenStep[],
  of: (item: ServiceItem) => readonly T[],
  isSame: (a: T, b: T) => boolean,
): Shared<T> {
  const all: Shared<T>['all'] = [];
  const ids = parts.map((part) => {
    const own = new Map<string, string>();
    for (const one of of(part.item)) {
      // What is the same twice in one item is its own business.
      const before = all.find((other) => other.part !== part && isSame(other.one, one));
      own.set(one.id, before ? partId(before.part, before.one.id) : partId(part, one.id));
      if (!before) all.push({ part, one });
    }
    return own;
  });
  return { all, ids };
}

/** Those under a condition are each item's own: the answers that decide are. */
function isSameConsent(a: Consent, b: Consent): boolean {
  return (
    a.condition === undefined &&
    b.condition === undefined &&
    a.kind === b.kind &&
    a.text.zh === b.text.zh &&
    a.required === b.required &&
    a.signBy === b.signBy
  );
}

function isSameMaterial(a: Material, b: Material): boolean {
  return (
    a.condition === undefined &&
    b.condition === undefined &&
    a.name.zh === b.name.zh &&
    a.necessity === b.necessity &&
    a.eCert === b.eCert &&
    a.obtain.join() === b.obtain.join()
  );
}

function renamedOf(
  part: ChosenStep,
  { id, condition }: { readonly id: string; readonly condition?: Condition | undefined },
): { id: string; condition?: Condition } {
  return {
    id: partId(part, id),
    ...(condition === undefined
      ? {}
      : { condition: renamedCondition(condition, (name) => partId(part, name)) }),
  };
}

function renamedRule(part: ChosenStep, rule: Eligibility): Eligibility {
  const id = partId(part, rule.id);
  return rule.check === undefined ? { ...rule, id } : { ...rule, id, check: renamedCheck(part, rule.check) };
}

function renamedCheck(part: ChosenStep, check: EligibilityCheck): EligibilityCheck {
  const name = (id: string): string => partId(part, id);
  switch (check.rule) {
    case 'identityRead':
      return check;
    case 'perHeadBelow': {
      const { value } = check;
      return {
        ...check,
        total: name(check.total),
        people: name(check.people),
        value: typeof value === 'number' ? value : `param.${name(value.slice('param.'.length))}`,
      };
    }
    case 'ageAtLeast':
    case 'ageAtMost':
    case 'ageBelow':
      return {
        ...check,
        field: name(check.field),
        ...(check.on === undefined ? {} : { on: name(check.on) }),
      };
    default: {
      const never: never = check;
      return never;
    }
  }
}

function renamedSection(part: ChosenStep, section: Section): Section {
  const name = (id: string): string => partId(part, id);
  return {
    ...section,
    id: name(section.id),
    ...(section.visibleWhen === undefined
      ? {}
      : { visibleWhen: renamedCondition(section.visibleWhen, name) }),
    fields: section.fields.map((field): Field =>
      field.type === 'group' ? renamedGroup(part, field) : renamedLeaf(part, field, name),
    ),
  };
}

/** Inside a group its own fields keep their ids, which are looked for there first. */
function renamedGroup(part: ChosenStep, group: GroupField): GroupField {
  const own = new Set(group.fields.map(({ id }) => id));
  const name = (id: string): string => (own.has(id) ? id : partId(part, id));
  return {
    ...group,
    id: name(group.id),
    ...(group.visibleWhen === undefined ? {} : { visibleWhen: renamedCondition(group.visibleWhen, name) }),
    fields: group.fields.map((field) => renamedLeaf(part, field, name)),
  };
}

function renamedLeaf<T extends LeafField>(part: ChosenStep, field: T, name: (id: string) => string): T {
  const changed: Record<string, unknown> = { id: name(field.id) };
  if (field.visibleWhen) changed['visibleWhen'] = renamedCondition(field.visibleWhen, name);
  const derived = derivedFrom(field);
  if (derived.length > 0) changed['autofill'] = `derive.${derived.map(name).join('+')}`;
  if (field.type === 'name' && field.equalsField !== undefined)
    changed['equalsField'] = name(field.equalsField);
  if (field.type === 'idcard' && field.differsFrom !== undefined)
    changed['differsFrom'] = name(field.differsFrom);
  if (field.type === 'date' || field.type === 'datetime' || field.type === 'month') {
    if (field.min !== undefined) changed['min'] = renamedBound(field.min, name);
    if (field.max !== undefined) changed['max'] = renamedBound(field.max, name);
  }
  if (field.type === 'date' && field.calendar !== undefined)
    changed['calendar'] = calendarId(part, field.calendar);
  if ((field.type === 'number' || field.type === 'money') && field.computed !== undefined)
    changed['computed'] = renamedFormula(field.computed, name);
  // The same keys, with other names in them.
  return { ...field, ...changed } as T;
}

function renamedBound(bound: string, name: (id: string) => string): string {
  return boundField(bound) === null ? bound : name(bound);
}

function renamedFormula(computed: string, name: (id: string) => string): string {
  const formula = formulaOf(computed);
  return formula.kind === 'age'
    ? `age(${name(formula.field)})`
    : `sum(${name(formula.group)}.${formula.field})`;
}

function renamedCondition(condition: Condition, name: (id: string) => string): Condition {
  const inner = (part: Comparison): Comparison => ({ ...part, field: name(part.field) });
  // A condition of a condition has the same form one level less deep.
  const deeper = <T>(part: T): T => renamedCondition(part as Condition, name) as T;
  if ('all' in condition) return { all: condition.all.map(deeper) };
  if ('any' in condition) return { any: condition.any.map(deeper) };
  if ('not' in condition) return { not: deeper(condition.not) };
  return inner(condition);
}
