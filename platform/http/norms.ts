import { chainsJsonSchema, itemJsonSchema } from '#contract/item-norm.ts';

/** What a department's tools check a publication by, as it is served. */
export const norms: ReadonlyMap<string, string> = new Map([
  ['/norm/item.schema.json', JSON.stringify(itemJsonSchema())],
  ['/norm/chains.schema.json', JSON.stringify(chainsJsonSchema())],
]);
