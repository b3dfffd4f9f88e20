import { z } from 'zod';
import { burnInFiguresSchema, MAX_BURN_IN_MINUTES } from './burn-in.ts';
import { deviceIdSchema, deviceSettingsSchema, deviceSnapshotSchema } from './devices.ts';
import { faultSchema } from './fault.ts';
import { identityDocumentSchema } from './identity.ts';
import { receiptDocumentSchema } from './receipt.ts';
import { residentCodeSchema } from './resident-code.ts';
import { MAX_SERIAL_PORTS, serialPortSchema } from './serial-port.ts';
import { windowDisplayContentSchema } from './window-display.ts';

/**
 * The messages between the terminal and the process that runs the drivers: plain objects over
 * `process.send` (Node) or a utilityProcess port (Electron). Both sides parse what they get.
 */

export const printOutcomeSchema = z.discriminatedUnion('end', [
  /**
   * `process-id`: the printer answered GS ( H, so the paper bears it. `in-order-status`: it answered a
   * status request that it executes in buffer order, so everything before it has been processed.
   */
  z.object({ end: z.literal('printed'), proof: z.enum(['process-id', 'in-order-status']) }),
  /** Nothing of the job can be on paper, or the printer said why it stopped. */
  z.object({ end: z.literal('failed'), fault: faultSchema }),
  /** Bytes were sent and nobody can say whether they were printed: a person must look. */
  z.object({ end: z.literal('unknown'), fault: faultSchema }),
]);
export type PrintOutcome = z.infer<typeof printOutcomeSchema>;

/** What a device answered when it was last found, or `usb:…`: ports are renumbered, devices are not. */
export const rememberedIdentitySchema = z.object({
  device: deviceIdSchema,
  identity: z.string().min(1).max(200),
});
export type RememberedIdentity = z.infer<typeof rememberedIdentitySchema>;

const MAX_DEVICES = 32;

/** A line of a raw trace: bytes in hexadecimal; those that may be a person's are only counted, as `<12>`. */
export const MAX_TRACE_LINE_CHARS = 4_000;
export const traceLineSchema = z.object({
  device: deviceIdSchema,
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  atMs: z.number().int(),
  direction: z.enum(['to-device', 'from-device']),
  bytes: z.string().max(MAX_TRACE_LINE_CHARS),
});
export type TraceLine = z.infer<typeof traceLineSchema>;

export const toDeviceHostSchema = z.discriminatedUnion('type', [
  /** Sent once after `hello`, and again whenever the settings change: the whole list each time. */
  z.object({
    type: z.literal('configure'),
    devices: z.array(deviceSettingsSchema).max(MAX_DEVICES),
    /** A hint for devices whose settings name no identity. */
    remembered: z.array(rememberedIdentitySchema).max(MAX_DEVICES).default([]),
    /** Printers on whose paper a slip may stand that was not cut off, from before this host began. */
    unfinished: z.array(deviceIdSchema).max(MAX_DEVICES).default([]),
  }),
  /** Switched on for minutes: the host ends it by itself. */
  z.object({ type: z.literal('trace'), device: deviceIdSchema, on: z.boolean() }),
  /** Cards are only looked for while a visit asks for one. */
  z.object({ type: z.literal('watch-card'), device: deviceIdSchema, on: z.boolean() }),
  /** A scanner is lit, and its codes are taken, only while somebody was asked to show one. */
  z.object({ type: z.literal('watch-code'), device: deviceIdSchema, on: z.boolean() }),
  /** null clears the display. Each request is answered by one `show-ended`. */
  z.object({
    type: z.literal('show'),
    device: deviceIdSchema,
    requestId: z.string().max(64),
    content: windowDisplayContentSchema.nullable(),
  }),
  z.object({
    type: z.literal('print'),
    device: deviceIdSchema,
    jobId: z.string().max(64),
    document: receiptDocumentSchema,
  }),
  /**
   * The device is taken out of service and worked until the time is over or `on: false` comes; then it is as before. Answered by
   * `burn-in` each second.
   */
  z.object({
    type: z.literal('burn-in'),
    device: deviceIdSchema,
    on: z.boolean(),
    lastsMs: z
      .number()
      .int()
      .min(0)
      .max(MAX_BURN_IN_MINUTES * 60_000),
  }),
  z.object({ type: z.literal('ping'), nonce: z.number().int() }),
  z.object({ type: z.literal('stop') }),
]);
export type ToDeviceHost = z.infer<typeof toDeviceHostSchema>;

export const fromDeviceHostSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello') }),
  z.object({ type: z.literal('device'), device: deviceSnapshotSchema }),
  /** The serial ports that belong to no configured device: listed, and never opened by that. */
  z.object({ type: z.literal('ports'), unknown: z.array(serialPortSchema).max(MAX_SERIAL_PORTS) }),
  /** By this the device can be found again on another port. */
  z.object({ type: z.literal('identified'), ...rememberedIdentitySchema.shape }),
  z.object({ type: z.literal('traced'), line: traceLineSchema }),
  z.object({ type: z.literal('card-read'), device: deviceIdSchema, document: identityDocumentSchema }),
  z.object({ type: z.literal('card-fault'), device: deviceIdSchema, fault: faultSchema }),
  /** Opaque, and whoever holds it holds a person's data while it lives: never logged. */
  z.object({
    type: z.literal('code-scanned'),
    device: deviceIdSchema,
    content: residentCodeSchema,
  }),
  z.object({ type: z.literal('code-fault'), device: deviceIdSchema, fault: faultSchema }),
  z.object({ type: z.literal('show-ended'), requestId: z.string().max(64), fault: faultSchema.nullable() }),
  z.object({ type: z.literal('print-ended'), jobId: z.string().max(64), outcome: printOutcomeSchema }),
  z.object({
    type: z.literal('burn-in'),
    device: deviceIdSchema,
    figures: burnInFiguresSchema,
    isOver: z.boolean(),
  }),
  z.object({ type: z.literal('pong'), nonce: z.number().int() }),
]);
export type FromDeviceHost = z.infer<typeof fromDeviceHostSchema>;
