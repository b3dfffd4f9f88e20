import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { helpPages } from './choices.ts';
import { terminalNumberSchema } from './queue/stamp.ts';
import { staffIdSchema, windowIdSchema } from './queue/ticket.ts';
import { resultOf } from './result-schema.ts';

/** Somebody at a kiosk calls for staff. Nothing of a person: a kiosk, a time, a kind of page. */

export const helpPageSchema = z.enum(helpPages);

/** Milliseconds since 1970-01-01T00:00:00Z, in the time of the terminal. */
const atMs = z.int().min(0);
const count = z.int().min(0);

/** Who said "I am coming". `window`: null: at the kiosk's own screen. */
export const helperSchema = z.object({ staffId: staffIdSchema, window: windowIdSchema.nullable() });
export type Helper = z.infer<typeof helperSchema>;

export const helpCallSchema = z.object({
  callId: z.uuid(),
  /** The two digits of the terminal in its station. */
  kiosk: terminalNumberSchema,
  page: helpPageSchema,
  calledMs: atMs,
  /** Null: nobody has answered. */
  helper: helperSchema.nullable(),
  /** Whether the terminal there answers: of one that does not nobody knows whether somebody still stands before it. */
  isReachable: z.boolean(),
});
export type HelpCall = z.infer<typeof helpCallSchema>;

/** The whole of it each time; the newest wins. */
export const helpSnapshotSchema = z.object({
  revision: count,
  nowMs: atMs,
  calls: z.array(helpCallSchema).max(100),
});
export type HelpSnapshot = z.infer<typeof helpSnapshotSchema>;

export const kioskHelpSchema = z.object({
  revision: count,
  /** Whether anybody who may come has a console open now. */
  isHeard: z.boolean(),
  /** `isTold`: it is where the consoles are; at a member, whose hub does not answer, it is not yet. */
  call: helpCallSchema.pick({ calledMs: true, helper: true }).extend({ isTold: z.boolean() }).nullable(),
  nowMs: atMs,
});
export type KioskHelp = z.infer<typeof kioskHelpSchema>;

const done = resultOf(z.null());
const ofCall = z.object({ callId: z.uuid() });

export const kioskHelpContract = {
  watch: oc.output(eventIterator(kioskHelpSchema)),
  /** A second call, while one is open, is the same one. Faults: `store.full`, `store.failed`. */
  call: oc.input(z.object({ page: helpPageSchema })).output(done),
  /** Not needed any more. */
  takeBack: oc.output(done),
};

/** Faults: `help.gone`, `help.taken`. */
export const staffHelpContract = {
  /** Whoever listens is somebody who may come: kiosks say so. */
  watch: oc.output(eventIterator(helpSnapshotSchema)),
  come: oc.input(ofCall).output(done),
  done: oc.input(ofCall).output(done),
};
