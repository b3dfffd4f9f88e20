import { attachmentsOf, type Submission } from '#contract/application.ts';
import { MAX_CHUNK_BYTES, MIN_CHUNK_BYTES, type Attachment } from '#contract/attachment.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { UploadStatus } from '#contract/platform-api.ts';
import type { Result } from '#contract/result.ts';
import type { AttachmentCalls } from './attachment-calls.ts';
import type { OutboxAttachments } from './attachments.ts';
import type { PlatformFault } from './platform-client.ts';

/** A row whose attachments are on their way. */
export interface Uploading {
  readonly applicationId: string;
  readonly submission: Submission;
}

export interface UploadPorts {
  readonly attachments: Pick<OutboxAttachments, 'open' | 'isSent'>;
  readonly calls: AttachmentCalls;
}

/** Says, durably, how far an attachment has come. False: the row is another sender's by now. */
export type Progress = (sha256: string, status: UploadStatus) => Result<boolean, Fault>;

export type UploadEnd =
  | { readonly end: 'all-there' }
  /** The line, or the platform: as with any other request. */
  | { readonly end: 'not-sent'; readonly fault: PlatformFault }
  /** The file is gone: no try will bring it back. */
  | { readonly end: 'lost'; readonly fault: Fault }
  /** The store did not take the progress, or the lease is another's. */
  | { readonly end: 'given-up'; readonly fault: Fault | null };

/** A platform that names another byte again and again does not know what it has. */
const MOST_OTHER_OFFSETS = 3;

/**
 * Sends what a submission names and the platform lacks, chunk by chunk, from the byte that the platform says.
 * At most one attachment of a row is in memory at a time.
 */
export function createUploads(
  ports: UploadPorts,
): (row: Uploading, progress: Progress) => Promise<UploadEnd> {
  const { attachments, calls } = ports;
  /** A chunk that does not get through in time will not at the next try either: on a slow line they shrink. So do they before a platform that begins no upload. */
  let chunkBytes = MAX_CHUNK_BYTES;

  async function append(
    applicationId: string,
    attachment: Attachment,
    offset: number,
    bytes: Uint8Array,
  ): Promise<Result<UploadStatus, PlatformFault>> {
    const { sha256, byteCount } = attachment;
    const chunk = { offset, byteCount, bytes: new Uint8Array(bytes.subarray(offset, offset + chunkBytes)) };
    const answer = await calls.appendAttachment({ applicationId, sha256 }, chunk);
    if (answer.ok) chunkBytes = Math.min(chunkBytes * 2, MAX_CHUNK_BYTES);
    else if (answer.fault.code === 'platform.timeout') chunkBytes = Math.max(chunkBytes / 2, MIN_CHUNK_BYTES);
    else if (answer.fault.code === 'platform.uploads-full') chunkBytes = MIN_CHUNK_BYTES;
    return answer;
  }

  async function sendOne(
    applicationId: string,
    attachment: Attachment,
    progress: Progress,
  ): Promise<UploadEnd | null> {
    const { sha256, byteCount } = attachment;
    const asked = await calls.attachmentStatus({ applicationId, sha256 });
    if (!asked.ok) return { end: 'not-sent', fault: asked.fault };
    let status = asked.value;
    let bytes: Uint8Array | null = null;
    let otherOffsets = 0;
    for (;;) {
      const noted = progress(sha256, status);
      if (!noted.ok) return { end: 'given-up', fault: noted.fault };
      if (!noted.value) return { end: 'given-up', fault: null };
      if (status.isComplete) return null;
      if (status.receivedBytes >= byteCount) return nonsense('all bytes there, and not complete');
      if (bytes === null) {
        const opened = attachments.open(applicationId, sha256);
        if (!opened.ok) return { end: 'lost', fault: opened.fault };
        bytes = opened.value;
      }
      const answer = await append(applicationId, attachment, status.receivedBytes, bytes);
      if (answer.ok) {
        const { isComplete, receivedBytes } = answer.value;
        if (!isComplete && receivedBytes <= status.receivedBytes) return nonsense('no byte further');
        status = answer.value;
        continue;
      }
      const { receivedBytes } = answer.fault;
      otherOffsets += 1;
      if (receivedBytes === undefined || otherOffsets > MOST_OTHER_OFFSETS) {
        return { end: 'not-sent', fault: answer.fault };
      }
      status = { receivedBytes, isComplete: false };
    }
  }

  return async (row, progress) => {
    const { applicationId } = row;
    for (const attachment of attachmentsOf(row.submission.payload)) {
      if (attachments.isSent(applicationId, attachment.sha256)) continue;
      const end = await sendOne(applicationId, attachment, progress);
      if (end !== null) return end;
    }
    return { end: 'all-there' };
  };
}

function nonsense(detail: string): UploadEnd {
  return { end: 'not-sent', fault: fault('platform.nonsense', `attachment: ${detail}`) };
}
