import type { Acknowledgement } from '#contract/application.ts';
import type { InboxEntry } from '#contract/department.ts';

export interface SentAttachment {
  readonly applicationId: string;
  readonly sha256: string;
}

/** What a department was told; it believes nobody else. */
export interface DepartmentBook {
  readonly departmentId: string;
  /** The items that it decides. */
  readonly slugs: readonly string[];
  /** Every entry, each time that the department took it in: from a page of its inbox, or from a call. */
  readonly heard: InboxEntry[];
  /** Why calls were not the platform's. */
  readonly forged: string[];
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
  readonly departments: DepartmentBook[];
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
    departments: [],
    unanswered: 0,
    wrong: [],
  };
}
