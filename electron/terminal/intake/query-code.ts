import { createHash } from 'node:crypto';
import { queryCodeFromHash, queryCodeText } from '#contract/query-code.ts';

/** The six digits that stand beside the receipt number. */
export function queryCodeOf(applicationId: string): string {
  return queryCodeFromHash(createHash('sha256').update(queryCodeText(applicationId), 'utf8').digest('hex'));
}
