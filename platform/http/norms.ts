import { createHash } from 'node:crypto';
import { jsonSchemaOf, OPENAPI_VERSION, publishedSchemas } from '#contract/published-norm.ts';
import { problemPages } from './problem-kinds.ts';

export interface PublishedDocument {
  readonly contentType: string;
  readonly text: string;
}

/** One document of the norm, as its index lists it. */
export interface NormEntry {
  readonly name: string;
  readonly version: string;
  readonly path: string;
  readonly mediaType: string;
  /** Lower-case hex, over the bytes as they are served. */
  readonly sha256: string;
}

const SCHEMA_TYPE = 'application/schema+json';
const JSON_TYPE = 'application/json';

/** The schemas of the norm as they are served, by path. */
export const norms: ReadonlyMap<string, string> = new Map(
  publishedSchemas.map((each) => [schemaPath(each.name), JSON.stringify(jsonSchemaOf(each))]),
);

function schemaPath(name: string): string {
  return `/norm/${name}.schema.json`;
}

/** What `/norm/index.json` lists: the OpenAPI document, then each schema. */
export function normIndex(openApi: object): readonly NormEntry[] {
  const entry = (
    name: string,
    version: string,
    path: string,
    mediaType: string,
    text: string,
  ): NormEntry => ({
    name,
    version,
    path,
    mediaType,
    sha256: createHash('sha256').update(text).digest('hex'),
  });
  return [
    entry('openapi', OPENAPI_VERSION, '/norm/openapi.json', JSON_TYPE, JSON.stringify(openApi)),
    ...publishedSchemas.map(({ name, version }) => {
      const path = schemaPath(name);
      return entry(name, version, path, SCHEMA_TYPE, norms.get(path) ?? '');
    }),
  ];
}

/** All that is published for everybody, by path. */
export function publishedDocuments(openApi: object): ReadonlyMap<string, PublishedDocument> {
  const as = (mediaType: string, pages: Iterable<readonly [string, string]>) =>
    [...pages].map(([path, text]): [string, PublishedDocument] => [
      path,
      { contentType: `${mediaType}; charset=utf-8`, text },
    ]);
  const document = JSON.stringify(openApi);
  return new Map([
    ...as(JSON_TYPE, [
      ['/openapi.json', document],
      ['/norm/openapi.json', document],
      ['/norm/index.json', JSON.stringify({ documents: normIndex(openApi) })],
      ...problemPages(),
    ]),
    ...as(SCHEMA_TYPE, norms),
  ]);
}
