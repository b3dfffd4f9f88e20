import { leafFields } from '#contract/form/autofill.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { CorrectionEntry, CorrectionTarget } from '#contract/progress.ts';

/** Names what is to be corrected as its own page or guide does. Null: the item has no such page or paper. */
export function namedEntries(
  item: ServiceItem,
  entries: readonly Omit<CorrectionEntry, 'name'>[],
): CorrectionEntry[] | null {
  const named: CorrectionEntry[] = [];
  for (const entry of entries) {
    const name = nameOf(item, entry.target);
    if (name === null) return null;
    named.push({ ...entry, name });
  }
  return named;
}

function nameOf(item: ServiceItem, target: CorrectionTarget): LocalizedText | null {
  if (target.of === 'paper') return item.materials.find(({ id }) => id === target.materialId)?.name ?? null;
  const [fieldId, , entryField] = target.pageId.split('.');
  const group = item.form.sections
    .flatMap(({ fields }) => fields)
    .find((field) => field.type === 'group' && field.id === fieldId);
  if (entryField === undefined) {
    return group?.label ?? leafFields(item).find(({ id }) => id === fieldId)?.label ?? null;
  }
  return group?.type === 'group' ? (group.fields.find(({ id }) => id === entryField)?.label ?? null) : null;
}
