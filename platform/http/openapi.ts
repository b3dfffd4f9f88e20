import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { platformContract } from '#contract/platform-api.ts';

/** Who may call what, by operation; the verbs themselves hold it (verbs/base.ts), this says it. */
const security: Readonly<Record<string, 'terminalToken' | 'deskToken' | null>> = {
  health: null,
  'catalogue.list': 'terminalToken',
  'catalogue.get': 'terminalToken',
  'applications.submit': 'terminalToken',
  'applications.find': 'terminalToken',
  'attachments.status': 'terminalToken',
  'attachments.append': 'terminalToken',
  'codes.resolve': 'terminalToken',
  'cases.list': 'deskToken',
  'cases.get': 'deskToken',
};

/** The norm that another platform can implement, made from the contract. */
export async function openApiDocument(): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const bearer = (description: string) => ({ type: 'http' as const, scheme: 'bearer', description });
  const document = await generator.generate(platformContract, {
    info: {
      title: 'Yizhan platform',
      version: '1.0.0',
      description: 'What a terminal needs from the central platform, and what the desk sees of it.',
    },
    components: {
      securitySchemes: {
        terminalToken: bearer('One token a terminal'),
        deskToken: bearer('The token of the desk'),
      },
    },
  });
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) {
      if (typeof operation !== 'object' || !('operationId' in operation)) continue;
      const scheme = security[operation.operationId ?? ''];
      if (scheme === undefined)
        throw new Error(`no access rule for ${operation.operationId ?? 'an operation'}`);
      operation.security = scheme === null ? [] : [{ [scheme]: [] }];
    }
  }
  return document;
}
