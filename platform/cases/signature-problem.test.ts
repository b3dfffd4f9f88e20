import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { submissionSchema, type Submission } from '#contract/application.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { signedStatement } from '#contract/signed-statement.ts';
import { submissionProblem } from './store-application.ts';

const APPLICATION = '01995b00-0000-7000-8000-000000000001';
const signature = { width: 10, height: 10, strokes: [[[1, 1]]] };
const content = { consents: [], identitySource: 'typed' as const, attachments: [], papers: [] };
const item = { itemSlug: 'elderly-allowance', itemVersion: '1' };

const hash = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

function submissionOf(payload: object, more: Partial<Submission> = {}): Submission {
  return submissionSchema.parse({
    terminalId: 'T-01',
    stationId: '999901001',
    receiptNo: '9999010012611220100010',
    ...item,
    itemCode: 'x',
    language: 'zh',
    receivedAt: '2026-11-21T01:30:00.000Z',
    payloadSha256: hash(canonicalJson(payload)),
    payload,
    ...more,
  });
}

const answers = { mobile: '13800005678', signature };
const statement = signedStatement({ applicationId: APPLICATION, ...item, ...content, answers } as never);
const signing = { state: 'signed', sha256: hash(statement), at: '2026-11-21T01:29:00.000Z' };
const signed = { formVersion: 3, ...content, answers, signing };

it('a signature under what came with it is taken', () => {
  expect(submissionProblem(APPLICATION, submissionOf(signed))).toBeNull();
});

const refused: [string, string, Submission, RegExp][] = [
  [
    'an answer that was changed under it',
    APPLICATION,
    submissionOf({ ...signed, answers: { ...answers, mobile: '13800005679' } }),
    /^signature-mismatch:/,
  ],
  ['another item', APPLICATION, submissionOf(signed, { itemSlug: 'senior-card' }), /^signature-mismatch:/],
  ['another application', APPLICATION.replace(/1$/, '2'), submissionOf(signed), /^signature-mismatch:/],
  [
    'a signature that is gone',
    APPLICATION,
    submissionOf({ ...signed, answers: { mobile: '13800005678' } }),
    /^signature-missing:/,
  ],
  [
    'a signature that is bound to nothing',
    APPLICATION,
    submissionOf({ ...signed, signing: { state: 'none' } }),
    /^signature-unbound:/,
  ],
  [
    'a signature that was kept after a correction',
    APPLICATION,
    submissionOf({ ...signed, signing: { state: 'taken-back' } }),
    /^signature-unbound:/,
  ],
];

it.each(refused)('%s is refused by name', (_what, applicationId, submission, reason) => {
  expect(submissionProblem(applicationId, submission)).toMatch(reason);
});

it('what staff corrected and nobody has signed since is taken, and says so itself', () => {
  const corrected = { ...signed, answers: { mobile: '1' }, signing: { state: 'taken-back' } };
  expect(submissionProblem(APPLICATION, submissionOf(corrected))).toBeNull();
});

it('what an earlier release signed is taken as it is', () => {
  const { consents, identitySource, attachments } = content;
  const old = { formVersion: 2, answers, consents, identitySource, attachments };
  expect(submissionProblem(APPLICATION, submissionOf(old))).toBeNull();
});
