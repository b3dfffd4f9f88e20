import { z } from 'zod';
import { faultSchema } from './fault.ts';
import { queueDisplaySettingsSchema } from './queue-display.ts';

export const deviceKindSchema = z.enum(['id-card-reader', 'receipt-printer', 'scanner', 'queue-display']);
export type DeviceKind = z.infer<typeof deviceKindSchema>;

/** What a device asks a person to do. `paper-near-end` and `card-left` warn; all others stop its work. */
export const attentionSchema = z.enum([
  'paper-out',
  'paper-near-end',
  'cover-open',
  'cutter',
  'hardware',
  'offline',
  /** A card lies on the reader that nobody needs there any more. It is not read again before it was taken. */
  'card-left',
]);
export type Attention = z.infer<typeof attentionSchema>;

export function stopsWork(attention: Attention): boolean {
  return attention !== 'paper-near-end' && attention !== 'card-left';
}

/**
 * absent → opening → identifying → ready ⇄ busy → attention → lost → opening with backoff.
 * `unidentified` when the handshake fails, `disabled` by a technician.
 */
export const deviceStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('absent') }),
  z.object({ state: z.literal('opening') }),
  z.object({ state: z.literal('identifying') }),
  z.object({ state: z.literal('ready'), identity: z.string().max(200) }),
  z.object({ state: z.literal('busy'), identity: z.string().max(200) }),
  z.object({
    state: z.literal('attention'),
    identity: z.string().max(200),
    needs: z.array(attentionSchema).min(1),
  }),
  z.object({ state: z.literal('lost'), fault: faultSchema, retryInMs: z.number().int().nonnegative() }),
  z.object({
    state: z.literal('unidentified'),
    fault: faultSchema,
    retryInMs: z.number().int().nonnegative(),
  }),
  z.object({ state: z.literal('disabled') }),
]);
export type DeviceState = z.infer<typeof deviceStateSchema>;

export const deviceIdSchema = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,31}$/)
  .describe('The name that the configuration gives the device')
  .meta({ examples: ['card-reader'] });

export const deviceSnapshotSchema = z.object({
  id: deviceIdSchema,
  kind: deviceKindSchema,
  status: deviceStateSchema,
});
export type DeviceSnapshot = z.infer<typeof deviceSnapshotSchema>;

/** Whether the device can be given work now (a near-end warning does not stop it). */
export function isUsable(status: DeviceState): boolean {
  switch (status.state) {
    case 'ready':
    case 'busy':
      return true;
    case 'attention':
      return !status.needs.some(stopsWork);
    case 'absent':
    case 'opening':
    case 'identifying':
    case 'lost':
    case 'unidentified':
    case 'disabled':
      return false;
    default: {
      const never: never = status;
      return never;
    }
  }
}

/**
 * Where a device is: `serial:/dev/ttyUSB0` (a serial port, or a pty in tests), `tcp:127.0.0.1:7001`
 * (serial-device servers, network printers, simulators).
 */
export const channelAddressSchema = z
  .string()
  .max(200)
  .regex(
    /^(serial:\S+|tcp:(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+):\d{1,5})$/,
    'expected serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port',
  )
  .meta({ examples: ['serial:/dev/ttyUSB0', 'serial:COM3', 'tcp:192.168.1.30:7001'] });

export const baudRateSchema = z.union([
  z.literal(9600),
  z.literal(19200),
  z.literal(38400),
  z.literal(57600),
  z.literal(115200),
]);

/** As the sign over it says: `3`, `A`. */
export const windowNameSchema = z
  .string()
  .regex(/^[A-Z0-9-]{1,8}$/, 'expected up to eight capital letters and digits')
  .meta({ examples: ['"3"', 'A'] });

const anyDevice = {
  id: deviceIdSchema,
  channel: channelAddressSchema.describe('Where it is: serial:/dev/ttyUSB0, serial:COM3 or tcp:host:port'),
  baudRate: baudRateSchema.describe('Speed of a serial line, in bit/s; without meaning over TCP'),
  /**
   * Ports are renumbered, devices are not. null takes whatever answers as this kind at `channel`.
   */
  identity: z
    .string()
    .max(200)
    .nullable()
    .default(null)
    .describe('What the device says it is (npm run device shows it): found again on another port by it'),
  enabled: z.boolean().describe('false: switched off by a technician; its port is left alone'),
} as const;

/** Hardware that is known; drivers/KIND/profiles.ts says what each is. */
export const cardReaderProfileIdSchema = z.enum(['sam-v', 'sam-v-manage-info', 'sam-v-no-presence']);
export type CardReaderProfileId = z.infer<typeof cardReaderProfileIdSchema>;
export const printerProfileIdSchema = z.enum([
  'generic-80',
  'epson-80',
  'snbc-80',
  'hprt-80',
  'xprinter-80',
  'gprinter-80',
  'generic-58',
  'sprt-58',
]);
export type PrinterProfileId = z.infer<typeof printerProfileIdSchema>;
export const scannerProfileIdSchema = z.enum([
  'newland',
  'register',
  'honeywell',
  'generic',
  'generic-no-suffix',
]);
export type ScannerProfileId = z.infer<typeof scannerProfileIdSchema>;

/** One device as the configuration and the device host know it. */
export const deviceSettingsSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('id-card-reader'),
    ...anyDevice,
    profile: cardReaderProfileIdSchema.describe(
      'Hardware profile of the reader: how a card that was left is noticed',
    ),
  }),
  z.strictObject({
    kind: z.literal('receipt-printer'),
    ...anyDevice,
    profile: printerProfileIdSchema.describe(
      'Hardware profile of the printer: paper, capabilities, status polarity',
    ),
  }),
  z.strictObject({
    kind: z.literal('scanner'),
    ...anyDevice,
    profile: scannerProfileIdSchema.describe('Hardware profile of the scan engine'),
  }),
  /** Several displays may hang on one line: they then have the same channel and speed. */
  z.strictObject({
    kind: z.literal('queue-display'),
    ...anyDevice,
    window: windowNameSchema.describe('The window over which it hangs, as its sign says'),
    display: queueDisplaySettingsSchema.describe('How it is spoken to'),
  }),
]);
export type DeviceSettings = z.infer<typeof deviceSettingsSchema>;
export type SettingsOf<K extends DeviceKind> = Extract<DeviceSettings, { kind: K }>;
