import type { z } from 'zod';
import { attachmentRefusals, uploadStatusSchema, type UploadStatus } from '#contract/platform-api.ts';
import { fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Answer, CallLimits, PlatformFault } from './platform-client.ts';

/** The calls by which attachments reach the platform (contract/platform-api.ts, `attachments`). */
export interface AttachmentCalls {
  /** Of what was never sent: byte 0. */
  attachmentStatus(key: AttachmentKey): Promise<Result<UploadStatus, PlatformFault>>;
  /** Fault besides the platform's own: `receivedBytes` stands in it when the platform goes on at another byte. */
  appendAttachment(key: AttachmentKey, chunk: AttachmentChunk): Promise<Result<UploadStatus, PlatformFault>>;
}

export interface AttachmentKey {
  readonly applicationId: string;
  readonly sha256: string;
}

export interface AttachmentChunk {
  /** Where in the attachment `bytes` begin. */
  readonly offset: number;
  /** Of the whole attachment. */
  readonly byteCount: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** One request, with its time limit and whatever says who sends it. */
export type Call = (
  method: string,
  path: string,
  body: string | Uint8Array<ArrayBuffer> | null,
  limits: CallLimits,
) => Promise<Result<Answer, PlatformFault>>;

/** The answer as the contract's form, or the fault that its status stands for. */
export type Understand = <T>(
  answer: Result<Answer, PlatformFault>,
  schema: z.ZodType<T>,
) => Result<T, PlatformFault>;

const limits: CallLimits = { maxAnswerBytes: 16_384, givenUpBy: [] };

export function createAttachmentCalls(call: Call, understand: Understand): AttachmentCalls {
  const pathOf = ({ applicationId, sha256 }: AttachmentKey) =>
    `/v1/applications/${applicationId}/attachments/${sha256}`;
  return {
    attachmentStatus: async (key) => {
      const answer = await call('GET', pathOf(key), null, limits);
      if (answer.ok && answer.value.status === 404 && answer.value.problem?.code === 'NOT_FOUND') {
        return ok({ receivedBytes: 0, isComplete: false });
      }
      return understand(answer, uploadStatusSchema);
    },
    appendAttachment: async (key, { offset, byteCount, bytes }) => {
      const path = `${pathOf(key)}/chunks?offset=${offset}&byteCount=${byteCount}`;
      const answer = await call('POST', path, bytes, limits);
      const refused = answer.ok ? appendRefusal(answer.value) : null;
      return refused ? err(refused) : understand(answer, uploadStatusSchema);
    },
  };
}

/** Null for what is no refusal of an append. */
function appendRefusal({ status, problem, retryAfterMs }: Answer): PlatformFault | null {
  if (status === 409) {
    const parsed = attachmentRefusals.WRONG_OFFSET.data.safeParse(problem?.data);
    return problem?.code === 'WRONG_OFFSET' && parsed.success
      ? { ...fault('platform.nonsense', 'another offset'), receivedBytes: parsed.data.receivedBytes }
      : fault('platform.nonsense', '409 that names no offset');
  }
  if (status === 429 && problem?.code === 'UPLOADS_FULL')
    return {
      ...fault('platform.uploads-full', `HTTP ${status}`),
      status,
      ...(retryAfterMs === null ? {} : { retryAfterMs }),
    };
  if (status === 422 && problem?.code === 'ATTACHMENT_DAMAGED')
    return fault('platform.attachment-damaged', `HTTP ${status}`);
  return null;
}

/** The answer to a submission whose attachments the platform lacks, or null. */
export function missingAttachments({ status, problem }: Answer): PlatformFault | null {
  const { ATTACHMENTS_MISSING } = attachmentRefusals;
  if (status !== ATTACHMENTS_MISSING.status || problem?.code !== 'ATTACHMENTS_MISSING') return null;
  const parsed = ATTACHMENTS_MISSING.data.safeParse(problem.data);
  return parsed.success
    ? { ...fault('platform.attachments-missing', `HTTP ${status}`), missing: parsed.data.missing }
    : null;
}
