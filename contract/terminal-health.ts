import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { receiptNoSchema } from './application.ts';
import { deviceSnapshotSchema } from './devices.ts';
import { faultCodeSchema, faultSchema } from './fault.ts';
import { localizedTextSchema } from './localized.ts';
import { resultOf } from './result-schema.ts';
import { stationSnapshotSchema } from './station.ts';

/** An item that this terminal does not take: its department can mend it, nobody here can. */
export const refusedItemSchema = z.object({
  slug: z.string().max(80),
  /** Null: what came does not even say its name. */
  name: localizedTextSchema.nullable(),
  /** Its detail says where in the item, and what. */
  fault: faultSchema,
  /** An earlier version of it is offered meanwhile. */
  hasEarlier: z.boolean(),
});
export type RefusedItem = z.infer<typeof refusedItemSchema>;

/** What whoever works here has to know of this terminal. Nothing of a person. */
export const terminalHealthSchema = stationSnapshotSchema
  .pick({ terminalId: true, platform: true, catalogue: true, outbox: true })
  .extend({
    revision: z.int().min(0),
    /** `window`: over which a display hangs. */
    devices: z.array(deviceSnapshotSchema.extend({ window: z.string().max(8).nullable() })),
    refusedItems: z.array(refusedItemSchema).max(1000),
    /** Residents' word that a guide is wrong, which the platform has not yet. */
    guideReportsWaiting: z.int().min(0),
    /** Days of the queue whose figures the platform has not; null: this terminal tells none. `refused`: it does not take them as they are. */
    stationDays: z
      .object({
        waiting: z.int().min(0),
        refused: z.array(z.object({ day: z.iso.date(), code: faultCodeSchema })).max(4000),
      })
      .nullable(),
    /** `freeMb`: null: the file system does not say. Below `reserveMb` no visit is begun. In mebibytes. */
    disk: z.object({ freeMb: z.int().min(0).nullable(), reserveMb: z.int().min(0) }),
  });
export type TerminalHealth = z.infer<typeof terminalHealthSchema>;

export const staffTerminalContract = {
  watch: oc.output(eventIterator(terminalHealthSchema)),
  /**
   * The receipt of an application again, marked 补打, out of this kiosk. Faults: `parked.unknown`; `print.no-job`, when its
   * content was erased; `print.kiosk-busy`.
   */
  reprint: oc.input(z.object({ receiptNo: receiptNoSchema })).output(resultOf(z.null())),
};
