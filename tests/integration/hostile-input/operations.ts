import { isContractProcedure } from '@orpc/contract';
import { z } from 'zod';
import { platformContract } from '#contract/platform-api.ts';
import { DESK_TOKEN, TERMINAL, TEST_NOW_MS } from '#platform/for-tests.ts';
import { signedBy, testTerminal, type PlainRequest } from '#platform/identity/for-tests.ts';
import type { Schema } from './arbitrary.ts';

/** Who may call it, as the OpenAPI document has it; calls about keys are signed by keys that nobody knows yet. */
export type Callers = 'nobody' | 'office' | 'terminal' | 'newcomer' | 'terminal-and-newcomer';

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query';
  readonly required: boolean;
  readonly schema: Schema;
}

/** One call of the published document. */
export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  readonly callers: Callers;
  /** By which an office calls it; empty for others. */
  readonly token: string;
  readonly parameters: readonly Parameter[];
  /** Null where the call has no body of its own. */
  readonly body: { readonly kind: 'json' | 'octets'; readonly schema: Schema } | null;
  /** Whether the contract takes this input, with what no JSON Schema can say. */
  readonly takes: (parameters: Readonly<Record<string, unknown>>, body: unknown) => boolean;
}

/** What is filled in for one request. */
export interface Filling {
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly body: unknown;
}

const schema = z.custom<Schema>((value) => typeof value === 'object' && value !== null);
const operationSchema = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.unknown())),
  parameters: z
    .array(
      z.object({
        name: z.string(),
        in: z.enum(['path', 'query']),
        required: z.boolean().default(false),
        schema,
      }),
    )
    .default([]),
  requestBody: z.object({ content: z.record(z.string(), z.object({ schema })) }).optional(),
});
const documentSchema = z.object({ paths: z.record(z.string(), z.record(z.string(), operationSchema)) });

/** All calls of the document that this platform publishes. */
export async function publishedOperations(
  url: string,
  departmentToken: string,
): Promise<readonly Operation[]> {
  const { paths } = documentSchema.parse(await (await fetch(`${url}/openapi.json`)).json());
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, parameters, requestBody }]) => {
      const octets = requestBody?.content['application/octet-stream'];
      const json = requestBody?.content['application/json'];
      const schemes = security.flatMap((entry) => Object.keys(entry));
      return {
        id: operationId,
        method: method.toUpperCase(),
        path,
        callers: callersOf(operationId, schemes[0]),
        token: schemes.includes('deskToken') ? DESK_TOKEN : departmentToken,
        parameters,
        body: octets
          ? { kind: 'octets', schema: octets.schema }
          : json
            ? { kind: 'json', schema: json.schema }
            : null,
        takes: judgeOf(operationId),
      };
    }),
  );
}

function callersOf(id: string, scheme: string | undefined): Callers {
  if (id === 'terminals.enrol') return 'newcomer';
  if (id === 'terminals.changeKey') return 'terminal-and-newcomer';
  return scheme === undefined ? 'nobody' : scheme === 'terminalSignature' ? 'terminal' : 'office';
}

function judgeOf(id: string): Operation['takes'] {
  const procedure = id
    .split('.')
    .reduce<unknown>((node, key) => (node as Record<string, unknown>)[key], platformContract); // ids are paths in it
  if (!isContractProcedure(procedure)) throw new Error(`${id} is no call of the contract`);
  const input = procedure['~orpc'].inputSchema;
  return (parameters, body) => {
    if (!(input instanceof z.ZodType)) return true;
    // The one call with octets has its input in parts.
    if (body instanceof Uint8Array) return true;
    const members = typeof body === 'object' && body !== null && !Array.isArray(body) ? body : {};
    if (body !== undefined && members !== body) return false;
    return input.safeParse({ ...members, ...parameters }).success;
  };
}

/** The address with its parameters, each written so that it stays one. */
export function addressOf(
  { path, parameters }: Operation,
  values: Readonly<Record<string, unknown>>,
  written: (value: unknown) => string = (value) => encodeURIComponent(String(value)),
): string {
  const filled = parameters
    .filter((parameter) => parameter.in === 'path')
    .reduce((address, { name }) => address.replace(`{${name}}`, written(values[name])), path);
  const query = parameters
    .filter((parameter) => parameter.in === 'query' && values[parameter.name] !== undefined)
    .map(({ name }) => `${name}=${written(values[name])}`);
  return query.length === 0 ? filled : `${filled}?${query.join('&')}`;
}

/** Wants to be let in, and is not. */
export const NEWCOMER = testTerminal('T-77', '999901001');

/** The request as who may make it makes it. */
export function signedRequest(
  url: string,
  { id, method, callers, token, body }: Operation,
  address: string,
  bytes: string | Uint8Array<ArrayBuffer> | null,
  bent: Readonly<Record<string, string>> = {},
): PlainRequest {
  const type = body?.kind === 'octets' ? 'application/octet-stream' : 'application/json';
  const headers = { ...(bytes === null ? {} : { 'content-type': type }), ...bent };
  const plain = { method, url: url + address, headers, body: bytes };
  switch (callers) {
    case 'nobody':
      return plain;
    case 'office':
      return { ...plain, headers: { ...headers, authorization: `Bearer ${token}` } };
    case 'terminal':
      return { ...plain, headers: signedBy(TERMINAL, plain, { nowMs: TEST_NOW_MS }) };
    case 'newcomer':
      return { ...plain, headers: signedBy(NEWCOMER, plain, { nowMs: TEST_NOW_MS }) };
    case 'terminal-and-newcomer': {
      const once = { ...plain, headers: signedBy(TERMINAL, plain, { nowMs: TEST_NOW_MS }) };
      return { ...plain, headers: signedBy(NEWCOMER, once, { nowMs: TEST_NOW_MS, label: 'other' }) };
    }
    default: {
      const never: never = callers;
      throw new Error(`${id}: ${String(never)}`);
    }
  }
}
