import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';
import { Broken } from './check.ts';
import type { Exchange } from './client.ts';

/** A platform's own OpenAPI document, held against what it answered. */

const answerSchema = z.object({
  $ref: z.string().optional(),
  content: z.record(z.string(), z.object({ schema: z.unknown() })).optional(),
});
const operationSchema = z.object({
  security: z.array(z.record(z.string(), z.unknown())).optional(),
  responses: z.record(z.string(), answerSchema).default({}),
});
export const openApiSchema = z.looseObject({
  openapi: z.string().regex(/^3\.1\.\d+$/),
  info: z.object({ title: z.string(), version: z.string().regex(/^\d+\.\d+\.\d+$/) }),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  components: z.looseObject({ responses: z.record(z.string(), answerSchema).default({}) }).optional(),
});
export type OpenApi = z.infer<typeof openApiSchema>;

export interface Operation {
  readonly method: string;
  /** With its parameters in braces. */
  readonly template: string;
  readonly answers: z.infer<typeof operationSchema>['responses'];
  readonly security: readonly string[] | null;
}

export function operationsOf({ paths }: OpenApi): readonly Operation[] {
  return Object.entries(paths).flatMap(([template, methods]) =>
    Object.entries(methods).flatMap(([method, described]) => {
      const operation = operationSchema.safeParse(described);
      if (!operation.success) return [];
      const { responses: answers, security } = operation.data;
      const schemes = security?.flatMap((entry) => Object.keys(entry)) ?? null;
      return [{ method: method.toUpperCase(), template, answers, security: schemes }];
    }),
  );
}

/** The operation that a call was for; the one whose path has the fewest parameters. */
export function operationFor(
  operations: readonly Operation[],
  { method, path }: Pick<Exchange, 'method' | 'path'>,
): Operation | undefined {
  const [asked = ''] = path.split('?');
  return operations
    .filter((each) => each.method === method && patternOf(each.template).test(asked))
    .sort((a, b) => a.template.split('{').length - b.template.split('{').length)[0];
}

function patternOf(template: string): RegExp {
  const parts = template.split(/\{[^}]+\}/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('[^/]+')}$`);
}

/** Says of an answer what is wrong with it by the document; null: nothing. */
export type AnswerJudge = (operation: Operation, status: number, json: unknown) => string | null;

export function answerJudge(document: OpenApi): AnswerJudge {
  // OpenAPI has keywords of its own, and names its formats freely.
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema(document, 'openapi');
  const compiled = new Map<string, ValidateFunction | null>();
  return (operation, status, json) => {
    const key = `${operation.method} ${operation.template} ${String(status)}`;
    let validate = compiled.get(key);
    if (validate === undefined) {
      validate = compile(ajv, document, operation, status);
      compiled.set(key, validate);
    }
    if (validate === null) return `${key}: the document has no such answer`;
    return validate(json) ? null : `${key}: ${ajv.errorsText(validate.errors)}`;
  };
}

function compile(
  ajv: Ajv2020,
  { components }: OpenApi,
  { answers, template, method }: Operation,
  status: number,
): ValidateFunction | null {
  const named = answers[String(status)] ?? answers[`${String(status).charAt(0)}XX`] ?? answers['default'];
  const shared = /^#\/components\/responses\/(.+)$/.exec(named?.$ref ?? '')?.[1];
  const answer = shared === undefined ? named : components?.responses[shared];
  const [content] = Object.entries(answer?.content ?? {}).filter(([type]) => /json\b/.test(type));
  const schema = content?.[1].schema;
  if (typeof schema !== 'object' || schema === null) return null;
  try {
    // `#/components/…` of the document, wherever the schema stands in it.
    return ajv.compile(
      JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"openapi#/')) as object, // it was an object
    );
  } catch (error) {
    throw new Broken(
      `a valid schema for ${method} ${template} ${String(status)}`,
      error instanceof Error ? error.message : String(error),
    );
  }
}
