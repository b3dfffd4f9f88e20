import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { MAX_BURN_IN_MINUTES } from './burn-in.ts';
import { deviceIdSchema } from './devices.ts';
import { resultOf } from './result-schema.ts';
import {
  leftoversSchema,
  logLevelSchema,
  logRowSchema,
  networkPathSchema,
  storeCheckSchema,
  technicianViewSchema,
} from './technician-view.ts';

const done = resultOf(z.null());
const oneDevice = z.object({ id: deviceIdSchema });

/** Changes of a device's state that are shown. */
export const MAX_HISTORY_SHOWN = 100;
/** Lines that a watcher gets at once, and those that an export holds. */
export const MAX_LOG_LINES_AT_ONCE = 500;
export const MAX_EXPORT_CHARS = 2_000_000;
/** A level that is more talkative than usual goes back by itself. */
export const MAX_LOG_LEVEL_MINUTES = 240;

export const deviceHistoryRowSchema = z.object({
  state: z.enum(['ready', 'attention', 'lost', 'unidentified', 'disabled']),
  /** A fault code, or what the device needed. */
  reason: z.string().max(200).nullable(),
  detail: z.string().max(1_000).nullable(),
  firstAtMs: z.int().min(0),
  lastAtMs: z.int().min(0),
  count: z.int().min(1),
});
export type DeviceHistoryRow = z.infer<typeof deviceHistoryRowSchema>;

const crossErrorMm = z.number().min(0).max(5_000);
const panelMm = z.number().min(50).max(3_000);

/**
 * The technician's console: what the terminal is like, and what a hand at it may do. Reading is for technician and auditor,
 * doing for the technician alone. Each act leaves a row in the audit.
 */
export const technicianContract = {
  /** The present view, then one whenever something changed, and every five seconds. */
  watch: oc.output(eventIterator(technicianViewSchema)),
  device: {
    /** The newest first. Fault: `technician.device-unknown`. */
    history: oc.input(oneDevice).output(resultOf(z.array(deviceHistoryRowSchema).max(MAX_HISTORY_SHOWN))),
    /** Its bytes into the log for ten minutes, those of a person counted and not told. Fault: `technician.device-unknown`. */
    trace: oc.input(oneDevice.extend({ on: z.boolean() })).output(done),
    /**
     * Closes its line, opens it and asks it anew who it is. Faults: `technician.device-unknown`, `technician.device-off`,
     * `technician.visit-open`, `technician.burn-in-runs`.
     */
    identify: oc.input(oneDevice).output(done),
    /** Kept over restarts. Faults: those of `identify`; of the store. */
    setEnabled: oc.input(oneDevice.extend({ on: z.boolean() })).output(done),
    /** Ends the process of the drivers; it is started again at once. Fault: `technician.visit-open`. */
    restartHost: oc.output(done),
  },
  burnIn: {
    /** Faults: those of `device.identify`; `technician.in-service`: only while the terminal is out of service. */
    start: oc
      .input(z.object({ id: deviceIdSchema, minutes: z.int().min(1).max(MAX_BURN_IN_MINUTES) }))
      .output(done),
    /** Ends it with its figures so far. */
    stop: oc.output(done),
  },
  /** Reads every page of the database. Faults: `technician.visit-open`; `technician.store-too-large`. */
  checkStore: oc.output(resultOf(storeCheckSchema)),
  checkNetwork: oc.output(resultOf(networkPathSchema)),
  log: {
    /** The last lines, then what comes, in batches. */
    watch: oc.output(eventIterator(z.array(logRowSchema).max(MAX_LOG_LINES_AT_ONCE))),
    /** Goes back by itself. */
    setLevel: oc
      .input(z.object({ level: logLevelSchema, minutes: z.int().min(1).max(MAX_LOG_LEVEL_MINUTES) }))
      .output(done),
    /** The lines that are in memory, redacted, one JSON object a line. Fault: `technician.at-kiosk`: nothing can be saved there. */
    export: oc.output(
      resultOf(z.object({ name: z.string().max(120), text: z.string().max(MAX_EXPORT_CHARS) })),
    ),
    /** The same into a folder of this machine, as a stick has one. Faults: `technician.folder-refused`, `technician.not-written`. */
    exportTo: oc
      .input(z.object({ folder: z.string().min(1).max(400) }))
      .output(resultOf(z.object({ file: z.string().max(600) }))),
  },
  calibrate: {
    /** How far beside each of four crosses a finger was, in millimetres: kept in the audit. */
    touch: oc.input(z.object({ errorsMm: z.array(crossErrorMm).length(4) })).output(done),
    /** What the panel measures by a card that was held to it: kept in the audit, the configuration stays as it is. */
    screen: oc.input(z.object({ widthMm: panelMm, heightMm: panelMm })).output(done),
  },
  /** Out of service, or in again. Faults: those of the store. */
  setService: oc.input(z.object({ on: z.boolean() })).output(done),
  /** The program, or the whole machine by its supervisor. Fault: `technician.visit-open`. */
  restart: oc.input(z.object({ what: z.enum(['program', 'machine']) })).output(done),
  decommission: {
    look: oc.output(resultOf(leftoversSchema)),
    /**
     * Destroys the keys, and with them all that is sealed; the audit stays for export. The program ends. `terminalId`: typed in by
     * whoever does it. Faults: `technician.in-service`, `technician.visit-open`, `technician.other-terminal`, `technician.leftovers`;
     * when none of them is in its way, `access.second-needed` until somebody else has confirmed it (second-person.ts).
     */
    do: oc.input(z.object({ terminalId: z.string().max(40) })).output(done),
  },
};
