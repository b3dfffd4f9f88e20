import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';

/**
 * The device bench of the demo station: what a hand would do to the hardware. It drives simulators that
 * speak the real protocols; the terminal does not know that it exists.
 */
export const renderedLineSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    align: z.enum(['left', 'center', 'right']),
    runs: z.array(
      z.object({
        text: z.string(),
        widthScale: z.number().int().min(1).max(8),
        heightScale: z.number().int().min(1).max(8),
        bold: z.boolean(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('qr'),
    align: z.enum(['left', 'center', 'right']),
    data: z.string(),
    moduleDots: z.number(),
  }),
  z.object({ kind: z.literal('feed'), lines: z.number().int() }),
  z.object({ kind: z.literal('cut') }),
]);
export type RenderedLine = z.infer<typeof renderedLineSchema>;

/** A receipt as the paper shows it, drawn from the bytes that reached the printer. */
export const renderedReceiptSchema = z.object({
  id: z.number().int(),
  columns: z.number().int(),
  complete: z.boolean(),
  lines: z.array(renderedLineSchema),
  byteCount: z.number().int(),
});
export type RenderedReceipt = z.infer<typeof renderedReceiptSchema>;

export const benchStateSchema = z.object({
  revision: z.number().int(),
  people: z.array(z.object({ id: z.string(), label: z.string(), note: z.string() })),
  reader: z.object({
    plugged: z.boolean(),
    card: z.string().nullable(),
    fault: z.enum(['none', 'silent', 'garbage', 'wrong-checksum', 'too-long', 'not-an-id-card']),
  }),
  printer: z.object({
    plugged: z.boolean(),
    paper: z.enum(['ok', 'near-end', 'out']),
    coverOpen: z.boolean(),
    cutterFault: z.boolean(),
  }),
  scanner: z.object({
    plugged: z.boolean(),
    /** The code that is held to it: a person's, or `used`, `expired`, `unknown`. */
    code: z.string().nullable(),
    fault: z.enum(['none', 'silent', 'garbage', 'half-frame', 'slow-bytes', 'too-long']),
  }),
  line: z.object({ cut: z.boolean() }),
  receipts: z.array(renderedReceiptSchema),
});
export type BenchState = z.infer<typeof benchStateSchema>;

const changed = z.object({ revision: z.number().int() });

export const benchContract = {
  watch: oc.output(eventIterator(benchStateSchema)),
  reader: {
    placeCard: oc.input(z.object({ person: z.string().max(40) })).output(changed),
    takeCard: oc.output(changed),
    setFault: oc.input(benchStateSchema.shape.reader.pick({ fault: true })).output(changed),
    setPlugged: oc.input(z.object({ plugged: z.boolean() })).output(changed),
  },
  printer: {
    setPaper: oc.input(benchStateSchema.shape.printer.pick({ paper: true })).output(changed),
    setCover: oc.input(z.object({ open: z.boolean() })).output(changed),
    setCutterFault: oc.input(z.object({ fault: z.boolean() })).output(changed),
    setPlugged: oc.input(z.object({ plugged: z.boolean() })).output(changed),
  },
  scanner: {
    showCode: oc.input(z.object({ code: z.string().max(40) })).output(changed),
    takeCode: oc.output(changed),
    setFault: oc.input(benchStateSchema.shape.scanner.pick({ fault: true })).output(changed),
    setPlugged: oc.input(benchStateSchema.shape.scanner.pick({ plugged: true })).output(changed),
  },
  line: {
    setCut: oc.input(z.object({ cut: z.boolean() })).output(changed),
  },
};
