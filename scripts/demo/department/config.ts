import { z } from 'zod';
import { departmentIdSchema } from '#contract/department.ts';
import { localizedTextSchema } from '#contract/localized.ts';

/** What the demo's departments are told when they start: each its token, and what the items are called. */
export const departmentConfigSchema = z.object({
  platformUrl: z.url(),
  host: z.string(),
  /** 0: any free one. */
  port: z.int().min(0).max(65_535),
  seed: z.int(),
  /** How a department works, in milliseconds. */
  pace: z.object({
    thinksMs: z.number().nonnegative(),
    /** And up to this longer. */
    hesitatesMs: z.number().nonnegative(),
    /** When the platform is away, or the case waits for others of its chain. */
    waitsMs: z.number().nonnegative(),
  }),
  departments: z
    .array(z.object({ departmentId: departmentIdSchema, name: localizedTextSchema, token: z.string() }))
    .max(50),
  /** By slug. */
  items: z.record(z.string(), localizedTextSchema),
});
export type DepartmentConfig = z.infer<typeof departmentConfigSchema>;

/** Printed on stdout in one line when the departments can be called. */
export const departmentReadySchema = z.object({ ready: z.object({ url: z.url() }) });
