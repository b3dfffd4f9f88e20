import { chainsJsonSchema, itemJsonSchema } from '#contract/item-norm.ts';
import { problemPages } from './problem-kinds.ts';

/** What a department's tools check a publication by, as it is served. */
export const norms: ReadonlyMap<string, string> = new Map([
  ['/norm/item.schema.json', JSON.stringify(itemJsonSchema())],
  ['/norm/chains.schema.json', JSON.stringify(chainsJsonSchema())],
]);

export interface PublishedDocument {
  readonly contentType: string;
  readonly text: string;
}

/** All that is published for everybody, by path. */
export function publishedDocuments(openApi: object): ReadonlyMap<string, PublishedDocument> {
  const as = (contentType: string, pages: Iterable<readonly [string, string]>) =>
    [...pages].map(([path, text]): [string, PublishedDocument] => [path, { contentType, text }]);
  return new Map([
    ...as('application/json; charset=utf-8', [['/openapi.json', JSON.stringify(openApi)], ...problemPages()]),
    ...as('application/schema+json; charset=utf-8', norms),
  ]);
}
