import { z } from 'zod';

/**
 * Where people live, level by level: province, city, county (GB/T 2260, six digits), street (GB/T 10114, nine) and
 * community (the ministry's twelve). A code begins with the code of what it lies in, so that a table of code and name is
 * the whole tree. A district holds what its people need: all provinces, cities and counties, and streets and communities
 * of its own.
 */

/** In one place; the largest county has some forty streets, the largest street some hundred communities. */
export const MAX_CHILDREN = 400;
/** Province, city and county in a row, as an address holds them. */
export const MAX_REGION_TEXT = 40;

export const regionCodeSchema = z.string().regex(/^[1-9]\d{5}(\d{3}(\d{3})?)?$/);
export const regionSchema = z.strictObject({
  code: regionCodeSchema,
  name: z.string().trim().min(1).max(MAX_REGION_TEXT),
});
export type Region = z.infer<typeof regionSchema>;

/** What a screen shows of one place: how one gets there, and what lies in it. */
export const regionLevelsSchema = z.object({
  /** From the province to the place itself; empty at the top, and for a code that is not in the table. */
  path: z.array(regionSchema).max(5),
  /** The station's own first, the others by their codes. */
  children: z.array(regionSchema).max(MAX_CHILDREN),
  /** The street that the station serves, when the table has it. */
  own: regionCodeSchema.nullable(),
});
export type RegionLevels = z.infer<typeof regionLevelsSchema>;
