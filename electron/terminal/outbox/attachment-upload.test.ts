import { createHash, randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Submission } from '#contract/application.ts';
import { MAX_CHUNK_BYTES, MIN_CHUNK_BYTES, type Attachment } from '#contract/attachment.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { UploadStatus } from '#contract/platform-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { AttachmentCalls, AttachmentChunk } from './attachment-calls.ts';
import { createUploads, type Progress, type UploadEnd } from './attachment-upload.ts';
import type { PlatformFault } from './platform-client.ts';

const APPLICATION = '01995b00-0000-7000-8000-000000000001';
const picture = randomBytes(3 * MAX_CHUNK_BYTES + 5);
const sha256 = createHash('sha256').update(picture).digest('hex');

function submissionWith(...attachments: readonly Attachment[]): Submission {
  return {
    terminalId: 'T-01',
    stationId: '999901001',
    receiptNo: '9999010012611220100010',
    itemSlug: 'elderly-allowance',
    itemCode: 'code',
    itemVersion: '1',
    language: 'zh',
    receivedAt: '2026-11-21T17:29:30.000Z',
    payloadSha256: '0'.repeat(64),
    payload: {
      formVersion: 2,
      answers: {},
      consents: [],
      identitySource: 'card',
      attachments: [...attachments],
    },
  };
}

const attachment: Attachment = {
  subject: { kind: 'signature' },
  mediaType: 'image/png',
  byteCount: picture.length,
  sha256,
};

type StatusAnswer = Result<UploadStatus, PlatformFault>;

/** A platform of one upload, and a script of what befalls the appends, the first one first. */
class Platform implements AttachmentCalls {
  bytes = Buffer.alloc(0);
  asked = 0;
  readonly sent: { readonly offset: number; readonly length: number }[] = [];
  readonly befalls: ((chunk: AttachmentChunk) => StatusAnswer | null)[] = [];

  status(): UploadStatus {
    return { receivedBytes: this.bytes.length, isComplete: this.bytes.equals(picture) };
  }

  attachmentStatus(): Promise<StatusAnswer> {
    this.asked += 1;
    return Promise.resolve(ok(this.status()));
  }

  appendAttachment(_key: unknown, chunk: AttachmentChunk): Promise<StatusAnswer> {
    this.sent.push({ offset: chunk.offset, length: chunk.bytes.length });
    const befallen = this.befalls.shift()?.(chunk) ?? null;
    if (befallen !== null) return Promise.resolve(befallen);
    if (chunk.offset !== this.bytes.length) {
      const receivedBytes = this.bytes.length;
      return Promise.resolve(err({ ...fault('platform.nonsense'), receivedBytes }));
    }
    this.bytes = Buffer.concat([this.bytes, chunk.bytes]);
    return Promise.resolve(ok(this.status()));
  }
}

interface Run {
  readonly end: UploadEnd;
  readonly noted: readonly UploadStatus[];
}

async function run(
  platform: Platform,
  options: { open?: () => Result<Uint8Array, Fault>; progress?: Progress; isSent?: boolean } = {},
): Promise<Run> {
  const noted: UploadStatus[] = [];
  const upload = createUploads({
    attachments: { open: options.open ?? (() => ok(picture)), isSent: () => options.isSent ?? false },
    calls: platform,
  });
  const row = { applicationId: APPLICATION, submission: submissionWith(attachment) };
  const end = await upload(row, options.progress ?? ((_hash, status) => (noted.push(status), ok(true))));
  return { end, noted };
}

describe('an upload', () => {
  it('sends every byte once, in chunks, and says how far it is after each', async () => {
    const platform = new Platform();
    const { end, noted } = await run(platform);
    expect(end).toEqual({ end: 'all-there' });
    expect(platform.bytes.equals(picture)).toBe(true);
    expect(platform.sent.map(({ offset }) => offset)).toEqual([0, 1, 2, 3].map((n) => n * MAX_CHUNK_BYTES));
    expect(noted.map(({ receivedBytes }) => receivedBytes)).toEqual([
      0,
      ...[1, 2, 3].map((n) => n * MAX_CHUNK_BYTES),
      picture.length,
    ]);
  });

  it('goes on where the platform says, as after a kill', async () => {
    const platform = new Platform();
    platform.bytes = Buffer.from(picture.subarray(0, 100_001));
    expect((await run(platform)).end).toEqual({ end: 'all-there' });
    expect(platform.sent[0]?.offset).toBe(100_001);
    expect(platform.bytes.equals(picture)).toBe(true);
  });

  it('that was said to be whole is neither asked about nor sent', async () => {
    const platform = new Platform();
    expect((await run(platform, { isSent: true })).end).toEqual({ end: 'all-there' });
    expect(platform.asked).toBe(0);
  });

  it('that the platform has whole needs no file here', async () => {
    const platform = new Platform();
    platform.bytes = Buffer.from(picture);
    const open = () => err(fault('store.attachment-gone'));
    expect((await run(platform, { open })).end).toEqual({ end: 'all-there' });
  });

  it('whose file is gone is lost, and says so', async () => {
    const open = () => err(fault('store.attachment-gone'));
    expect((await run(new Platform(), { open })).end).toEqual({
      end: 'lost',
      fault: { code: 'store.attachment-gone' },
    });
  });

  it('whose answer was lost in the middle is told the right byte and doubles none', async () => {
    const platform = new Platform();
    platform.befalls.push((chunk) => {
      platform.bytes = Buffer.concat([platform.bytes, chunk.bytes]);
      return err(fault('platform.timeout'));
    });
    expect((await run(platform)).end).toMatchObject({ end: 'not-sent', fault: { code: 'platform.timeout' } });
    expect((await run(platform)).end).toEqual({ end: 'all-there' });
    expect(platform.bytes.equals(picture)).toBe(true);
  });

  it('is corrected by a platform that has less than it said', async () => {
    const platform = new Platform();
    platform.befalls.push(
      () => null,
      () => {
        platform.bytes = Buffer.alloc(0);
        return null;
      },
    );
    expect((await run(platform)).end).toEqual({ end: 'all-there' });
    expect(platform.bytes.equals(picture)).toBe(true);
  });

  it('gives up a platform that names another byte each time', async () => {
    const platform = new Platform();
    for (let turn = 0; turn < 50; turn += 1) {
      platform.befalls.push(() => err({ ...fault('platform.nonsense'), receivedBytes: turn }));
    }
    expect((await run(platform)).end).toMatchObject({
      end: 'not-sent',
      fault: { code: 'platform.nonsense' },
    });
    expect(platform.sent.length).toBeLessThan(10);
  });

  it.each<[string, UploadStatus]>([
    ['gets no byte further', { receivedBytes: 0, isComplete: false }],
    ['has all and is not complete', { receivedBytes: picture.length, isComplete: false }],
    ['has more than there is', { receivedBytes: 2 * picture.length, isComplete: false }],
  ])('a platform that %s talks nonsense, and is not asked for ever', async (_what, status) => {
    const platform = new Platform();
    platform.befalls.push(() => ok(status));
    expect((await run(platform)).end).toMatchObject({
      end: 'not-sent',
      fault: { code: 'platform.nonsense' },
    });
  });

  it('on a line that is too slow tries smaller chunks, down to the smallest', async () => {
    const platform = new Platform();
    const upload = createUploads({
      attachments: { open: () => ok(picture), isSent: () => false },
      calls: platform,
    });
    const row = { applicationId: APPLICATION, submission: submissionWith(attachment) };
    for (let turn = 0; turn < 8; turn += 1) {
      platform.befalls.push(() => err(fault('platform.timeout')));
      expect((await upload(row, () => ok(true))).end).toBe('not-sent');
    }
    expect(platform.sent.map(({ length }) => length)).toEqual(
      [0, 1, 2, 3, 4, 5, 6, 7].map((n) => Math.max(MIN_CHUNK_BYTES, MAX_CHUNK_BYTES / 2 ** n)),
    );
    expect((await upload(row, () => ok(true))).end).toBe('all-there');
  });

  it('asks a platform that begins no upload with the smallest chunk, and goes on with larger ones', async () => {
    const platform = new Platform();
    const upload = createUploads({
      attachments: { open: () => ok(picture), isSent: () => false },
      calls: platform,
    });
    const row = { applicationId: APPLICATION, submission: submissionWith(attachment) };
    platform.befalls.push(
      () => err(fault('platform.uploads-full')),
      () => err(fault('platform.uploads-full')),
    );
    expect((await upload(row, () => ok(true))).end).toBe('not-sent');
    expect((await upload(row, () => ok(true))).end).toBe('not-sent');
    expect((await upload(row, () => ok(true))).end).toBe('all-there');
    expect(platform.sent.slice(0, 4).map(({ length }) => length)).toEqual([
      MAX_CHUNK_BYTES,
      MIN_CHUNK_BYTES,
      MIN_CHUNK_BYTES,
      2 * MIN_CHUNK_BYTES,
    ]);
  });

  it.each<[string, Result<boolean, Fault>, Fault | null]>([
    ['another sender’s', ok(false), null],
    ['not noted by a full disk', err(fault('store.full')), fault('store.full')],
  ])('that is %s stops, without another byte', async (_what, noted, expected) => {
    const platform = new Platform();
    const { end } = await run(platform, { progress: () => noted });
    expect(end).toEqual({ end: 'given-up', fault: expected });
    expect(platform.sent).toEqual([]);
  });
});
