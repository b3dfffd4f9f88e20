import type { Acknowledgement } from '#contract/application.ts';

export interface SentAttachment {
  readonly applicationId: string;
  readonly sha256: string;
}

/** What everybody before the nodes was told: the truth that the database is held against at the end. */
export interface Books {
  /** By application and revision. */
  readonly acknowledged: Map<string, Acknowledgement>;
  readonly attachments: SentAttachment[];
  /** What the office did, by the case: the states in their order. */
  readonly acts: Map<string, string[]>;
  /** Cases as each reader of the list found them, page after page. */
  readonly read: string[][];
  /** Tries without an answer, or with one that says "not now". */
  unanswered: number;
  /** What must not happen, as sentences. */
  readonly wrong: string[];
}

export function openBooks(readers: number): Books {
  return {
    acknowledged: new Map(),
    attachments: [],
    acts: new Map(),
    read: Array.from({ length: readers }, () => []),
    unanswered: 0,
    wrong: [],
  };
}
