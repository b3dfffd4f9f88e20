import { z } from 'zod';
import { readinessItems, readinessStates } from './provisioning.ts';

/** Over this the platform refuses a report, in bytes. */
export const MAX_READINESS_BYTES = 65_536;

const MAX_LINES = 64;

export const readinessLineSchema = z.strictObject({
  item: z.enum(readinessItems),
  /** The configured name of the device; null where the line is about the terminal. */
  device: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/)
    .nullable(),
  state: z.enum(readinessStates),
  /** Why it is not green: a problem of provisioning.ts or a fault of fault.ts. */
  code: z
    .string()
    .regex(/^[a-z][a-z-]{0,30}\.[a-z][a-z-]{0,40}$/)
    .nullable(),
  /** For the technician; never a personal value. */
  detail: z.string().max(300).nullable(),
});
export type ReadinessLine = z.infer<typeof readinessLineSchema>;

/** What a terminal found of itself at its first start, or when somebody asked anew. */
export const readinessReportSchema = z.strictObject({
  /** By the terminal's clock. */
  takenAt: z.iso.datetime(),
  /** Whether somebody stood there, or a file was followed. */
  by: z.enum(['technician', 'file']),
  lines: z.array(readinessLineSchema).min(1).max(MAX_LINES),
});
export type ReadinessReport = z.infer<typeof readinessReportSchema>;

/** The newest report stands; one that was taken before it comes too late and changes nothing. */
export const readinessKeptSchema = z.object({ stands: z.boolean() });
export type ReadinessKept = z.infer<typeof readinessKeptSchema>;

export function isGreen({ lines }: Pick<ReadinessReport, 'lines'>): boolean {
  return lines.every(({ state }) => state !== 'red');
}
