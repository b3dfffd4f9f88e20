import { makeEnrolmentCode } from '#contract/enrolment-code.ts';
import { enrolledSchema } from '#contract/terminal-identity.ts';
import { hasStatus, holds, read, refuses, same, toldAnswer } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { rule, type Theme } from '../rule.ts';
import { newKey, type Key } from '../sign.ts';
import type { Trial } from '../trial.ts';

const itemsAs = (t: Trial, by: Terminal): Promise<Answer> =>
  t.client.call({ path: '/v1/catalogue/items', by });

function changeKey(
  t: Trial,
  next: Key,
  signers: readonly Pick<Key, 'keyId' | 'privateKey'>[],
): Promise<Answer> {
  let request = t.client.prepare({
    method: 'POST',
    path: '/v1/terminals/key',
    by: null,
    body: { publicKey: next.publicKey },
  });
  for (const [index, signer] of signers.entries())
    request = t.client.sign(request, signer, { label: `s${String(index)}` });
  return t.client.send(request);
}

export const enrolmentRules: Theme = {
  letter: 'E',
  title: 'Enrolment and keys',
  when: 'bare',
  rules: [
    rule('E-01', 'A code that nobody issued is ENROLMENT_CODE_UNKNOWN (404)', async (t) => {
      const newcomer = await t.operator.newcomer('here');
      const code = makeEnrolmentCode(t.maker.randomBytes(15));
      refuses(await t.enrol({ ...newcomer, code }, newKey()), 404, 'ENROLMENT_CODE_UNKNOWN');
    }),
    rule('E-02', 'A code is good for its own terminal and station, and unknown for any other', async (t) => {
      const newcomer = await t.operator.newcomer('here');
      const other = { ...newcomer, terminalId: `${newcomer.terminalId.slice(0, 30)}-x` };
      refuses(await t.enrol(other, newKey()), 404, 'ENROLMENT_CODE_UNKNOWN');
      const moved = { ...newcomer, stationId: '999901998' };
      refuses(await t.enrol(moved, newKey()), 404, 'ENROLMENT_CODE_UNKNOWN');
      hasStatus(await t.enrol(newcomer, newKey()), 200);
    }),
    rule('E-03', 'An enrolment is signed by the key that it carries', async (t) => {
      const newcomer = await t.operator.newcomer('here');
      const [key, other] = [newKey(), newKey()];
      refuses(await t.enrol(newcomer, key, other), 401, 'SIGNATURE_INVALID');
      refuses(await t.enrol(newcomer, key, { ...other, keyId: key.keyId }), 401, 'SIGNATURE_INVALID');
      const { terminalId, stationId, code } = newcomer;
      const body = { terminalId, stationId, publicKey: key.publicKey, code };
      refuses(await t.post('/v1/terminals/enrol', null, body), 401, 'UNAUTHORIZED');
    }),
    rule(
      'E-04',
      'Enrolled, a terminal is known by the RFC 7638 thumbprint of its key, from then on',
      async (t) => {
        const newcomer = await t.operator.newcomer('here');
        const key = newKey();
        const terminal = { ...key, terminalId: newcomer.terminalId, stationId: newcomer.stationId };
        refuses(await itemsAs(t, terminal), 401, 'TERMINAL_UNKNOWN');
        const enrolled = read(await t.enrol(newcomer, key), enrolledSchema);
        const { terminalId, stationId, keyId } = enrolled;
        same(
          { terminalId, stationId, keyId },
          { terminalId: newcomer.terminalId, stationId: newcomer.stationId, keyId: key.keyId },
          'an enrolment of',
        );
        hasStatus(await itemsAs(t, terminal), 200);
      },
    ),
    rule('E-05', 'The same code and key again, an answer being lost, are answered the same', async (t) => {
      const newcomer = await t.operator.newcomer('here');
      const key = newKey();
      const first = read(await t.enrol(newcomer, key), enrolledSchema);
      same(read(await t.enrol(newcomer, key), enrolledSchema), first, 'the first answer');
    }),
    rule('E-06', 'A code that another key has used is ENROLMENT_CODE_USED (409)', async (t) => {
      const { newcomer } = await t.enrolledNewcomer();
      refuses(await t.enrol(newcomer, newKey()), 409, 'ENROLMENT_CODE_USED');
    }),
    rule('E-07', 'A code that is too old is ENROLMENT_CODE_EXPIRED (410)', async (t) => {
      refuses(await t.enrol(await t.operator.expired(), newKey()), 410, 'ENROLMENT_CODE_EXPIRED');
    }),
    rule(
      'E-08',
      'Another key for a terminal that is enrolled is TERMINAL_ALREADY_ENROLLED (409)',
      async (t) => {
        const newcomer = await t.operator.twice();
        const key = newKey();
        hasStatus(await t.enrol(newcomer, key), 200);
        const again = { ...newcomer, code: newcomer.second };
        refuses(await t.enrol(again, newKey()), 409, 'TERMINAL_ALREADY_ENROLLED');
        const { terminalId, stationId } = newcomer;
        hasStatus(await itemsAs(t, { ...key, terminalId, stationId }), 200);
      },
    ),
    rule('E-09', 'A key of another terminal, as on a copied disk, is KEY_IN_USE (409)', async (t) => {
      const { terminal } = await t.enrolledNewcomer();
      const copy = await t.operator.newcomer('here');
      refuses(await t.enrol(copy, terminal), 409, 'KEY_IN_USE');
      hasStatus(await t.enrol(copy, newKey()), 200);
    }),
    rule('E-10', 'Of ten keys that come with one code at once, one is enrolled', async (t) => {
      const newcomer = await t.operator.newcomer('here');
      const answers = await t.meet(
        () => t.enrol({ ...newcomer, code: makeEnrolmentCode(t.maker.randomBytes(15)) }, newKey()),
        () => t.enrol(newcomer, newKey()),
      );
      const statuses = answers.map(({ status }) => status).sort();
      same(statuses, [200, ...Array.from({ length: 9 }, () => 409)], 'statuses');
    }),
    rule('E-11', 'A change of key, signed by both, lets the new one in and the old one out', async (t) => {
      const { terminal } = await t.enrolledNewcomer();
      const next = newKey();
      const { keyId } = read(await changeKey(t, next, [terminal, next]), enrolledSchema);
      same(keyId, next.keyId, 'the key');
      hasStatus(await itemsAs(t, { ...terminal, ...next }), 200);
      refuses(await itemsAs(t, terminal), 401, 'TERMINAL_UNKNOWN');
    }),
    rule('E-12', 'A change of key without one of the two signatures is refused', async (t) => {
      const { terminal } = await t.enrolledNewcomer();
      const [next, stranger] = [newKey(), newKey()];
      const forged = { ...stranger, keyId: next.keyId };
      for (const signers of [[terminal], [next], [terminal, forged], [forged, terminal]])
        refuses(await changeKey(t, next, signers), 401, 'SIGNATURE_INVALID');
      refuses(await changeKey(t, next, [stranger, next]), 401, 'TERMINAL_UNKNOWN');
      hasStatus(await itemsAs(t, terminal), 200);
    }),
    rule('E-13', 'A change to the key of another terminal is KEY_IN_USE (409)', async (t) => {
      const [one, other] = [(await t.enrolledNewcomer()).terminal, (await t.enrolledNewcomer()).terminal];
      refuses(await changeKey(t, other, [one, other]), 409, 'KEY_IN_USE');
      hasStatus(await itemsAs(t, one), 200);
    }),
    rule(
      'E-14',
      'What carries no key, half a key or a private one is BAD_REQUEST (400), never a failure',
      async (t) => {
        const newcomer = await t.operator.newcomer('here');
        const { kty, crv, x } = newKey().publicKey;
        for (const publicKey of [
          undefined,
          { kty, crv, x: x.slice(1) },
          { kty, crv, x, d: x },
          { kty: 'RSA', crv, x },
        ]) {
          const body = { ...newcomer, publicKey };
          const unsigned = t.client.prepare({ method: 'POST', path: '/v1/terminals/enrol', by: null, body });
          const answer = await t.client.send(t.client.sign(unsigned, newKey()));
          holds(answer.status === 400, 'status 400', toldAnswer(answer));
        }
      },
    ),
  ],
};
