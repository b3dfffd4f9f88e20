import type { Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { ProgressEntry } from '#contract/progress.ts';
import type { Language } from '#contract/localized.ts';
import type { Stage } from '../draft.ts';

/** By what somebody asks. A card's document is personal, and goes with the visit. */
export type AskedBy =
  | { readonly by: 'card'; readonly document: IdentityDocument }
  | { readonly by: 'number'; readonly receiptNo: string; readonly queryCode: string };

export interface Found {
  readonly askedBy: AskedBy;
  readonly entries: readonly ProgressEntry[];
  /** Why the platform said nothing. */
  readonly platformFault: Fault | null;
}

export type InquiryPage =
  | { readonly at: 'ways'; readonly fault: Fault | null }
  | { readonly at: 'card'; readonly stage: Stage & { name: 'card' } }
  | { readonly at: 'number'; readonly fault: Fault | null }
  | { readonly at: 'list'; readonly found: Found }
  /** All of one chain that was found. */
  | {
      readonly at: 'chain';
      readonly found: Found;
      readonly chainApplicationId: string;
      readonly fault: Fault | null;
    }
  | { readonly at: 'case'; readonly found: Found; readonly index: number; readonly fault: Fault | null };

/** Somebody who asks how a case goes. Wiped whole by dropping this one object, as a draft is. */
export interface Inquiry {
  readonly visitId: string;
  readonly requestId: string;
  language: Language;
  hasReadCard: boolean;
  page: InquiryPage;
  /** The platform is being asked; what comes after a step elsewhere is dropped. */
  asking: AbortController | null;
  /** The last slip about the case that is shown. */
  printJobId: string | null;
}
