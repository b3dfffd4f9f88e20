import type { ItemSummary } from '#contract/item.ts';
import type { LocalizedText } from '#contract/localized.ts';

export type GroupedBy = 'theme' | 'department';

export interface ItemGroup {
  readonly key: string;
  readonly title: LocalizedText;
  readonly items: readonly ItemSummary[];
}

/** Groups stand where the first of their items stands, which is the order of the platform. */
export function groupItems(items: readonly ItemSummary[], by: GroupedBy): ItemGroup[] {
  const groups = new Map<string, { key: string; title: LocalizedText; items: ItemSummary[] }>();
  for (const item of items) {
    const key = by === 'theme' ? item.theme.code : item.department.uscc;
    const group = groups.get(key) ?? { key, title: item[by], items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()];
}
