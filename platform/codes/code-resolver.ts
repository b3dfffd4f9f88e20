import type { ResolvedCode } from '#contract/resident-code.ts';

export type CodeAnswer =
  | { readonly kind: 'resolved'; readonly resolved: ResolvedCode }
  | { readonly kind: 'unknown' | 'expired' | 'used' | 'not-supported' };

/**
 * Says who shows a code (居民码, 政务码). Each district's code platform is another one, and so is the way to
 * ask it: a district writes one of these and hands it to `startPlatform`.
 *
 * What it must hold: a code gives an answer once, also when two terminals ask at once and when several nodes
 * of the platform run; nothing of a code or a person is in a log line or in the message of an error. What it
 * throws is answered as 500, or 503 when its own database is away.
 */
export interface CodeResolver {
  resolve(token: string, terminalId: string): Promise<CodeAnswer>;
}

/** A platform without a code platform behind it. */
export const noCodes: CodeResolver = { resolve: () => Promise.resolve({ kind: 'not-supported' }) };
