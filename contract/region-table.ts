import { z } from 'zod';
import { sha256Schema } from './application.ts';
import { regionSchema } from './region.ts';

/** More than all counties of the country, the streets of a province and the communities of a city. */
export const MAX_REGIONS = 30_000;
/** Of the table as it travels, in bytes; an answer of the platform may have little more. */
export const MAX_REGION_TABLE_BYTES = 2_000_000;

export const regionTableSchema = z.object({
  /** Over the canonical JSON of `regions`. */
  sha256: sha256Schema,
  /** In the order of their codes: what lies in another stands behind it. */
  regions: z.array(regionSchema).min(1).max(MAX_REGIONS),
});
export type RegionTable = z.infer<typeof regionTableSchema>;

/** What the platform answers to who says which table he has. */
export const regionAnswerSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('none') }),
  z.object({ state: z.literal('same') }),
  z.object({ state: z.literal('table'), table: regionTableSchema }),
]);
export type RegionAnswer = z.infer<typeof regionAnswerSchema>;
