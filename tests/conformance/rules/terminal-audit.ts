import { permitsRevokedSchema } from '#contract/permit.ts';
import { auditKeptSchema, auditText, NO_AUDIT_HASH, type ToldAuditRow } from '#contract/terminal-audit.ts';
import { dataOf, hasStatus, read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { sha256Of } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';

/** No other run has told under this name. */
const freshChain = (t: Trial): string => sha256Of(t.maker.applicationId()).slice(0, 32);

function rowsOf(count: number, detail = 'as it was'): ToldAuditRow[] {
  const rows: ToldAuditRow[] = [];
  for (let sequence = 1; sequence <= count; sequence += 1) {
    const previousHash = rows.at(-1)?.hash ?? NO_AUDIT_HASH;
    const content = {
      sequence,
      atMs: 1_790_000_000_000 + sequence,
      event: 'visit.ended',
      actor: 'resident',
      subject: null,
      disposition: 'success',
      detail,
    };
    rows.push({ ...content, previousHash, hash: sha256Of(auditText(content, previousHash)) });
  }
  return rows;
}

const tell = (
  t: Trial,
  chain: string,
  after: number,
  rows: readonly object[],
  by: Terminal = t.first,
): Promise<Answer> =>
  t.client.call({
    method: 'PUT',
    path: `/v1/terminals/audit/${chain}/${String(after)}`,
    by,
    body: { begins: 0, rows },
  });

async function keeps(answer: Promise<Answer>, chain: string, last: number): Promise<void> {
  same(read(await answer, auditKeptSchema), { chain, last }, 'the answer');
}

export const terminalAuditRules: Theme = {
  letter: 'J',
  title: 'The audit of a terminal (its journal), and codes that work without the line',
  when: 'prepared',
  rules: [
    rule(
      'J-01',
      'Rows of the audit are kept in their order; the same again is answered the same',
      async (t) => {
        const chain = freshChain(t);
        const rows = rowsOf(6);
        await keeps(tell(t, chain, 0, rows.slice(0, 4)), chain, 4);
        await keeps(tell(t, chain, 4, rows.slice(4)), chain, 6);
        await keeps(tell(t, chain, 0, rows), chain, 6);
      },
    ),
    rule(
      'J-02',
      'Rows behind one that is not there are AUDIT_BEHIND (409), which says where to go on',
      async (t) => {
        const chain = freshChain(t);
        const rows = rowsOf(6);
        await keeps(tell(t, chain, 0, rows.slice(0, 2)), chain, 2);
        const answer = await tell(t, chain, 4, rows.slice(4));
        refuses(answer, 409, 'AUDIT_BEHIND');
        same(dataOf(answer), { last: 2 }, 'data');
      },
    ),
    rule(
      'J-03',
      'Another row under a number that was told is AUDIT_OTHERWISE (409), which names it',
      async (t) => {
        const chain = freshChain(t);
        await keeps(tell(t, chain, 0, rowsOf(3)), chain, 3);
        const answer = await tell(t, chain, 0, rowsOf(3, 'another'));
        refuses(answer, 409, 'AUDIT_OTHERWISE');
        same(dataOf(answer), { sequence: 1 }, 'data');
      },
    ),
    rule(
      'J-04',
      'Each terminal tells its own: another one’s under the same name does not mix with it',
      async (t) => {
        const chain = freshChain(t);
        await keeps(tell(t, chain, 0, rowsOf(3)), chain, 3);
        await keeps(tell(t, chain, 0, rowsOf(2, 'another'), t.cast.sister), chain, 2);
      },
    ),
    rule('J-05', 'A row that does not fit its hash is kept, since it is the evidence', async (t) => {
      const chain = freshChain(t);
      const [first, ...others] = rowsOf(3);
      await keeps(tell(t, chain, 0, [{ ...first, actor: 'staff' }, ...others]), chain, 3);
    }),
    rule('J-06', 'The secret for codes is told as often as the terminal starts', async (t) => {
      const secret = Buffer.from(sha256Of(t.maker.applicationId()), 'hex').toString('base64url');
      for (let again = 0; again < 2; again += 1) {
        const answer = await t.client.call({
          method: 'PUT',
          path: '/v1/terminals/permit-key',
          by: t.first,
          body: { secret },
        });
        hasStatus(answer, 200);
        read(answer, permitsRevokedSchema);
      }
    }),
  ],
};
