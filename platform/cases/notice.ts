import { z } from 'zod';
import {
  closeOutcomeSchema,
  correctionEntrySchema,
  MAX_CORRECTION_ENTRIES,
  noticeTextSchema,
} from '#contract/progress.ts';

/** The written notice that goes with a step of a case, as data: 受理, 不予受理, 补齐补正, 办结. */
export const noticeSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('acceptance'), decideBy: z.iso.date().nullable() }),
  z.object({ kind: z.literal('refusal'), reason: noticeTextSchema }),
  z.object({
    kind: z.literal('correction'),
    dueOn: z.iso.date(),
    entries: z.array(correctionEntrySchema).min(1).max(MAX_CORRECTION_ENTRIES),
  }),
  z.object({
    kind: z.literal('result'),
    outcome: closeOutcomeSchema,
    text: noticeTextSchema,
    documentNo: z.string().max(60).nullable(),
  }),
]);
export type Notice = z.infer<typeof noticeSchema>;

/** A case has one notice a step, so that case and step number it. */
export function noticeNo(caseNo: string, ordinal: number): string {
  return `${caseNo}-${String(ordinal).padStart(2, '0')}`;
}
