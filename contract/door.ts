import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { admissionCodeSchema, browserNameSchema } from './access.ts';
import { terminalNumberSchema } from './queue/stamp.ts';
import { resultOf } from './result-schema.ts';

/** The browsers of the station, as a technician sees and admits them at the kiosk's own screen. */
export const doorViewSchema = z.object({
  revision: z.int().min(0),
  /** Of this one itself, which nobody is let in as. */
  terminal: terminalNumberSchema,
  /** Those that wait before the door, each with the six digits on its page. */
  knocking: z.array(z.object({ code: admissionCodeSchema, address: z.string().max(60) })),
  admitted: z.array(z.object({ name: browserNameSchema, admittedAtMs: z.int().min(0) })),
});
export type DoorView = z.infer<typeof doorViewSchema>;

export const staffDoorContract = {
  watch: oc.output(eventIterator(doorViewSchema)),
  /** Lets in the browser that shows these digits; one that had the name before is let in no more. Fault: `access.code-unknown`. */
  admit: oc
    .input(z.object({ code: admissionCodeSchema, name: browserNameSchema }))
    .output(resultOf(z.object({ address: z.string().max(60), replaced: z.boolean() }))),
  /** At once. Fault: `access.browser-unknown`. */
  shutOut: oc.input(z.object({ name: browserNameSchema })).output(resultOf(z.null())),
};
