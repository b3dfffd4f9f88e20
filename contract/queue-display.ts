import { z } from 'zod';

/**
 * How a display at a window is spoken to. It stands in the configuration, so that a district's displays are
 * added without code; what a manual leaves open is a setting here and is named in the driver's README.
 */
const onbonFields = {
  /** The number set in the card. */
  screen: z.number().int().min(0).max(0xfffd).describe('Screen number set in the card'),
  profile: z
    .enum(['bx-5k', 'bx-5k-yy', 'bx-6k', 'bx-6k-yy'])
    .describe('Family of the card; YY models have a voice'),
  widthPx: z.number().int().min(8).max(2048).multipleOf(8).describe('Width of the panel in pixels'),
  heightPx: z.number().int().min(8).max(512).describe('Height of the panel in pixels'),
  /** Panels of one colour show the escape of a colour as text. */
  panel: z.enum(['one-colour', 'red-green']).describe('Colours that the panel has'),
  /** One source only says that it does. */
  answersCarryScreen: z
    .boolean()
    .describe('Whether the card writes its own screen number as the sender of an answer'),
  volume: z.number().int().min(0).max(10).describe('Volume of the voice'),
  speechSpeed: z.number().int().min(0).max(10).describe('Speed of the voice'),
  speechRepeats: z.number().int().min(0).max(15).describe('How often the voice repeats a call'),
} as const;
export const onbonSettingsSchema = z.strictObject(onbonFields);
export type OnbonSettings = z.infer<typeof onbonSettingsSchema>;

const registerSchema = z.number().int().min(0).max(0xffff).describe('The first register, counted from 0');

/** Clones agree on the functions and not on the registers, so the registers are data. */
const modbusFields = {
  unit: z.number().int().min(1).max(247).describe('Unit number set in the window'),
  digits: z.number().int().min(1).max(16).describe('Digits or letters that it has'),
  shows: z
    .discriminatedUnion('type', [
      /** One signed register holds the number. */
      z.strictObject({ type: z.literal('number'), register: registerSchema }),
      /** ASCII from this register on. */
      z.strictObject({ type: z.literal('ascii'), register: registerSchema }),
    ])
    .describe('Digits only (number), or letters too (ascii), and the first register'),
} as const;
export const modbusDisplaySettingsSchema = z.strictObject(modbusFields);
export type ModbusDisplaySettings = z.infer<typeof modbusDisplaySettingsSchema>;

export const lineDisplayDialectSchema = z.enum(['cd5220', 'epson-dm-d', 'led-8']);
export type LineDisplayDialect = z.infer<typeof lineDisplayDialectSchema>;

const hexSchema = z
  .string()
  .max(96)
  .regex(/^[0-9A-Fa-f]{2}( ?[0-9A-Fa-f]{2})*$/, 'expected bytes such as 3A 01')
  .meta({ examples: ['"3A 01"'] });
const orderSchema = z.enum(['low-first', 'high-first']);

const partSchema = z.discriminatedUnion('part', [
  /** Bytes that never change: prefix, suffix, colour, command. */
  z.strictObject({ part: z.literal('bytes'), hex: hexSchema.describe('The bytes') }),
  z.strictObject({
    part: z.literal('address'),
    as: z.enum(['byte', 'decimal-3']).describe('One byte, or three decimal digits'),
  }),
  /** The digits of the ticket as a binary number of two bytes. */
  z.strictObject({
    part: z.literal('number'),
    order: orderSchema.describe('Which of its two bytes comes first'),
    max: z.number().int().min(9).max(65_535).describe('The largest number that it shows'),
  }),
  z.strictObject({
    part: z.literal('text'),
    of: z.enum(['ticket', 'window', 'sentence']).describe('What it says'),
    encoding: z.enum(['ascii', 'gb2312']).describe('How its letters are written'),
    maxBytes: z.number().int().min(1).max(200).describe('Bytes that it may have'),
    pad: z.enum(['none', 'spaces-behind', 'spaces-before']).describe('What fills up to them'),
  }),
  /** Over everything from part number `fromPart` (0 is the first) up to here. */
  z.strictObject({
    part: z.literal('check'),
    kind: z.enum(['xor', 'sum8', 'crc16-modbus', 'crc16-arc']).describe('How it is reckoned'),
    order: orderSchema.describe('Which of its two bytes comes first'),
    fromPart: z.number().int().min(0).max(15).describe('The first part that it is over; 0 is the first'),
  }),
]);
export type TemplatePart = z.infer<typeof partSchema>;

/** A frame as data, for the many small dialects that differ in nothing but order. */
const templateFields = {
  address: z.number().int().min(0).max(255).describe('Address set in the display'),
  parts: z.array(partSchema).min(2).max(16).describe('The frame, part by part'),
  answerHex: hexSchema
    .nullable()
    .describe('The bytes by which the display says that it took a frame; null for one that never answers'),
} as const;

interface TemplateShape {
  readonly parts: readonly TemplatePart[];
}
const templateRules = [
  {
    holds: ({ parts }: TemplateShape) =>
      parts.every((part, index) => part.part !== 'check' || part.fromPart < index),
    expected: 'a check begins at a part before it',
  },
  {
    holds: ({ parts }: TemplateShape) =>
      parts.filter((part) => part.part === 'text' && part.pad === 'none').length <= 1,
    expected: 'one text at most may vary in length',
  },
  {
    holds: ({ parts }: TemplateShape) => parts.some((part) => part.part === 'number' || part.part === 'text'),
    expected: 'a frame without number and text shows nothing',
  },
] as const;

function checkTemplate(template: TemplateShape, context: z.core.$RefinementCtx): void {
  for (const rule of templateRules) {
    if (!rule.holds(template)) context.addIssue({ code: 'custom', path: ['parts'], message: rule.expected });
  }
}

export const displayTemplateSchema = z.strictObject(templateFields).superRefine(checkTemplate);
export type DisplayTemplate = z.infer<typeof displayTemplateSchema>;

export const queueDisplaySettingsSchema = z.discriminatedUnion('protocol', [
  z.strictObject({ protocol: z.literal('onbon'), ...onbonFields }),
  z.strictObject({ protocol: z.literal('modbus'), ...modbusFields }),
  z.strictObject({
    protocol: z.literal('line'),
    dialect: lineDisplayDialectSchema.describe('Set of commands of the display'),
  }),
  z.strictObject({ protocol: z.literal('template'), ...templateFields }).superRefine(checkTemplate),
]);
export type QueueDisplaySettings = z.infer<typeof queueDisplaySettingsSchema>;
