import { z } from 'zod';
import { requestSignature } from '#contract/terminal-identity.ts';
import { dataOf, hasStatus, holds, refuses, same, toldAnswer } from '../check.ts';
import type { Answer, Prepared, Terminal } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import { newKey, type Bent } from '../sign.ts';
import { keyPath, type Trial } from '../trial.ts';

const { components, bodyComponents, windowSeconds } = requestSignature;
const ITEMS = '/v1/catalogue/items';

const items = (t: Trial, bent: Bent = {}, by: Terminal = t.first): Prepared =>
  t.client.prepare({ path: ITEMS, by, bent });

const refused = async (t: Trial, prepared: Prepared, code: string): Promise<void> =>
  refuses(await t.client.send(prepared), 401, code);

/** A submission that is signed and not sent. */
function submission(t: Trial, bent: Bent = {}): { readonly id: string; readonly prepared: Prepared } {
  const id = t.maker.applicationId();
  const path = keyPath(id);
  return {
    id,
    prepared: t.client.prepare({ method: 'PUT', path, by: t.first, body: t.newSubmission(), bent }),
  };
}

async function isNotStored(t: Trial, id: string): Promise<void> {
  hasStatus(await t.client.call({ path: keyPath(id), by: t.first }), 404);
}

export const signatureRules: Theme = {
  letter: 'I',
  title: 'Signatures (identity of a terminal)',
  when: 'prepared',
  rules: [
    rule('I-01', 'A signature may have another label, another order, and cover more', async (t) => {
      const bent = { label: 'mine', components: ['accept', ...components].toReversed() };
      const headers = { accept: 'application/json' };
      hasStatus(await t.client.call({ path: ITEMS, by: t.first, headers, bent }), 200);
    }),
    rule(
      'I-02',
      `A request is covered by ${components.join(', ')}: without one it is SIGNATURE_INVALID`,
      async (t) => {
        for (const left of components)
          await refused(
            t,
            items(t, { components: components.filter((name) => name !== left) }),
            'SIGNATURE_INVALID',
          );
      },
    ),
    rule('I-03', `A body is covered by ${bodyComponents.join(' and ')}`, async (t) => {
      for (const left of bodyComponents) {
        const covered = [...components, ...bodyComponents].filter((name) => name !== left);
        const { id, prepared } = submission(t, { components: covered });
        await refused(t, prepared, 'SIGNATURE_INVALID');
        await isNotStored(t, id);
      }
    }),
    rule('I-04', 'Each parameter is there: created, nonce, keyid, alg, tag', async (t) => {
      for (const name of requestSignature.parameters)
        await refused(t, items(t, { parameters: { [name]: undefined } }), 'SIGNATURE_INVALID');
    }),
    rule('I-05', 'alg is ed25519, tag is the norm’s, a nonce has 16 characters or more', async (t) => {
      for (const parameters of [{ alg: 'hmac-sha256' }, { tag: 'web-bot-auth' }, { nonce: 'short' }])
        await refused(t, items(t, { parameters }), 'SIGNATURE_INVALID');
    }),
    rule('I-06', 'A signature by another key than the one it names is SIGNATURE_INVALID', async (t) => {
      await refused(t, items(t, {}, { ...t.first, privateKey: newKey().privateKey }), 'SIGNATURE_INVALID');
    }),
    rule('I-07', 'A key that nobody has enrolled is TERMINAL_UNKNOWN', async (t) => {
      await refused(t, items(t, {}, { ...t.first, ...newKey() }), 'TERMINAL_UNKNOWN');
    }),
    rule(
      'I-08',
      `created over ${String(windowSeconds)} s from the platform’s clock is CLOCK_SKEW, with its time`,
      async (t) => {
        for (const skewS of [-windowSeconds - 60, windowSeconds + 60]) {
          const answer = await t.client.send(items(t, { skewS }));
          refuses(answer, 401, 'CLOCK_SKEW');
          const told = z.object({ platformTime: z.iso.datetime() }).safeParse(dataOf(answer));
          holds(told.success, 'data.platformTime', toldAnswer(answer));
        }
      },
    ),
    rule('I-09', 'A clock that differs by less is let in', async (t) => {
      for (const skewS of [-windowSeconds + 60, windowSeconds - 60])
        hasStatus(await t.client.send(items(t, { skewS })), 200);
    }),
    rule('I-10', 'The same request again, over another connection, is SIGNATURE_REPLAYED', async (t) => {
      const prepared = items(t);
      hasStatus(await t.client.send(prepared, 'fresh'), 200);
      refuses(await t.client.send(prepared, 'fresh'), 401, 'SIGNATURE_REPLAYED');
    }),
    rule(
      'I-11',
      'A nonce is good once for each key, whatever it signs, and for another key again',
      async (t) => {
        const nonce = Buffer.from(t.maker.randomBytes(16)).toString('base64url');
        hasStatus(await t.client.send(items(t, { nonce })), 200);
        const { id, prepared } = submission(t, { nonce });
        await refused(t, prepared, 'SIGNATURE_REPLAYED');
        await isNotStored(t, id);
        hasStatus(await t.client.send(items(t, { nonce }, t.cast.sister)), 200);
      },
    ),
    rule('I-12', 'Of ten that come at once with the same bytes, one is let in', async (t) => {
      const prepared = items(t);
      const answers = await t.meet(
        () => t.client.send(items(t)),
        () => t.client.send(prepared),
      );
      same(answers.filter(({ status }) => status === 200).length, 1, 'answers of 200:');
    }),
    rule('I-13', 'A body that was altered is DIGEST_MISMATCH, and the true one still passes', async (t) => {
      const { prepared } = submission(t);
      const text = Buffer.from(prepared.body ?? []).toString();
      const altered = { ...prepared, body: Buffer.from(text.replace('"zh"', '"en"')) };
      await refused(t, altered, 'DIGEST_MISMATCH');
      hasStatus(await t.client.send(prepared), 200);
    }),
    rule('I-14', 'A method, path or query that was altered is SIGNATURE_INVALID', async (t) => {
      const { id, prepared } = submission(t);
      for (const altered of [
        { ...prepared, path: keyPath(id, 2) },
        { ...prepared, path: `${prepared.path}?limit=1` },
        { ...prepared, method: 'GET', body: null },
      ])
        await refused(t, altered, 'SIGNATURE_INVALID');
      await isNotStored(t, id);
    }),
    rule(
      'I-15',
      'A revoked terminal is TERMINAL_REVOKED (403) at once, said only to who holds its key',
      async (t) => {
        const { terminal } = await t.enrolledNewcomer();
        hasStatus(await t.client.send(items(t, {}, terminal)), 200);
        await t.operator.revoke(terminal.terminalId);
        refuses(await t.client.send(items(t, {}, terminal)), 403, 'TERMINAL_REVOKED');
        await refused(t, items(t, {}, { ...terminal, privateKey: newKey().privateKey }), 'SIGNATURE_INVALID');
      },
    ),
    rule('I-16', 'Two signatures where one is asked for are SIGNATURE_INVALID', async (t) => {
      const both = t.client.sign(items(t), t.cast.sister, { label: 'second' });
      await refused(t, both, 'SIGNATURE_INVALID');
    }),
    rule('I-17', 'What is no signature is refused by 401, and never a failure of the platform', async (t) => {
      const good = items(t).headers;
      for (const headers of [
        { 'signature-input': '}{][";;;===', signature: ':::' },
        { 'signature-input': 'terminal=1', signature: 'terminal=1' },
        { signature: 'terminal=:AAAA:' },
        { 'signature-input': good['signature-input'] ?? '' },
        {
          ...good,
          'signature-input': (good['signature-input'] ?? '').replace('"@method"', '"@method" "@moon"'),
        },
        { ...good, 'signature-input': (good['signature-input'] ?? '').replace('"@path"', '"@path";req') },
      ]) {
        const answer: Answer = await t.client.call({ path: ITEMS, by: null, headers });
        holds(answer.status === 401, 'status 401', toldAnswer(answer));
      }
    }),
  ],
};
