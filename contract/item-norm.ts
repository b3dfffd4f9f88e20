import { z } from 'zod';
import { chainsSchema } from './chain.ts';
import { serviceItemSchema } from './item.ts';

/**
 * The catalogue norm as JSON Schema 2020-12, for departments and their tools: what they publish is valid under it.
 * It says less than a terminal checks (form/load-item.ts): that a name which one field gives to another exists, no
 * schema can say.
 */
export function itemJsonSchema(): Record<string, unknown> {
  return jsonSchema(serviceItemSchema, 'A service item (事项)');
}

export function chainsJsonSchema(): Record<string, unknown> {
  return jsonSchema(chainsSchema, 'One-thing chains (一件事)');
}

function jsonSchema(schema: z.ZodType, title: string): Record<string, unknown> {
  // Parts that occur more than once are named once: written out, a condition alone would fill hundreds of kB.
  return { ...z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12', reused: 'ref' }), title };
}
