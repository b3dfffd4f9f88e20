import { createHash } from 'node:crypto';
import type { ApplicationContent } from '#contract/application.ts';
import type { ServiceItem } from '#contract/item.ts';
import { signedStatement, type Signing } from '#contract/signed-statement.ts';

/** Strokes of a signature as a finger makes them: some thirty points each. */
const STROKES = 3;
const POINTS_A_STROKE = 30;

/** What a resident answers on the old-age allowance's form, with a signature: 1.7 kB when it is sealed. */
export function sampleContent(): ApplicationContent {
  return {
    answers: {
      applicantName: '张建国',
      applicantIdType: '111',
      applicantId: '999901194503120014',
      mobile: '13800005678',
      byProxy: '0',
      age: '81',
      homeAddress: { region: '示例区', street: '示例街道', community: '和平社区', detail: '2栋301' },
      liveAlone: 'alone',
      bankName: 'social',
      bankAccountName: '张建国',
      bankAccount: '6222020000000000004',
      signature: {
        width: 600,
        height: 200,
        strokes: Array.from({ length: STROKES }, (_, at) => strokeAt(at)),
      },
    },
    consents: [
      { id: 'c-notice', at: '2026-11-21T02:00:00.000Z' },
      { id: 'c-sensitive', at: '2026-11-21T02:00:05.000Z' },
    ],
    identitySource: 'card',
  };
}

/** As a visit puts the signature under it, without papers: a platform takes no strokes that are under nothing. */
export function signedNow(applicationId: string, item: ServiceItem, content: ApplicationContent): Signing {
  const statement = signedStatement({
    applicationId,
    itemSlug: item.slug,
    itemVersion: item.version,
    answers: content.answers,
    papers: [],
    attachments: [],
  });
  return {
    state: 'signed',
    sha256: createHash('sha256').update(statement, 'utf8').digest('hex'),
    at: '2026-11-21T02:00:09.000Z',
  };
}

function strokeAt(at: number): [number, number][] {
  return Array.from({ length: POINTS_A_STROKE }, (_, point) => [
    at * 160 + point * 4 + (point % 3),
    60 + ((point * 7 + at * 11) % 47),
  ]);
}
