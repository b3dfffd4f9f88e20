import type { z } from 'zod';
import { platformContract } from '#contract/platform-api.ts';
import { security } from '#platform/http/openapi.ts';
import type { Maker } from './maker.ts';

/** The calls of the norm: what the contract says of each, and who may make it. */
export interface NormCall {
  /** As the OpenAPI document has it: `cases.accept`. */
  readonly id: string;
  readonly method: string;
  /** With its parameters in braces. */
  readonly template: string;
  /** Of the good answer. */
  readonly output: z.ZodType;
  /** Schemes of the OpenAPI document, in its order; empty: everybody. */
  readonly who: readonly string[];
  readonly takes: 'nothing' | 'json' | 'octets';
}

export const normCalls: readonly NormCall[] = Object.entries(platformContract).flatMap(([group, entry]) =>
  '~orpc' in entry
    ? [callOf(group, entry)]
    : Object.entries(entry).map(([name, procedure]) => callOf(`${group}.${name}`, procedure)),
);

interface Procedure {
  readonly '~orpc': {
    readonly route: {
      readonly method?: string;
      readonly path?: string;
      readonly inputStructure?: 'compact' | 'detailed';
    };
    readonly outputSchema?: unknown;
  };
}

function callOf(id: string, { '~orpc': { route, outputSchema } }: Procedure): NormCall {
  const { method = '', path = '', inputStructure } = route;
  const who = security[id];
  if (who === undefined) throw new Error(`nobody has said who may call ${id}`);
  const hasBody = method === 'POST' || method === 'PUT';
  return {
    id,
    method,
    template: path,
    output: outputSchema as z.ZodType, // of the contract, all zod
    who: who === null ? [] : [who].flat(),
    // Raw octets are the one input that is said in its parts.
    takes: !hasBody ? 'nothing' : inputStructure === 'detailed' ? 'octets' : 'json',
  };
}

const only = (scheme: string) =>
  normCalls.filter(({ who }) => who.length > 0 && who.every((each) => each === scheme));

export const terminalCalls = only('terminalSignature');
/** Of the desk, whether or not a department may make them as well. */
export const deskCalls = normCalls.filter(({ who }) => who.includes('deskToken'));
export const departmentCalls = only('departmentToken');

/** A call as somebody sends it who has seen the document and nothing else: its numbers are of the right form, and nothing has them. */
export function strangersCall(
  maker: Maker,
  { method, template, takes }: NormCall,
): { readonly method: string; readonly path: string; readonly body?: object } {
  const fillers: Readonly<Record<string, () => string>> = {
    applicationId: () => maker.applicationId(),
    revision: () => '1',
    sha256: () => '0'.repeat(64),
    slug: () => 'no-such-item',
    caseNo: () => maker.numbered('BJ'),
    step: () => '0',
    entryNo: () => maker.numbered('CP'),
    callBackNo: () => maker.numbered('HF'),
    bookingNo: () => maker.digits(18),
    day: () => '2026-01-05',
    commandId: () => '01995b00-0000-4000-8000-000000000001',
    chain: () => '0'.repeat(32),
    after: () => '0',
    number: () => '0',
  };
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const filler = fillers[name];
    if (filler === undefined) throw new Error(`nothing is known to put in place of {${name}}`);
    return filler();
  });
  const body = takes === 'octets' ? new Uint8Array([1]) : {};
  return { method, path, ...(takes === 'nothing' ? {} : { body }) };
}
