import { z } from 'zod';
import { caseStatusSchema } from './application.ts';
import {
  alertLevels,
  alertRules,
  caseVerbs,
  deliveryWays,
  documentKinds,
  specialReasons,
} from './case-choices.ts';
import { localizedTextSchema } from './localized.ts';
import {
  caseNoSchema,
  closeOutcomeSchema,
  correctionEntrySchema,
  MAX_CORRECTION_ENTRIES,
  noticeNoSchema,
  noticeTextSchema,
} from './progress.ts';

/** A case as its office and its supervisors read it: every step, every written notice, the clocks, the alerts. */

export const deliveryWaySchema = z.enum(deliveryWays);
export const specialReasonSchema = z.enum(specialReasons);

/** The written notice that goes with a step of a case, as data. */
export const noticeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('acceptance'),
    decideBy: z.iso.date().nullable(),
    /** Nobody had answered in time, so that it counts as accepted from this day (行政许可法 32). Absent: an officer accepted. */
    deemedFrom: z.iso.date().optional(),
  }),
  z.object({ kind: z.literal('refusal'), reason: noticeTextSchema }),
  z.object({
    kind: z.literal('correction'),
    dueOn: z.iso.date(),
    entries: z.array(correctionEntrySchema).min(1).max(MAX_CORRECTION_ENTRIES),
  }),
  z.object({ kind: z.literal('corrected') }),
  z.object({
    kind: z.literal('special'),
    reason: specialReasonSchema,
    text: noticeTextSchema,
    /** The day on which the office expects to go on; it binds no clock. */
    expectedBy: z.iso.date().nullable(),
  }),
  z.object({
    kind: z.literal('extension'),
    text: noticeTextSchema,
    /** In the unit of the item's limit. */
    days: z.int().positive(),
    decideBy: z.iso.date().nullable(),
  }),
  z.object({ kind: z.literal('return'), reason: noticeTextSchema, isOverdue: z.boolean() }),
  z.object({
    kind: z.literal('result'),
    outcome: closeOutcomeSchema,
    text: noticeTextSchema,
    documentNo: z.string().max(60).nullable(),
  }),
  z.object({ kind: z.literal('delivery'), how: deliveryWaySchema }),
]);
export type Notice = z.infer<typeof noticeSchema>;

/** What stands at the head of a notice, as it was when it was given: names and telephones change later. */
export const noticeHeadingSchema = z.object({
  itemName: localizedTextSchema,
  unit: localizedTextSchema,
  phone: z.string().max(40),
});
export type NoticeHeading = z.infer<typeof noticeHeadingSchema>;

const countedLimitSchema = z.object({
  count: z.int().nonnegative().max(1000),
  unit: z.enum(['workday', 'day']),
});
/** The limits of a case, pinned when its clock started. At once (即办) is 0 working days. */
export const caseLimitsSchema = z.object({
  promised: countedLimitSchema,
  legal: countedLimitSchema,
  /** In the unit of the promised limit; 0: the step has no limit of its own. */
  steps: z.array(z.object({ name: localizedTextSchema, days: z.int().nonnegative().max(1000) })).max(20),
});
export type CaseLimits = z.infer<typeof caseLimitsSchema>;

export const actorSchema = z.enum(['station', 'desk', 'clock']);
export type Actor = z.infer<typeof actorSchema>;

export const recordedEventSchema = z.object({
  at: z.iso.datetime(),
  verb: z.enum(caseVerbs),
  from: caseStatusSchema.nullable(),
  to: caseStatusSchema,
  /** A role, never a name. */
  actor: actorSchema,
  /** Of the office that acted; null: the desk, the station or the clock did. */
  unit: z.string().max(200).nullable(),
  /** The revision of the application that came with it. */
  revision: z.int().positive().nullable(),
  handedTo: localizedTextSchema.nullable(),
  /** The step of the item that was completed, counted from 0. */
  step: z.int().nonnegative().nullable(),
  document: z
    .object({
      no: noticeNoSchema,
      kind: z.enum(documentKinds),
      /** Null: given before headings were kept. */
      heading: noticeHeadingSchema.nullable(),
      notice: noticeSchema,
    })
    .nullable(),
});

/** A day is China's. `by` null: the clock rests, or no limit is known. */
export const standingClocksSchema = z.object({
  /** Until when the office says whether it accepts. */
  tellBy: z.iso.date().nullable(),
  correctBy: z.iso.date().nullable(),
  /** `none`: it has not begun, or is over. */
  state: z.enum(['none', 'runs', 'rests']),
  promisedBy: z.iso.date().nullable(),
  legalBy: z.iso.date().nullable(),
  step: z
    .object({ index: z.int().nonnegative(), name: localizedTextSchema, by: z.iso.date().nullable() })
    .nullable(),
  /** The first year that one of these days lies in, or crosses, whose holidays are not delivered: weekdays count there. */
  calendarGap: z.int().nullable(),
});

export const alertSchema = z.object({
  alertNo: z.string().max(40),
  caseNo: caseNoSchema,
  level: z.enum(alertLevels),
  rule: z.enum(alertRules),
  /** For `step-over`: which step, counted from 0. */
  step: z.int().nonnegative().nullable(),
  since: z.iso.date(),
  /** The day on which it stood no more; null: it stands. */
  until: z.iso.date().nullable(),
});
export type Alert = z.infer<typeof alertSchema>;

export const caseHistorySchema = z.object({
  caseNo: caseNoSchema,
  status: caseStatusSchema,
  /** Whose it is now. */
  unit: localizedTextSchema,
  clocks: standingClocksSchema,
  events: z.array(recordedEventSchema).max(1000),
  alerts: z.array(alertSchema).max(200),
});
export type CaseHistory = z.infer<typeof caseHistorySchema>;

/** What stands over all cases: the alerts, and whether the calendar carries the days that were promised. */
export const standingAlertsSchema = z.object({
  /** Red first, and of one level the oldest. */
  alerts: z.array(alertSchema).max(500),
  /** All that stand, also those beyond the list. */
  counts: z.object({
    hint: z.int().nonnegative(),
    yellow: z.int().nonnegative(),
    red: z.int().nonnegative(),
  }),
  calendar: z.object({
    /** Whose holidays are delivered. */
    years: z.array(z.int()).max(100),
    /** Open cases with a day in another year, reckoned by weekdays alone. */
    casesBeyond: z.int().nonnegative(),
  }),
});
export type StandingAlerts = z.infer<typeof standingAlertsSchema>;
