import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { platformContract } from '#contract/platform-api.ts';
import { requestSignature } from '#contract/terminal-identity.ts';

/** Who may call what, by operation; the verbs themselves hold it (verbs/base.ts), this says it. */
const security: Readonly<Record<string, 'terminalSignature' | 'deskToken' | null>> = {
  health: null,
  // By the key that it carries, and that nobody knows yet.
  'terminals.enrol': 'terminalSignature',
  'terminals.changeKey': 'terminalSignature',
  'catalogue.list': 'terminalSignature',
  'catalogue.get': 'terminalSignature',
  'catalogue.reportGuide': 'terminalSignature',
  'catalogue.guideErrors': 'deskToken',
  'catalogue.chains': 'terminalSignature',
  'catalogue.regions': 'terminalSignature',
  'applications.submit': 'terminalSignature',
  'applications.find': 'terminalSignature',
  'attachments.status': 'terminalSignature',
  'attachments.append': 'terminalSignature',
  'codes.resolve': 'terminalSignature',
  'cases.list': 'deskToken',
  'cases.get': 'deskToken',
  'cases.progress': 'terminalSignature',
  'cases.openCorrection': 'terminalSignature',
  'cases.accept': 'deskToken',
  'cases.refuse': 'deskToken',
  'cases.requestCorrection': 'deskToken',
  'cases.close': 'deskToken',
  'interactions.state': 'deskToken',
  'interactions.reply': 'deskToken',
  'interactions.refuse': 'terminalSignature',
  'ratings.submit': 'terminalSignature',
  'ratings.list': 'deskToken',
  'interactions.dispatch': 'deskToken',
  'interactions.course': 'deskToken',
  'ledger.list': 'deskToken',
  'ledger.showCase': 'deskToken',
  'ledger.verify': 'deskToken',
  'ledger.answer': 'deskToken',
  'ledger.close': 'deskToken',
  'callBacks.list': 'deskToken',
  'callBacks.call': 'deskToken',
  'evaluation.figures': 'deskToken',
  'bookings.keep': 'deskToken',
  'bookings.cancel': 'deskToken',
  'bookings.ofStation': 'terminalSignature',
  'bookings.search': 'terminalSignature',
  'bookings.settle': 'terminalSignature',
  'stationDays.report': 'terminalSignature',
  'stationDays.figures': 'deskToken',
};

/** The norm that another platform can implement, made from the contract. */
export async function openApiDocument(): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const bearer = (description: string) => ({ type: 'http' as const, scheme: 'bearer', description });
  const { components, bodyComponents, parameters, algorithm, tag, windowSeconds } = requestSignature;
  // OpenAPI has no word for it: the header is named, the description says the rest.
  const signature = {
    type: 'apiKey' as const,
    in: 'header' as const,
    name: 'Signature',
    description:
      `HTTP Message Signature (RFC 9421), ${algorithm}, tag "${tag}", over ${components.join(', ')}; with a body ` +
      `also ${bodyComponents.join(', ')} (RFC 9530, sha-256). Parameters: ${parameters.join(', ')}; keyid is the ` +
      `key's RFC 7638 thumbprint, created within ${String(windowSeconds)} s of the platform's clock, each nonce good once.`,
  };
  const document = await generator.generate(platformContract, {
    info: {
      title: 'Yizhan platform',
      version: '1.0.0',
      description: 'What a terminal needs from the central platform, and what the desk sees of it.',
    },
    components: {
      securitySchemes: {
        terminalSignature: signature,
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
