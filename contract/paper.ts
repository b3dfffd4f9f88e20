import { z } from 'zod';
import { MAX_ATTACHMENTS } from './attachment.ts';
import { materialSchema } from './item.ts';
import { localizedTextSchema } from './localized.ts';
import { MAX_PHOTO_BYTES, MAX_PHOTO_PART_BYTES } from './photo-limits.ts';

/** Papers (材料) that an item asks for: how each of them is handed in, and its photographed pages. */

/** Parts of one photograph. */
export const MAX_PHOTO_PARTS = Math.ceil(MAX_PHOTO_BYTES / MAX_PHOTO_PART_BYTES);

/** Of one visit together, in memory until it ends, in bytes and in pages. */
export const MAX_VISIT_PHOTO_BYTES = 50_331_648;
export const MAX_VISIT_PHOTOS = 36;

/** Pages of one paper: a household register has about ten that say something. */
export const MAX_PAGES_OF_A_PAPER = 12;

/**
 * What the camera page found wrong with a picture. It is a reason to take it again, not to refuse it: whoever
 * cannot do better keeps it, and staff see what was found.
 */
export const photoDoubts = ['no-edges', 'cut-off', 'far', 'dark', 'glare', 'blur'] as const;
export const photoDoubtSchema = z.enum(photoDoubts);
export type PhotoDoubt = z.infer<typeof photoDoubtSchema>;

/**
 * How a paper is handed in. `photo`: photographed here. `staff`: staff check the original. `later`: it follows
 * (容缺后补), where the item permits. `look-up`: the office has it from the one that issued it. `none`: the resident
 * has none of it, and the item does not need it.
 */
export const paperWaySchema = z.enum(['photo', 'staff', 'later', 'look-up', 'none']);
export type PaperWay = z.infer<typeof paperWaySchema>;

export const paperIdSchema = z.string().min(1).max(40);

/** A paper as the payload names it; its photographed pages are among the attachments. */
export const paperRecordSchema = z.object({
  paperId: paperIdSchema,
  way: paperWaySchema,
  /** Pages (from 1) in whose pictures something was found, and what. */
  doubtful: z
    .array(
      z.object({
        page: z.int().min(1).max(MAX_ATTACHMENTS),
        found: z.array(photoDoubtSchema).min(1).max(photoDoubts.length),
      }),
    )
    .max(MAX_PAGES_OF_A_PAPER),
});
export type PaperRecord = z.infer<typeof paperRecordSchema>;

export const paperRecordsSchema = z.array(paperRecordSchema).max(60);

export const photoIdSchema = z.uuid();

/** The page that asks for one paper. */
export const paperPageSchema = z.object({
  paperId: paperIdSchema,
  name: localizedTextSchema,
  necessity: materialSchema.shape.necessity,
  /** Those that this paper permits; never empty. */
  ways: z.array(paperWaySchema).min(1),
  /** The one that was chosen; null on the first visit of the page. */
  way: paperWaySchema.nullable(),
  /** In the order of its pages. */
  photos: z.array(z.object({ photoId: photoIdSchema, doubts: z.array(photoDoubtSchema) })),
  /** Photographed for an earlier item of this visit, and not asked for again. */
  isReused: z.boolean(),
  /** A picture of a person: small, and nothing on it is read. */
  isPicture: z.boolean(),
  canAdd: z.boolean(),
  /** Why the office wants this one again (补正). */
  correction: localizedTextSchema.optional(),
  progress: z.object({ step: z.int().positive(), of: z.int().positive() }),
  /** True when it was reached from the check page, to which it returns. */
  changing: z.boolean(),
});
export type PaperPage = z.infer<typeof paperPageSchema>;

/** A paper on the check page. */
export const reviewPaperSchema = z.object({
  paperId: paperIdSchema,
  name: localizedTextSchema,
  necessity: materialSchema.shape.necessity,
  /** Null: not decided yet, which the check page counts as missing. */
  way: paperWaySchema.nullable(),
  pages: z.int().nonnegative(),
  isDoubtful: z.boolean(),
  canChange: z.boolean(),
});
export type ReviewPaper = z.infer<typeof reviewPaperSchema>;

/**
 * The camera that photographs papers, as the station is configured. The browser tells a camera by its label once
 * it may use one; a part of it is enough. Null: whichever there is.
 */
export const cameraSettingsSchema = z.object({
  label: z
    .string()
    .min(1)
    .max(100)
    .nullable()
    .describe('Part of the name by which the system knows the camera for papers; null takes the only one'),
  facing: z
    .enum(['user', 'environment'])
    .nullable()
    .describe('Which way it looks, on a tablet with two; null does not ask'),
  widthPx: z
    .int()
    .min(640)
    .max(8000)
    .describe('Width of its picture in pixels, asked for and not insisted on'),
  heightPx: z.int().min(480).max(8000).describe('Height of its picture in pixels'),
});
export type CameraSettings = z.infer<typeof cameraSettingsSchema>;
