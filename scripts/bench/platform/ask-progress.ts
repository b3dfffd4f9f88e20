import { createHash } from 'node:crypto';
import { Pool } from 'undici';
import { queryCodeFromHash, queryCodeText } from '#contract/query-code.ts';
import { signedBy, type TestTerminal } from '#platform/identity/for-tests.ts';
import { applicationIdOf, personNumberOf, receiptNoOf } from './fill-cases.ts';

export type AskedBy = 'number' | 'card';

/** Asks how the n-th case goes, as a terminal does; gives how long the answer took, in ms. */
export interface ProgressAsker {
  ask(by: AskedBy, n: number, terminal: TestTerminal): Promise<number>;
  close(): Promise<void>;
}

const PATH = '/v1/cases/progress';

export function progressAsker(url: string): ProgressAsker {
  const pool = new Pool(url, { connections: 1 });
  return {
    ask: async (by, n, terminal) => {
      const body = JSON.stringify(by === 'number' ? byNumber(n) : { by, personNumber: personNumberOf(n) });
      const plain = { 'content-type': 'application/json' };
      const request = { method: 'POST', url: url + PATH, headers: plain, body };
      const headers = signedBy(terminal, request, { nowMs: Date.now() });
      const startMs = performance.now();
      const answer = await pool.request({ method: 'POST', path: PATH, headers, body });
      const text = await answer.body.text();
      const tookMs = performance.now() - startMs;
      if (!text.includes(receiptNoOf(n))) {
        throw new Error(`case ${String(n)} by ${by}: ${String(answer.statusCode)} ${text.slice(0, 200)}`);
      }
      return tookMs;
    },
    close: () => pool.close(),
  };
}

function byNumber(n: number) {
  const hash = createHash('sha256')
    .update(queryCodeText(applicationIdOf(n)), 'utf8')
    .digest('hex');
  return { by: 'number', receiptNo: receiptNoOf(n), queryCode: queryCodeFromHash(hash) };
}
