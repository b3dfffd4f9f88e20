import type { ChainPlace } from '#contract/application.ts';
import type { Attachment } from '#contract/attachment.ts';
import type { CorrectionEntry } from '#contract/progress.ts';
import type { VisitStep } from '#contract/visit.ts';
import type { CheckedApplication } from '../intake/intake.ts';
import type { PapersBefore, Position } from './draft.ts';
import { indexOfPosition, positionAt, stopsOf, type Walked } from './stops.ts';

/** What goes back to one case. */
export interface Revised {
  /** The revision that it is submitted as. */
  readonly revision: number;
  readonly receiptNo: string;
  /** Of an application that came in a chain: its place there. */
  readonly place: ChainPlace | null;
  /** Under the item's own ids. */
  readonly papers: PapersBefore;
}

/** An application that the office wants corrected (补正), in the hands of the resident; or several of a chain at once. */
export interface CorrectionInHand {
  /** By application. */
  readonly revised: ReadonlyMap<string, Revised>;
  /** Everything that the notice, or each of several, names. */
  readonly entries: readonly CorrectionEntry[];
  /** What the notice names and was not gone through yet, in the order of the form. */
  remaining: readonly Position[];
  /** How much there was. */
  readonly total: number;
}

/** As intake takes it. `keptAttachments`: pages of the revision before that stay. */
export function correctionOf(
  { revision, receiptNo }: Revised,
  keptAttachments: readonly Attachment[],
): NonNullable<CheckedApplication['correction']> {
  return { revision, receiptNo, keptAttachments };
}

/** The stops of this form that the notice names. What has no stop (what the card says, some papers) is told at the end. */
export function markedStops(walked: Walked, entries: readonly CorrectionEntry[]): Position[] {
  return stopsOf(walked)
    .map((stop) => positionAt(stop, true))
    .filter((position) => entries.some((entry) => isAbout(entry, position)));
}

/** The next stop that the notice names, or null when there is none left. */
export function nextMarked(walked: Walked, { remaining }: CorrectionInHand): Position | null {
  const stops = stopsOf(walked);
  return remaining.find((position) => indexOfPosition(stops, position) >= 0) ?? null;
}

export function wentThrough(correction: CorrectionInHand, position: Position): void {
  correction.remaining = correction.remaining.filter((marked) => !isSame(marked, position));
}

/** The step with what the notice says about it. */
export function withReasons(step: VisitStep, correction: CorrectionInHand, walked: Walked): VisitStep {
  if (step.kind === 'review') {
    const stops = stopsOf(walked).map((stop) => positionAt(stop, true));
    const elsewhere = correction.entries.filter(
      (entry) => !stops.some((position) => isAbout(entry, position)),
    );
    return { ...step, corrections: elsewhere.map(({ name, reason }) => ({ name, reason })) };
  }
  const { position } = walked.form;
  const entry = correction.entries.find((named) => isAbout(named, position));
  if (!entry) return step;
  const { remaining, total } = correction;
  const marks = {
    correction: entry.reason,
    ...(remaining.some((marked) => isSame(marked, position))
      ? { progress: { step: total - remaining.length + 1, of: total + 1 } }
      : {}),
  };
  switch (step.kind) {
    case 'question':
      return { kind: 'question', page: { ...step.page, ...marks } };
    case 'group':
      return { kind: 'group', page: { ...step.page, ...marks } };
    case 'paper':
      return { kind: 'paper', page: { ...step.page, ...marks } };
    default:
      return step;
  }
}

function isAbout({ target }: CorrectionEntry, position: Position): boolean {
  return target.of === 'page'
    ? position.at === 'page' && position.pageId === target.pageId
    : position.at === 'paper' && position.paperId === target.materialId;
}

function isSame(one: Position, other: Position): boolean {
  if (one.at === 'page') return other.at === 'page' && one.pageId === other.pageId;
  return one.at === 'paper' && other.at === 'paper' && one.paperId === other.paperId;
}
