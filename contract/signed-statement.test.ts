import { expect, it } from 'vitest';
import { holdsSignature, signedStatement, withoutSignatures, type SignedMatter } from './signed-statement.ts';

const signature = { width: 10, height: 10, strokes: [[[1, 1] as [number, number]]] };
const sha256 = 'a'.repeat(64);

const matter: SignedMatter = {
  applicationId: '01995b00-0000-7000-8000-000000000001',
  itemSlug: 'elderly-allowance',
  itemVersion: '2026.11',
  answers: { mobile: '13800005678', people: [{ name: '测试', sign: signature }], signature },
  papers: [{ paperId: 'm-bank', way: 'photo', doubtful: [] }],
  attachments: [
    {
      subject: { kind: 'paper', paperId: 'm-bank', page: 1 },
      mediaType: 'image/jpeg',
      byteCount: 5,
      sha256,
    },
  ],
};

it('a signature does not sign itself: whoever signs anew signs the same', () => {
  const other = { ...signature, width: 99 };
  expect(signedStatement({ ...matter, answers: { ...matter.answers, signature: other } })).toBe(
    signedStatement(matter),
  );
  expect(signedStatement({ ...matter, answers: { mobile: '13800005678', people: [{ name: '测试' }] } })).toBe(
    signedStatement(matter),
  );
});

const changes: [string, Partial<SignedMatter>][] = [
  ['an answer', { answers: { ...matter.answers, mobile: '13800005679' } }],
  ['an answer that is gone', { answers: { people: [{ name: '测试' }] } }],
  ['somebody in a group', { answers: { ...matter.answers, people: [{ name: '测试二' }] } }],
  ['the item', { itemSlug: 'senior-card' }],
  ['the version of the item', { itemVersion: '2026.12' }],
  ['the application', { applicationId: '01995b00-0000-7000-8000-000000000002' }],
  ['the way of a paper', { papers: [{ paperId: 'm-bank', way: 'staff', doubtful: [] }] }],
  [
    'a page of a paper',
    { attachments: matter.attachments.map((page) => ({ ...page, sha256: 'b'.repeat(64) })) },
  ],
  ['a page that is gone', { attachments: [] }],
];

it.each(changes)('%s that changes gives another statement', (_what, change) => {
  expect(signedStatement({ ...matter, ...change })).not.toBe(signedStatement(matter));
});

it('the order in which pages travel changes nothing, and which page is which does', () => {
  const page = (number: number, hash: string) => ({
    subject: { kind: 'paper' as const, paperId: 'm-bank', page: number },
    mediaType: 'image/jpeg' as const,
    byteCount: 5,
    sha256: hash.repeat(64),
  });
  const attachments = [page(1, 'a'), page(2, 'b')];
  const told = signedStatement({ ...matter, attachments });
  expect(signedStatement({ ...matter, attachments: attachments.toReversed() })).toBe(told);
  expect(signedStatement({ ...matter, attachments: [page(1, 'b'), page(2, 'a')] })).not.toBe(told);
});

it('the order of keys changes nothing', () => {
  const { mobile, people, signature: signed } = matter.answers;
  const answers = { signature: signed, people, mobile } as SignedMatter['answers']; // of the same keys
  expect(signedStatement({ ...matter, answers })).toBe(signedStatement(matter));
});

it('signatures are found and taken out wherever they stand', () => {
  expect(holdsSignature(matter.answers)).toBe(true);
  expect(holdsSignature({ people: [{ sign: signature }] })).toBe(true);
  expect(holdsSignature(withoutSignatures(matter.answers))).toBe(false);
  expect(
    withoutSignatures({
      chosen: ['1', '2'],
      none: [],
      home: { region: '', street: '', community: '', detail: '1' },
    }),
  ).toEqual({ chosen: ['1', '2'], none: [], home: { region: '', street: '', community: '', detail: '1' } });
});
