import { z } from 'zod';
import { fromHex } from '../codec/bytes.ts';

/** A display's frame as data, for the many small dialects that differ in nothing but order. */

const hexSchema = z
  .string()
  .max(96)
  .regex(/^[0-9A-Fa-f]{2}( ?[0-9A-Fa-f]{2})*$/, 'expected bytes such as 3A 01');
const orderSchema = z.enum(['low-first', 'high-first']);

const partSchema = z.discriminatedUnion('part', [
  /** Bytes that never change: prefix, suffix, colour, command. */
  z.object({ part: z.literal('bytes'), hex: hexSchema }),
  z.object({ part: z.literal('address'), as: z.enum(['byte', 'decimal-3']) }),
  /** The digits of the ticket as a binary number of two bytes. */
  z.object({ part: z.literal('number'), order: orderSchema, max: z.number().int().min(9).max(65_535) }),
  z.object({
    part: z.literal('text'),
    of: z.enum(['ticket', 'window', 'sentence']),
    encoding: z.enum(['ascii', 'gb2312']),
    maxBytes: z.number().int().min(1).max(200),
    pad: z.enum(['none', 'spaces-behind', 'spaces-before']),
  }),
  /** Over everything from part number `fromPart` (0 is the first) up to here. */
  z.object({
    part: z.literal('check'),
    kind: z.enum(['xor', 'sum8', 'crc16-modbus', 'crc16-arc']),
    order: orderSchema,
    fromPart: z.number().int().min(0).max(15),
  }),
]);
export type TemplatePart = z.infer<typeof partSchema>;

export const displayTemplateSchema = z
  .object({
    address: z.number().int().min(0).max(255),
    parts: z.array(partSchema).min(2).max(16),
    /** The bytes by which the display says that it took a frame; null for one that never answers. */
    answerHex: hexSchema.nullable(),
  })
  .refine(
    ({ parts }) => parts.every((part, index) => part.part !== 'check' || part.fromPart < index),
    'a check begins at a part before it',
  )
  .refine(
    ({ parts }) => parts.filter((part) => part.part === 'text' && part.pad === 'none').length <= 1,
    'one text at most may vary in length',
  )
  .refine(
    ({ parts }) => parts.some((part) => part.part === 'number' || part.part === 'text'),
    'a frame without number and text shows nothing',
  );
export type DisplayTemplate = z.infer<typeof displayTemplateSchema>;

export function answerBytes(template: DisplayTemplate): Uint8Array | null {
  return template.answerHex === null ? null : fromHex(template.answerHex);
}
