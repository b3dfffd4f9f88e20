import { z } from 'zod';

/**
 * A receipt as the printer driver gets it: what stands on it, not how one printer is told so.
 * Widths are left to the driver, which knows its paper.
 */
const alignSchema = z.enum(['left', 'center', 'right']);
const textNodeSchema = z.object({
  type: z.literal('text'),
  text: z.string().max(2000),
  align: alignSchema.default('left'),
  size: z.enum(['normal', 'tall', 'double']).default('normal'),
  bold: z.boolean().default(false),
});
const rowNodeSchema = z.object({
  type: z.literal('row'),
  left: z.string().max(200),
  right: z.string().max(200),
  bold: z.boolean().default(false),
});
/**
 * One row of a table. The paper is divided by the `share`s, with one free column between two cells; what is
 * too long wraps inside its cell.
 */
const columnsNodeSchema = z.object({
  type: z.literal('columns'),
  cells: z
    .array(
      z.object({
        text: z.string().max(200),
        share: z.number().int().min(1).max(12).default(1),
        align: alignSchema.default('left'),
      }),
    )
    .min(2)
    .max(6),
  bold: z.boolean().default(false),
});
const ruleNodeSchema = z.object({ type: z.literal('rule') });
/**
 * A QR code, model 2, level M; `moduleDots` is the width of one module in printer dots, and less where the
 * paper is too narrow for it.
 */
const qrNodeSchema = z.object({
  type: z.literal('qr'),
  data: z.string().min(1).max(600),
  moduleDots: z.number().int().min(2).max(16).default(6),
});
/** CODE 128. What is too long for the paper in the narrowest bars is printed as text. */
const barcodeNodeSchema = z.object({
  type: z.literal('barcode'),
  data: z.string().regex(/^[\x20-\x7e]{1,60}$/, 'expected 1 to 60 printable ASCII characters'),
  heightDots: z.number().int().min(24).max(240).default(80),
  /** Whether the data stands in letters below the bars. */
  readable: z.boolean().default(true),
});
const feedNodeSchema = z.object({ type: z.literal('feed'), lines: z.number().int().min(1).max(20) });

export const receiptNodeSchema = z.discriminatedUnion('type', [
  textNodeSchema,
  rowNodeSchema,
  columnsNodeSchema,
  ruleNodeSchema,
  qrNodeSchema,
  barcodeNodeSchema,
  feedNodeSchema,
]);
export type ReceiptNode = z.infer<typeof receiptNodeSchema>;

/** Every document ends with a cut, which the driver adds. */
export const receiptDocumentSchema = z.object({ nodes: z.array(receiptNodeSchema).min(1).max(400) });
export type ReceiptDocument = z.infer<typeof receiptDocumentSchema>;
