import type { OpenAPI } from '@orpc/openapi';
import type { BodyKind } from './read-body.ts';

/** What an address stands for: a call, one that does not take this method, or nothing. */
export type Route =
  | { readonly kind: 'call'; readonly takes: BodyKind }
  | { readonly kind: 'wrong-method'; readonly allow: string }
  | { readonly kind: 'nothing' };

const OCTETS = 'application/octet-stream';

/** Finds calls by the paths of the OpenAPI document, which was made from the contract. */
export function routesOf(document: OpenAPI.Document): (method: string, pathname: string) => Route {
  const paths = Object.entries(document.paths ?? {}).map(([template, methods]) => ({
    // Path parameters are whole segments.
    matches: new RegExp(`^${template.replace(/[.]/g, '\\.').replace(/\{[^}]+\}/g, '[^/]+')}$`),
    takes: new Map(
      Object.entries(methods ?? {}).map(([method, operation]) => [method.toUpperCase(), bodyOf(operation)]),
    ),
  }));
  return (method, pathname) => {
    const known = paths.filter(({ matches }) => matches.test(pathname));
    const allowed = new Map(known.flatMap(({ takes }) => [...takes]));
    const takes = allowed.get(method);
    if (takes !== undefined) return { kind: 'call', takes };
    return allowed.size === 0
      ? { kind: 'nothing' }
      : { kind: 'wrong-method', allow: [...allowed.keys()].toSorted().join(', ') };
  };
}

function bodyOf(operation: unknown): BodyKind {
  const { requestBody } = operation as OpenAPI.OperationObject; // of the document that openapi.ts made
  return requestBody !== undefined && 'content' in requestBody && OCTETS in requestBody.content
    ? 'octets'
    : 'json';
}
