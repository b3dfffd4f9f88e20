import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { deviceSnapshotSchema, windowNameSchema } from './devices.ts';

/** Dots as the head burns them: rows from top to bottom in whole bytes, the highest bit at the left, base64. */
export const dotImageSchema = z.object({
  widthDots: z.number().int().min(1).max(1024),
  heightDots: z.number().int().min(1).max(4096),
  bits: z.base64(),
});
export type DotImage = z.infer<typeof dotImageSchema>;

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
        /** U+FFFC stands for each image. */
        text: z.string(),
        images: z.array(dotImageSchema),
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
  /** CODE 128. */
  z.object({
    kind: z.literal('barcode'),
    align: z.enum(['left', 'center', 'right']),
    data: z.string(),
    moduleDots: z.number().int().min(1).max(6),
    heightDots: z.number().int().min(1).max(255),
    readable: z.boolean(),
  }),
  z.object({ kind: z.literal('image'), align: z.enum(['left', 'center', 'right']), image: dotImageSchema }),
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

/** What a line, or a sick device, does to what is said on it. */
const lineFaults = ['none', 'silent', 'garbage', 'half-frame', 'slow-bytes', 'wrong-checksum'] as const;

/** How fast the simulated line is: bytes take the time that they take on a real one. */
const benchBaudRateSchema = z.union([z.literal(115200), z.literal(9600)]);
export type BenchBaudRate = z.infer<typeof benchBaudRateSchema>;

const screenSchema = z.number().int().min(0).max(0xfffd);

/** One display on the line, as somebody in front of it sees it. */
export const benchDisplaySchema = z.object({
  /** The number set in its card. */
  screen: screenSchema,
  window: windowNameSchema,
  widthPx: z.number().int(),
  heightPx: z.number().int(),
  plugged: z.boolean(),
  /** `shows-nothing`: it acknowledges everything and stays dark. */
  fault: z.enum([...lineFaults, 'shows-nothing']),
  /** null while it is dark. */
  face: z.object({ lines: z.array(z.string()), colour: z.enum(['red', 'green']) }).nullable(),
  /** What its voice said last. */
  spoken: z.string().nullable(),
});
export type BenchDisplay = z.infer<typeof benchDisplaySchema>;

export const benchStateSchema = z.object({
  revision: z.number().int(),
  people: z.array(z.object({ id: z.string(), label: z.string(), note: z.string() })),
  reader: z.object({
    plugged: z.boolean(),
    card: z.string().nullable(),
    fault: z.enum([
      ...lineFaults,
      'too-long',
      'not-an-id-card',
      /** It says that it has read, and gives nothing. */
      'reads-nothing',
      /** It says that it works, and never finds a card. */
      'finds-nothing',
    ]),
    baudRate: benchBaudRateSchema,
  }),
  printer: z.object({
    plugged: z.boolean(),
    paper: z.enum(['ok', 'near-end', 'out']),
    coverOpen: z.boolean(),
    cutterFault: z.boolean(),
    /** `says-ready`: whatever its paper and cover are; `says-printed`: also when it has not. */
    fault: z.enum([...lineFaults, 'says-ready', 'says-printed']),
    baudRate: benchBaudRateSchema,
  }),
  /** All on one RS-485 line, which has one plug at the terminal. */
  displays: z.object({
    plugged: z.boolean(),
    baudRate: benchBaudRateSchema,
    members: z.array(benchDisplaySchema),
  }),
  scanner: z.object({
    plugged: z.boolean(),
    /** The code that is held to it: a person's, or `used`, `expired`, `unknown`. */
    code: z.string().nullable(),
    fault: z.enum(['none', 'silent', 'garbage', 'half-frame', 'slow-bytes', 'too-long']),
  }),
  line: z.object({ cut: z.boolean() }),
  receipts: z.array(renderedReceiptSchema),
  /** What the terminal takes its devices for; null while it cannot be asked. */
  terminal: z.array(deviceSnapshotSchema).nullable(),
});
export type BenchState = z.infer<typeof benchStateSchema>;

const plugged = z.object({ plugged: z.boolean() });
const baudRate = z.object({ baudRate: benchBaudRateSchema });
const changed = z.object({ revision: z.number().int() });

export const benchContract = {
  watch: oc.output(eventIterator(benchStateSchema)),
  reader: {
    placeCard: oc.input(z.object({ person: z.string().max(40) })).output(changed),
    takeCard: oc.output(changed),
    setFault: oc.input(benchStateSchema.shape.reader.pick({ fault: true })).output(changed),
    setBaudRate: oc.input(baudRate).output(changed),
    setPlugged: oc.input(plugged).output(changed),
  },
  printer: {
    setPaper: oc.input(benchStateSchema.shape.printer.pick({ paper: true })).output(changed),
    setCover: oc.input(z.object({ open: z.boolean() })).output(changed),
    setCutterFault: oc.input(z.object({ fault: z.boolean() })).output(changed),
    setFault: oc.input(benchStateSchema.shape.printer.pick({ fault: true })).output(changed),
    setBaudRate: oc.input(baudRate).output(changed),
    setPlugged: oc.input(plugged).output(changed),
  },
  displays: {
    /** One display by the number of its screen. */
    setFault: oc.input(benchDisplaySchema.pick({ screen: true, fault: true })).output(changed),
    setPlugged: oc.input(benchDisplaySchema.pick({ screen: true, plugged: true })).output(changed),
    /** The whole line. */
    setLinePlugged: oc.input(plugged).output(changed),
    setBaudRate: oc.input(baudRate).output(changed),
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
