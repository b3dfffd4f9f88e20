import type { Address } from '#contract/answers.ts';
import type { Fault } from '#contract/fault.ts';
import type { Language } from '#contract/localized.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { AnswerValue, Problem, VisitSnapshot } from '#contract/visit.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { AvailabilityOf } from '../catalogue/availability.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Chains } from '../catalogue/chains.ts';
import type { Changes } from '../changes.ts';
import type { Devices } from '../devices/devices.ts';
import type { PlatformLine } from '../health/platform-line.ts';
import type { Intake } from '../intake/intake.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PrintJobs } from '../printing/print-jobs.ts';
import type { SavedDrafts } from '../saved-drafts/saved-drafts.ts';
import type { Draft, Stage } from './draft.ts';
import type { ForWindow } from './for-window.ts';
import type { PaperPageVerbs } from './paper-page.ts';
import type { ResidentCodes } from './resident-codes.ts';
import type { SavedDraftVerbs } from './saved-draft-page.ts';

export type Done = Result<null, Fault>;
export type Judgement = Result<{ problems: Problem[] }, Fault>;

/**
 * The visit of the one resident who stands at this terminal. There is at most one; it owns every personal
 * value until submission or the end, and then they are gone.
 */
export interface Visits extends PaperPageVerbs, SavedDraftVerbs {
  readonly changes: Changes;
  snapshot(): VisitSnapshot | null;
  /** Something that a snapshot shows (print job, outbox row, reader) changed. */
  poke(): void;
  begin(input: { slug: string; language: Language; requestId: string }): Done;
  /** Faults: `chain.unknown`; of its items, those of `begin`. */
  beginChain(input: ChainBegin): Done;
  /** After one was received: the same resident chooses another item. */
  another(): Done;
  /** On with the items that have not fallen out of the chain. */
  goOn(): Done;
  /** What of this visit can go to a window; null: there is none, or nobody is in the middle of anything. */
  forWindow(): ForWindow | null;
  /** Goes on with a form that was submitted before (补正). */
  takeUp(draft: Draft): void;
  setLanguage(language: Language): Done;
  consent(consentIds: readonly string[]): Done;
  acceptCard(): Done;
  typeIdentity(): Done;
  answer(input: { pageId: string; value: AnswerValue | null; confirmedOdd: boolean }): Judgement;
  addEntry(pageId: string): Done;
  removeEntry(pageId: string, index: number): Done;
  finishGroup(pageId: string, confirmedOdd: boolean): Judgement;
  change(pageId: string): Done;
  back(): Done;
  /** Answers when it is on the disk. The visit goes on from where it is then, and may have ended. */
  submit(): Promise<Done>;
  reprint(): Done;
  settlePrint(cameOut: boolean): Done;
  touch(): Done;
  end(reason: VisitEnd): Done;
}

export interface ChainBegin {
  readonly id: string;
  /** The steps that are applied for. */
  readonly orders: readonly number[];
  readonly language: Language;
  readonly requestId: string;
}

/** `forgotten`: no screen said anything for so long that the terminal ended the visit by itself. */
export type VisitEnd = 'finished' | 'left' | 'idle' | 'forgotten';

export interface VisitsPorts {
  readonly config: TerminalConfig;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly newUuid: () => string;
  readonly catalogue: Catalogue;
  readonly chains: Pick<Chains, 'choose'>;
  readonly availabilityOf: AvailabilityOf;
  readonly devices: Devices;
  readonly intake: Intake;
  readonly outbox: Outbox;
  readonly printJobs: PrintJobs;
  readonly line: PlatformLine;
  readonly savedDrafts: Pick<SavedDrafts, 'save' | 'find' | 'erase'>;
  /** A written address with its levels told apart, as far as they are known here. */
  readonly addressOf: (text: string) => Address;
  /** Why nothing may be begun at this terminal now, whatever it is; null: it may. */
  readonly whyClosed: () => Fault | null;
  /** Why no number may carry this machine's date now; null: it may. Nothing that was said is lost by it. */
  readonly whyNoDate: () => Fault | null;
  readonly codes: Pick<ResidentCodes, 'resolve'>;
  /** There is a new row to send and a new slip to print. */
  readonly onReceived: () => void;
  readonly onReprint: () => void;
  /** Writes an audit row; nothing of the person is in it. */
  readonly onResumed: (itemSlug: string) => void;
  /** The visit is wiped already; this writes the audit row. */
  readonly onEnd: (reason: VisitEnd, stage: Stage['name']) => Result<null, Fault>;
}
