import { z } from 'zod';
import { acknowledgementSchema, submissionSchema } from './application.ts';
import { chainsSchema } from './chain.ts';
import { interactionStateSchema, replyRefusalSchema, replyRequestSchema } from './interaction.ts';
import { serviceItemSchema } from './item.ts';
import { problemSchema } from './problem.ts';
import { caseProgressSchema, caseResultSchema, correctionNoticeSchema } from './progress.ts';
import { submittedRatingSchema } from './rating.ts';

/**
 * The schemas of the norm that are published by themselves (docs/norm.md), each with its version: major where what was valid is not any more, or
 * means something else; minor where more is valid; patch where nothing but words changed. Before the first release: 0, and minor for all of it.
 */
export const publishedSchemas: readonly PublishedSchema[] = [
  { name: 'item', version: '0.1.0', title: 'A service item (事项)', schema: serviceItemSchema },
  { name: 'chains', version: '0.1.0', title: 'One-thing chains (一件事)', schema: chainsSchema },
  {
    name: 'application',
    version: '0.1.0',
    title: 'An application as it is submitted',
    schema: submissionSchema,
  },
  {
    name: 'acknowledgement',
    version: '0.1.0',
    title: 'What the platform answers to an application',
    schema: acknowledgementSchema,
  },
  { name: 'case-progress', version: '0.2.0', title: 'How a case (办件) goes', schema: caseProgressSchema },
  {
    name: 'correction-notice',
    version: '0.1.0',
    title: 'What must be corrected (补正告知)',
    schema: correctionNoticeSchema,
  },
  { name: 'case-result', version: '0.1.0', title: 'The result of a case (办结)', schema: caseResultSchema },
  {
    name: 'interaction-state',
    version: '0.1.0',
    title: 'Where a question, complaint or suggestion stands',
    schema: interactionStateSchema,
  },
  { name: 'reply', version: '0.1.0', title: 'A reply, as an office gives it', schema: replyRequestSchema },
  { name: 'reply-refusal', version: '0.1.0', title: 'That a reply does not do', schema: replyRefusalSchema },
  { name: 'problem', version: '0.1.0', title: 'Why a request was refused (RFC 9457)', schema: problemSchema },
  { name: 'rating', version: '0.1.0', title: 'A rating (好差评)', schema: submittedRatingSchema },
];

/** Of the OpenAPI document, by the same rules. */
export const OPENAPI_VERSION = '0.6.0';

export interface PublishedSchema {
  readonly name: string;
  readonly version: string;
  readonly title: string;
  readonly schema: z.ZodType;
}

/**
 * JSON Schema 2020-12. It says less than the contract where a schema can say no more: that a name which one field gives to another exists, or that a
 * day is one of the calendar. Keys that it does not know are let through where the contract lets them through.
 */
export function jsonSchemaOf({ name, version, title, schema }: PublishedSchema): Record<string, unknown> {
  return {
    // Parts that occur more than once are named once: written out, a condition alone would fill hundreds of kB.
    ...z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'ref' }),
    $id: `urn:yizhan:norm:${name}:${version}`,
    title,
  };
}

/** Throws for a name that is none: a programmer's error. */
export function publishedSchema(name: string): Record<string, unknown> {
  const found = publishedSchemas.find((each) => each.name === name);
  if (found === undefined) throw new Error(`${name} is no published schema`);
  return jsonSchemaOf(found);
}
