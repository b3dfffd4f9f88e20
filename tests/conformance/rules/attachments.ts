import type { Attachment } from '#contract/attachment.ts';
import {
  MAX_ATTACHMENT_BYTES,
  MAX_ATTACHMENTS,
  MAX_CHUNK_BYTES,
  MIN_CHUNK_BYTES,
} from '#contract/attachment.ts';
import { acknowledgementSchema } from '#contract/application.ts';
import { uploadStatusSchema } from '#contract/platform-api.ts';
import { dataOf, hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import { sha256Of, withPayload } from '../maker.ts';
import { NotAsked } from '../operator.ts';
import { rule, type Theme } from '../rule.ts';
import { keyPath, type Trial } from '../trial.ts';

interface Upload {
  readonly id: string;
  readonly bytes: Uint8Array;
  readonly sha256: string;
  /** As it is said to be; absent: as it is. */
  readonly byteCount?: number;
}

/** More than is left to a terminal that submits nothing, by any bound that still is one. */
const MOST_BEGUN_BYTES = 4 * 1_073_741_824;

function upload(t: Trial, byteCount: number, id = t.maker.applicationId()): Upload {
  const bytes = t.maker.randomBytes(byteCount);
  return { id, bytes, sha256: sha256Of(bytes) };
}

const pathOf = ({ id, sha256 }: Upload): string => `/v1/applications/${id}/attachments/${sha256}`;

const status = (t: Trial, of: Upload, by: Terminal = t.first): Promise<Answer> =>
  t.client.call({ path: pathOf(of), by });

function chunk(t: Trial, of: Upload, from: number, to: number, by: Terminal = t.first): Promise<Answer> {
  const path = `${pathOf(of)}/chunks?offset=${String(from)}&byteCount=${String(of.byteCount ?? of.bytes.length)}`;
  return t.client.call({ method: 'POST', path, by, body: of.bytes.subarray(from, to) });
}

const whole = (t: Trial, of: Upload, by?: Terminal) => chunk(t, of, 0, of.bytes.length, by);

/** An application that names these attachments. */
function naming(t: Trial, uploads: readonly Upload[]) {
  const attachments = uploads.map(({ bytes, sha256 }, page): Attachment => ({
    subject: { kind: 'paper', paperId: t.cast.item.item.materials[0]?.id ?? '', page: page + 1 },
    mediaType: 'image/jpeg',
    byteCount: bytes.length,
    sha256,
  }));
  const content = t.maker.content(t.cast.item, t.maker.person());
  return t.newSubmission({ ...content, formVersion: 2, attachments });
}

export const attachmentRules: Theme = {
  letter: 'F',
  title: 'Attachments (files)',
  when: 'prepared',
  rules: [
    rule('F-01', 'An upload that has not begun is NOT_FOUND (404)', async (t) => {
      refuses(await status(t, upload(t, 1)), 404, 'NOT_FOUND');
    }),
    rule(
      'F-02',
      'Chunk by chunk, each answer says how many bytes are here, the last one that all are',
      async (t) => {
        const of = upload(t, MIN_CHUNK_BYTES + 100);
        const half = { receivedBytes: MIN_CHUNK_BYTES, isComplete: false };
        same(read(await chunk(t, of, 0, MIN_CHUNK_BYTES), uploadStatusSchema), half, 'after the first chunk');
        same(read(await status(t, of), uploadStatusSchema), half, 'looked up');
        const all = { receivedBytes: of.bytes.length, isComplete: true };
        same(
          read(await chunk(t, of, MIN_CHUNK_BYTES, of.bytes.length), uploadStatusSchema),
          all,
          'after the last',
        );
      },
    ),
    rule('F-03', 'The same chunk again changes nothing', async (t) => {
      const of = upload(t, MIN_CHUNK_BYTES + 100);
      for (let again = 0; again < 2; again += 1) {
        const { receivedBytes } = read(await chunk(t, of, 0, MIN_CHUNK_BYTES), uploadStatusSchema);
        same(receivedBytes, MIN_CHUNK_BYTES, 'bytes:');
      }
      const last = await chunk(t, of, MIN_CHUNK_BYTES, of.bytes.length);
      same(read(last, uploadStatusSchema).isComplete, true, 'whole:');
      same(read(await whole(t, of), uploadStatusSchema).isComplete, true, 'whole:');
    }),
    rule('F-04', 'A chunk at another byte is WRONG_OFFSET (409), with the right one', async (t) => {
      const of = upload(t, 3 * MIN_CHUNK_BYTES);
      hasStatus(await chunk(t, of, 0, MIN_CHUNK_BYTES), 200);
      const answer = await chunk(t, of, 2 * MIN_CHUNK_BYTES, 3 * MIN_CHUNK_BYTES);
      refuses(answer, 409, 'WRONG_OFFSET');
      same(dataOf(answer), { receivedBytes: MIN_CHUNK_BYTES }, 'data');
    }),
    rule(
      'F-05',
      'Bytes that are not what their hash says are ATTACHMENT_DAMAGED (422), and it begins anew',
      async (t) => {
        const of = upload(t, 500);
        const damaged = { ...of, bytes: t.maker.randomBytes(500) };
        refuses(await whole(t, damaged), 422, 'ATTACHMENT_DAMAGED');
        refuses(await status(t, of), 404, 'NOT_FOUND');
        same(read(await whole(t, of), uploadStatusSchema).isComplete, true, 'whole:');
      },
    ),
    rule(
      'F-06',
      `A chunk that is not the last one has ${String(MIN_CHUNK_BYTES)} bytes or more, and none goes on behind the end`,
      async (t) => {
        const of = upload(t, 3 * MIN_CHUNK_BYTES);
        refuses(await chunk(t, of, 0, MIN_CHUNK_BYTES - 1), 400, 'BAD_REQUEST');
        const short = `${pathOf(of)}/chunks?offset=0&byteCount=10`;
        const body = of.bytes.subarray(0, 20);
        refuses(await t.client.call({ method: 'POST', path: short, by: t.first, body }), 400, 'BAD_REQUEST');
        refuses(await status(t, of), 404, 'NOT_FOUND');
      },
    ),
    rule('F-07', `A chunk of over ${String(MAX_CHUNK_BYTES)} bytes is 413`, async (t) => {
      const of = upload(t, 2 * MAX_CHUNK_BYTES);
      const path = `${pathOf(of)}/chunks?offset=0&byteCount=${String(of.bytes.length)}`;
      const { headers } = t.client.prepare({ method: 'POST', path, by: t.first, body: of.bytes });
      // Its head is enough to refuse it.
      const long = { ...headers, 'content-length': String(of.bytes.length) };
      hasStatus(await t.client.raw(t.client.headOf('POST', path, long)), 413);
    }),
    rule(
      'F-08',
      'An application whose attachments are not here whole is ATTACHMENTS_MISSING (422), by their hashes',
      async (t) => {
        const id = t.maker.applicationId();
        const [here, missing, half] = [
          upload(t, 900, id),
          upload(t, 900, id),
          upload(t, 2 * MIN_CHUNK_BYTES, id),
        ];
        hasStatus(await whole(t, here), 200);
        hasStatus(await chunk(t, half, 0, MIN_CHUNK_BYTES), 200);
        const submission = naming(t, [here, missing, half]);
        const answer = await t.put(submission, { id });
        refuses(answer, 422, 'ATTACHMENTS_MISSING');
        same(dataOf(answer), { missing: [missing.sha256, half.sha256] }, 'data');
        hasStatus(await t.client.call({ path: keyPath(id), by: t.first }), 404);
      },
    ),
    rule('F-09', 'With all of them here, it is stored', async (t) => {
      const id = t.maker.applicationId();
      const [one, two] = [upload(t, 900, id), upload(t, 1, id)];
      for (const each of [one, two]) hasStatus(await whole(t, each), 200);
      read(await t.put(naming(t, [one, two]), { id }), acknowledgementSchema);
    }),
    rule(
      'F-10',
      'Another terminal’s upload is not found, and does not count for its application',
      async (t) => {
        const of = upload(t, 900);
        hasStatus(await whole(t, of, t.cast.sister), 200);
        refuses(await status(t, of), 404, 'NOT_FOUND');
        refuses(await t.put(naming(t, [of]), { id: of.id }), 422, 'ATTACHMENTS_MISSING');
      },
    ),
    rule(
      'F-11',
      'What an earlier revision brought is here already, for whichever terminal corrects it',
      async (t) => {
        const of = upload(t, 900);
        hasStatus(await whole(t, of), 200);
        const submission = naming(t, [of]);
        const { caseNo } = read(await t.put(submission, { id: of.id }), acknowledgementSchema);
        hasStatus(await t.step(caseNo, 'corrections', t.corrections()), 200);
        const { other } = t.cast;
        same(read(await status(t, of, other), uploadStatusSchema).isComplete, true, 'whole:');
        const { payload } = submission;
        const answers = { ...payload.answers, remark: '改过' };
        const corrected = { ...withPayload(submission, { ...payload, answers }), stationId: other.stationId };
        read(await t.put(corrected, { id: of.id, revision: 2, by: other }), acknowledgementSchema);
      },
    ),
    rule(
      'F-12',
      `More than ${String(MAX_ATTACHMENTS)} uploads that wait for one application are TOO_MANY_ATTACHMENTS (422)`,
      async (t) => {
        const id = t.maker.applicationId();
        for (let count = 0; count < MAX_ATTACHMENTS; count += 1)
          hasStatus(await whole(t, upload(t, 8, id)), 200);
        refuses(await whole(t, upload(t, 8, id)), 422, 'TOO_MANY_ATTACHMENTS');
      },
    ),
    rule('F-13', 'A chunk is application/octet-stream, and nothing else (415)', async (t) => {
      const of = upload(t, 10);
      const path = `${pathOf(of)}/chunks?offset=0&byteCount=10`;
      hasStatus(await t.post(path, t.first, { bytes: 'none' }), 415);
    }),
    rule(
      'F-14',
      'A terminal that begins upload after upload and submits nothing is UPLOADS_FULL (429) with Retry-After; what it began goes on, and what has no papers is stored',
      async (t) => {
        const { terminal } = await t.enrolledNewcomer();
        const begun: Upload[] = [];
        let id = t.maker.applicationId();
        let refused: Answer | null = null;
        while (refused === null && begun.length * MAX_ATTACHMENT_BYTES < MOST_BEGUN_BYTES) {
          if (begun.length % MAX_ATTACHMENTS === 0) id = t.maker.applicationId();
          const of = { ...upload(t, 2 * MIN_CHUNK_BYTES, id), byteCount: MAX_ATTACHMENT_BYTES };
          const answer = await chunk(t, of, 0, MIN_CHUNK_BYTES, terminal);
          if (answer.status === 200) begun.push(of);
          else refused = answer;
        }
        const [first] = begun;
        if (refused === null || first === undefined)
          throw new NotAsked('a platform that bounds uploads below 4 GiB');
        refuses(refused, 429, 'UPLOADS_FULL');
        const wait = refused.headers['retry-after'] ?? '';
        holds(/^\d+$/.test(wait), 'Retry-After in seconds', wait);
        const on = await chunk(t, first, MIN_CHUNK_BYTES, 2 * MIN_CHUNK_BYTES, terminal);
        same(read(on, uploadStatusSchema).receivedBytes, 2 * MIN_CHUNK_BYTES, 'bytes:');
        await t.newCase({ by: terminal });
        hasStatus(await whole(t, upload(t, 8)), 200);
      },
    ),
  ],
};
