import { OpenAPIGenerator, type OpenAPI } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { platformContract } from '#contract/platform-api.ts';
import { PROBLEM_MEDIA_TYPE, problemSchema, problemType } from '#contract/problem.ts';
import { OPENAPI_VERSION } from '#contract/published-norm.ts';
import { requestSignature } from '#contract/terminal-identity.ts';

/** Over it the converter describes anything; a point of a signature of one person of a group stands at twelve. */
const MAX_DEPTH = 20;

type Scheme = 'terminalSignature' | 'deskToken' | 'departmentToken';

const OFFICES = ['deskToken', 'departmentToken'] as const;
/** Who may call what, by operation; the verbs themselves hold it (verbs/base.ts), this says it. */
export const security: Readonly<Record<string, Scheme | readonly Scheme[] | null>> = {
  health: null,
  // By the key that it carries, and that nobody knows yet.
  'terminals.enrol': 'terminalSignature',
  'terminals.changeKey': 'terminalSignature',
  'fleet.heartbeat': 'terminalSignature',
  'fleet.settle': 'terminalSignature',
  'fleet.parcel': 'terminalSignature',
  'fleet.parcelChunk': 'terminalSignature',
  'terminals.tellAudit': 'terminalSignature',
  'terminals.sharePermitKey': 'terminalSignature',
  'terminals.reportReadiness': 'terminalSignature',
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
  'cases.get': OFFICES,
  'cases.progress': 'terminalSignature',
  'cases.openCorrection': 'terminalSignature',
  'cases.accept': OFFICES,
  'cases.refuse': OFFICES,
  'cases.requestCorrection': OFFICES,
  'cases.close': OFFICES,
  'cases.confirmCorrection': OFFICES,
  'cases.completeStep': OFFICES,
  'cases.beginSpecial': OFFICES,
  'cases.endSpecial': OFFICES,
  'cases.extend': OFFICES,
  'cases.handOver': OFFICES,
  'cases.return': OFFICES,
  'cases.withdraw': OFFICES,
  'cases.deliver': OFFICES,
  'cases.history': OFFICES,
  'cases.alerts': 'deskToken',
  'interactions.state': OFFICES,
  'interactions.reply': OFFICES,
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
  'inbox.read': 'departmentToken',
  'inbox.acknowledge': 'departmentToken',
  'dispatches.list': 'deskToken',
  'keys.list': null,
  'stationDays.report': 'terminalSignature',
  'stationDays.figures': 'deskToken',
};

/** The norm that another platform can implement, made from the contract. */
export async function openApiDocument(): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({
    schemaConverters: [new ZodToJsonSchemaConverter({ maxStructureDepth: MAX_DEPTH })],
  });
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
      version: OPENAPI_VERSION,
      description: 'What a terminal needs from the central platform, and what the desk sees of it.',
    },
    customErrorResponseBodySchema: (kinds, status) => ({
      allOf: [{ $ref: '#/components/schemas/Problem' }],
      oneOf: kinds.map(([code, title, needsData, data]) => ({
        properties: {
          type: { const: problemType(code) },
          title: { const: title },
          status: { const: status },
          code: { const: code },
          ...(data === undefined ? {} : { data }),
        },
        ...(needsData ? { required: ['data'] } : {}),
      })),
    }),
    commonSchemas: { Problem: { schema: problemSchema } },
    components: {
      responses: {
        Problem: {
          description: 'Any other problem: of the transport, of the address, or of the platform itself',
          content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
        },
      },
      securitySchemes: {
        terminalSignature: signature,
        deskToken: bearer('The token of the desk'),
        departmentToken: bearer('The token of a department, issued by the platform’s operator'),
      },
    },
  });
  for (const path of Object.values(document.paths ?? {})) {
    for (const operation of Object.values(path ?? {})) {
      if (typeof operation !== 'object' || !('operationId' in operation)) continue;
      const scheme = security[operation.operationId ?? ''];
      if (scheme === undefined)
        throw new Error(`no access rule for ${operation.operationId ?? 'an operation'}`);
      operation.security = scheme === null ? [] : [scheme].flat().map((one) => ({ [one]: [] }));
      asProblems(operation.responses ?? {});
    }
  }
  return document;
}

/** The generator takes every answer for application/json. */
function asProblems(responses: OpenAPI.ResponsesObject): void {
  for (const [status, response] of Object.entries(responses)) {
    if (Number(status) < 400 || !('content' in response)) continue;
    const { 'application/json': body, ...others } = response.content ?? {};
    if (body === undefined) throw new Error(`the answer ${status} is described by no schema`);
    response.content = { ...others, [PROBLEM_MEDIA_TYPE]: body };
  }
  responses['default'] = { $ref: '#/components/responses/Problem' };
}
