import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { channelAddressSchema, deviceIdSchema, deviceKindSchema, windowNameSchema } from './devices.ts';
import { MAX_TYPED_CODE_CHARS } from './enrolment-code.ts';
import { cameraSettingsSchema } from './paper.ts';
import { judgedTests, provisioningSteps } from './provisioning.ts';
import { readinessLineSchema } from './readiness.ts';

/**
 * The API of a first start: one of its own, served by a program that has no queue, no form and no store open yet, to this
 * machine's own screen alone.
 */
const languageSchema = z.enum(['zh', 'en']);

export const screenMmSchema = z.strictObject({
  widthMm: z.number().min(100).max(3000),
  heightMm: z.number().min(100).max(3000),
});

export const terminalNumbersSchema = z.strictObject({
  region: z.string().regex(/^\d{6}$/),
  station: z.string().regex(/^\d{3}$/),
  number: z.string().regex(/^\d{2}$/),
});
export type TerminalNumbers = z.infer<typeof terminalNumbersSchema>;

const testSchema = z.enum(judgedTests);

export const provisioningCommandSchema = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('go'), step: z.enum(provisioningSteps) }),
  z.strictObject({ do: z.literal('language'), language: languageSchema }),
  z.strictObject({ do: z.literal('check-clock') }),
  /** The platform cannot be asked, and the technician's own watch says the same. */
  z.strictObject({ do: z.literal('confirm-clock') }),
  z.strictObject({ do: z.literal('check-network') }),
  /** Of the whole panel; `ratio`: how much wider than high a pixel of the page would be by it. */
  z.strictObject({
    do: z.literal('screen'),
    ...screenMmSchema.shape,
    ratio: z.number().positive().max(100),
  }),
  z.strictObject({ do: z.literal('terminal'), ...terminalNumbersSchema.shape }),
  z.strictObject({ do: z.literal('enrol'), code: z.string().max(MAX_TYPED_CODE_CHARS) }),
  /** Whether a code that is shown to a bound scanner enrols this terminal. */
  z.strictObject({ do: z.literal('scan-code'), on: z.boolean() }),
  z.strictObject({ do: z.literal('bind'), device: deviceIdSchema, channel: channelAddressSchema }),
  z.strictObject({ do: z.literal('leave-out'), device: deviceIdSchema, out: z.boolean() }),
  z.strictObject({ do: z.literal('identify'), device: deviceIdSchema }),
  /** Whether this printer printed. */
  z.strictObject({ do: z.literal('saw-print'), seen: z.boolean() }),
  /** Over which window the number stands; null: nowhere. */
  z.strictObject({ do: z.literal('saw-display'), window: windowNameSchema.nullable() }),
  /** The two change places: each gets the port, and of displays the address, of the other. */
  z.strictObject({ do: z.literal('exchange'), device: deviceIdSchema, other: deviceIdSchema }),
  z.strictObject({ do: z.literal('test'), test: z.enum(['printer', 'card', 'display']) }),
  /** What the technician says of a test. `fault`: what the screen itself found of camera or loudspeaker. */
  z.strictObject({
    do: z.literal('judge'),
    test: testSchema,
    good: z.boolean(),
    fault: z.enum(['camera.missing', 'camera.denied', 'camera.busy', 'camera.failed']).nullable(),
  }),
  /** A file is followed: what needs eyes, ears or a card is judged by nobody. */
  z.strictObject({ do: z.literal('nobody-there'), test: testSchema }),
  z.strictObject({ do: z.literal('stop') }),
  /** Taken anew, kept, printed and sent. */
  z.strictObject({ do: z.literal('report') }),
  z.strictObject({ do: z.literal('finish') }),
]);
export type ProvisioningCommand = z.infer<typeof provisioningCommandSchema>;

/** `busy`: something else is under way. `not-now`: what it needs is not there yet; the page says what. */
export const provisioningAnswerSchema = z.enum(['done', 'busy', 'not-now']);
export type ProvisioningAnswer = z.infer<typeof provisioningAnswerSchema>;

export const networkStages = ['name', 'route', 'trust', 'platform'] as const;

const stageSchema = z.object({
  stage: z.enum(networkStages),
  state: z.enum(['good', 'bad', 'not-tried']),
  code: z.string().max(80).nullable(),
  detail: z.string().max(300).nullable(),
});
export type NetworkStage = z.infer<typeof stageSchema>;

const outcomeSchema = z.enum(['good', 'bad', 'under-way']).nullable();

export const provisioningSnapshotSchema = z.object({
  revision: z.number().int(),
  language: languageSchema,
  step: z.enum(provisioningSteps),
  station: z.object({ zh: z.string(), en: z.string() }),
  timeZone: z.string(),
  platformUrl: z.string(),
  /** What is under way, and what it waits for. */
  underWay: z
    .object({
      what: z.enum(['clock', 'network', 'enrolment', 'identify', 'printer', 'card', 'display', 'report']),
      device: deviceIdSchema.nullable(),
      waitsFor: z.enum(['card', 'code', 'print-seen', 'display-seen', 'nothing']),
    })
    .nullable(),
  clock: z.object({
    machineMs: z.number(),
    /** How far the platform is ahead of this machine; null: it could not be asked. */
    aheadMs: z.number().nullable(),
    isConfirmed: z.boolean(),
  }),
  network: z.array(stageSchema),
  screen: screenMmSchema.nullable(),
  terminal: terminalNumbersSchema.extend({ id: z.string() }).nullable(),
  hasScanner: z.boolean(),
  devices: z.array(
    z.object({
      id: deviceIdSchema,
      kind: deviceKindSchema,
      window: windowNameSchema.nullable(),
      channel: z.string(),
      isLeftOut: z.boolean(),
      /** Another one with which it seems to have been exchanged. */
      crossedWith: deviceIdSchema.nullable(),
    }),
  ),
  /** Ports that a device may be bound to, and by which device each is taken. */
  channels: z.array(
    z.object({ channel: z.string(), maker: z.string().nullable(), device: deviceIdSchema.nullable() }),
  ),
  camera: cameraSettingsSchema.nullable(),
  lines: z.array(readinessLineSchema),
  /** null: no report was taken yet. */
  report: z
    .object({
      takenAtMs: z.number(),
      printed: outcomeSchema,
      sent: outcomeSchema,
      sentCode: z.string().nullable(),
    })
    .nullable(),
  /** Why what was done last could not be written down; null: it is. A power cut would lose it. */
  notKept: z.object({ code: z.string().max(80), detail: z.string().nullable() }).nullable(),
  isFinished: z.boolean(),
});
export type ProvisioningSnapshot = z.infer<typeof provisioningSnapshotSchema>;

export const provisioningContract = {
  provisioning: {
    /** The present state, then the newest after each change. */
    watch: oc.output(eventIterator(provisioningSnapshotSchema)),
    do: oc.input(provisioningCommandSchema).output(provisioningAnswerSchema),
  },
};
