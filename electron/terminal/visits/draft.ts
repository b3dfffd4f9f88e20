import type { Answers } from '#contract/answers.ts';
import type { Attachment } from '#contract/attachment.ts';
import type { Fault } from '#contract/fault.ts';
import type { IdentitySource } from '#contract/application.ts';
import type { ChainForm } from '#contract/form/chain-form.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import type { CorrectionInHand } from './correction.ts';
import type { PaperRecord, PaperWay } from '#contract/paper.ts';
import type { SavedDraft } from '../saved-drafts/saved-drafts.ts';
import type { Signed } from './paper-moves.ts';
import type { VisitPapers } from './papers.ts';
import type { LostItem } from '#contract/visit.ts';
import type { ChainDraft } from './chain-draft.ts';
import type { Kept } from './kept.ts';

/** Where the card page stands. */
export type CardTry =
  | { readonly state: 'looking' }
  | { readonly state: 'retry'; readonly fault: Fault }
  /** A code was shown, and the platform is asked whose it is. */
  | { readonly state: 'resolving' }
  | { readonly state: 'code-refused'; readonly fault: Fault }
  | { readonly state: 'read'; readonly person: ReadPerson };

/** Somebody whom a card or a code has identified. */
export interface ReadPerson {
  readonly document: IdentityDocument;
  readonly by: 'card' | 'code';
  /** Unix time in ms from which the platform's answer is too old to begin with; null: a card's never is. */
  readonly untilMs: number | null;
}

/**
 * Everything personal of one visit, in memory and nowhere else. It is wiped whole by dropping this one
 * object; nothing outside `visits/` keeps a reference to it.
 */
export interface Draft {
  readonly visitId: string;
  /** The touch that began it: a double touch is the same application. */
  readonly requestId: string;
  /** Made when the form opens. */
  readonly applicationId: string;
  /** Pinned: a new version that arrives meanwhile is for the next resident. Of a chain: its form as a whole. */
  item: ServiceItem;
  /** Null: an item by itself. */
  readonly chain: ChainDraft | null;
  /** Photographed papers; the next item of the same visit gets this very object. */
  papers: VisitPapers;
  language: Language;
  stage: Stage;
  /** What earlier items of the visit have left. */
  kept: Kept;
  /** Outlives the document: whose card is it that lies on the reader? */
  hasReadCard: boolean;
  /** The office wants it corrected (补正): the form goes on from what was submitted. */
  readonly correction?: CorrectionInHand;
}

export type Stage =
  /** `given`: before the way led back here; `before`: the form of an item without a card page, from which it did. */
  | { readonly name: 'consent'; readonly given: readonly GivenConsent[]; readonly before?: FormStage }
  | {
      readonly name: 'card';
      readonly consents: readonly GivenConsent[];
      card: CardTry;
      readonly kept: Answers;
      /** What was decided about papers, and signed, before the way led back to the card; null the first time. */
      readonly keptPapers: KeptPapers | null;
    }
  | FormStage
  | ({ readonly name: 'blocked' } & Ended)
  /** Items fall out of a chain, and the form of the others waits; `from`: the chain and its form with all of them. */
  | {
      readonly name: 'lost';
      readonly form: FormStage;
      readonly lost: readonly LostItem[];
      readonly from: Ended & { readonly chain: ChainForm; readonly kept: Kept };
    }
  /** A draft of this item is here; `fresh` is the form without it. */
  | { readonly name: 'resume'; readonly fresh: FormStage; readonly saved: SavedDraft }
  /** Kept as a draft: the form is gone from here on, too. `printJobId` null: the slip could not even be queued. */
  | { readonly name: 'drafted'; readonly eraseAtMs: number; readonly printJobId: string | null }
  /** The form is gone from here on: what is shown comes from the stored rows. */
  | { readonly name: 'received'; readonly received: readonly ReceivedOne[] }
  /** The same resident looks for another item. */
  | { readonly name: 'choosing' };

/** A form that these rules end, or some items of its chain. */
export interface Ended {
  readonly form: FormStage;
  readonly ruleIds: readonly string[];
  /** Where the answer that did it is given another time; null: it is not one that was given on a page of the form. */
  readonly putRight: FormStage | null;
}

export interface FormStage {
  readonly name: 'form';
  readonly consents: readonly GivenConsent[];
  readonly identity: IdentitySource;
  /** The fields that card or code has answered: they are not asked. Empty without either. */
  readonly fromCard: ReadonlySet<string>;
  /** The fields that are not asked because their answer was given before: under the same name, in this visit. */
  readonly filled: ReadonlySet<string>;
  /** Those that the resident has answered, or left empty, on their own pages: nothing is filled in there. */
  readonly own: ReadonlySet<string>;
  /** The card's address, to be offered on address pages; null without a card. */
  readonly cardAddress: string | null;
  /** Who was read, so that "back" shows it again; null without a card. */
  readonly person: ReadPerson | null;
  answers: Answers;
  papers: PaperChoices;
  /** What the signature among the answers was put under; null: nobody has signed. */
  signed: Signed | null;
  /** It was signed, and something changed afterwards: whoever signs anew is told why. */
  signatureTakenBack: boolean;
  position: Position;
  /** Filled in without the line, to be kept: photographs and signature are asked for when it can be submitted. */
  readonly isForDraft: boolean;
}

/** How the papers of one application are handed in. */
export interface PaperChoices {
  /** A camera is configured: the form has a page for each paper that can be photographed. */
  readonly areAsked: boolean;
  /** By the id of the item's material; also of papers that the answers do not call for any more. */
  readonly ways: ReadonlyMap<string, PaperWay>;
  /** Of an earlier revision: pages that the platform has, and what was said of them. Absent on a first one. */
  readonly before?: PapersBefore;
}

export interface PapersBefore {
  readonly attachments: readonly Attachment[];
  readonly records: readonly PaperRecord[];
  /** The papers that the notice names: each is asked about, also one that was looked up the first time. */
  readonly named: ReadonlySet<string>;
}

export type KeptPapers = Pick<FormStage, 'papers' | 'signed' | 'signatureTakenBack'>;

export type Position =
  | { readonly at: 'page'; readonly pageId: string; readonly changing: boolean }
  | { readonly at: 'paper'; readonly paperId: string; readonly changing: boolean }
  | { readonly at: 'review' };

/** The first of a chain has its slip. */
export interface ReceivedOne {
  readonly applicationId: string;
  readonly name: LocalizedText;
  readonly receiptNo: string;
  readonly receivedAtMs: number;
}

export interface GivenConsent {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}
