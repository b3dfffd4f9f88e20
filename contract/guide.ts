import { z } from 'zod';
import { givenInstantSchema } from './calendar-time.ts';
import { guideErrors } from './choices.ts';
import { itemGuideSchema, itemSlugSchema } from './item.ts';

/** What a resident is shown before anything personal is asked. */

export const availabilitySchema = z.discriminatedUnion('as', [
  z.object({ as: z.literal('open') }),
  /** `opens`, `2026-11-23T09:00`, in the station's local time; null when the calendar does not say. */
  z.object({ as: z.literal('closed'), opens: z.iso.datetime({ local: true }).nullable() }),
  /** The platform cannot be reached, and this item cannot be received without it. */
  z.object({ as: z.literal('needs-line') }),
  /** The same, and it may be filled in and kept here for a while: nothing is submitted. */
  z.object({ as: z.literal('draft-only') }),
  /** This terminal explains it; it is done at a window. */
  z.object({ as: z.literal('guide-only') }),
]);
export type Availability = z.infer<typeof availabilitySchema>;

export const shownGuideSchema = itemGuideSchema.extend({ availability: availabilitySchema });
export type ShownGuide = z.infer<typeof shownGuideSchema>;

export const guideErrorSchema = z.enum(guideErrors);
export type GuideError = z.infer<typeof guideErrorSchema>;

/** A resident’s report that a guide is wrong. Of nobody, and about nobody. */
export const guideReportSchema = z.object({
  /** The idempotency key. */
  reportId: z.uuid(),
  slug: itemSlugSchema,
  /** The version that was read. */
  version: z.string().min(1).max(60),
  error: guideErrorSchema,
  reportedAt: givenInstantSchema,
});
export type GuideReport = z.infer<typeof guideReportSchema>;
