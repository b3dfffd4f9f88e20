import { z } from 'zod';

/**
 * A receipt as the printer driver gets it: what stands on it, not how one printer is told so.
 * Widths are left to the driver, which knows its paper.
 */
const textNodeSchema = z.object({
  type: z.literal('text'),
  text: z.string().max(2000),
  align: z.enum(['left', 'center', 'right']).default('left'),
  size: z.enum(['normal', 'tall', 'double']).default('normal'),
  bold: z.boolean().default(false),
});
const rowNodeSchema = z.object({
  type: z.literal('row'),
  left: z.string().max(200),
  right: z.string().max(200),
  bold: z.boolean().default(false),
});
const ruleNodeSchema = z.object({ type: z.literal('rule') });
/** A QR code, model 2; `moduleDots` is the width of one module in printer dots. */
const qrNodeSchema = z.object({
  type: z.literal('qr'),
  data: z.string().min(1).max(600),
  moduleDots: z.number().int().min(2).max(16).default(6),
});
const feedNodeSchema = z.object({ type: z.literal('feed'), lines: z.number().int().min(1).max(20) });

export const receiptNodeSchema = z.discriminatedUnion('type', [
  textNodeSchema,
  rowNodeSchema,
  ruleNodeSchema,
  qrNodeSchema,
  feedNodeSchema,
]);
export type ReceiptNode = z.infer<typeof receiptNodeSchema>;

/** Every document ends with a cut, which the driver adds. */
export const receiptDocumentSchema = z.object({ nodes: z.array(receiptNodeSchema).min(1).max(400) });
export type ReceiptDocument = z.infer<typeof receiptDocumentSchema>;
