import { z } from 'zod';
import { accessSchema } from './bench-platform.ts';

/** What the process that drains is told, and what it says at the end (drain-worker.ts). */
export const orderSchema = z.object({
  dataDir: z.string(),
  masterKeyHex: z.string(),
  rows: z.number(),
  access: accessSchema,
});
export type DrainOrder = z.infer<typeof orderSchema>;

/** What a resident waited, from the touch to the commit; `loop`: what a timer was late, by percentile. */
const servedSchema = z.object({
  submitMs: z.array(z.number()),
  loopP50Ms: z.number(),
  loopP99Ms: z.number(),
  loopMaxMs: z.number(),
});
export type Served = z.infer<typeof servedSchema>;

export const drainedSchema = z.object({
  acknowledged: z.number(),
  tookMs: z.number(),
  coreShare: z.number(),
  /** Beginning when the first fifth was sent. */
  rssMb: z.array(z.number()).min(1),
  /** What is really used, behind a full collection: when the first fifth was sent, and at the end. */
  heapMb: z.object({ warm: z.number(), end: z.number() }),
  quiet: servedSchema,
  draining: servedSchema,
});
export type Drained = z.infer<typeof drainedSchema>;
