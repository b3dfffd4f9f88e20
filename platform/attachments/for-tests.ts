import { createHash } from 'node:crypto';
import type { ApplicationPayload } from '#contract/application.ts';
import {
  applicationId,
  ORDINARY_PAYLOAD,
  send,
  TERMINAL,
  TEST_NOW_MS,
  type Answer,
  type By,
} from '../for-tests.ts';
import { signedBy } from '../identity/for-tests.ts';

/** For tests only. */

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Of the n-th application (for-tests.ts). */
export const attachmentUrl = (platformUrl: string, n: number, hash: string) =>
  `${platformUrl}/v1/applications/${applicationId(n)}/attachments/${hash}`;

/** What is otherwise than the bytes say, or than usual. */
export interface Sent {
  readonly hash?: string;
  readonly by?: By;
  readonly byteCount?: number;
  readonly type?: string;
}

/** The bytes `from` until `to` of a whole attachment, as its terminal sends them. */
export async function appendTo(
  platformUrl: string,
  n: number,
  { whole, from, to }: { readonly whole: Uint8Array; readonly from: number; readonly to: number },
  sent: Sent = {},
): Promise<Answer> {
  const query = `offset=${String(from)}&byteCount=${String(sent.byteCount ?? whole.length)}`;
  const url = `${attachmentUrl(platformUrl, n, sent.hash ?? sha256(whole))}/chunks?${query}`;
  const body = new Uint8Array(whole.subarray(from, to));
  const headers = { 'content-type': sent.type ?? 'application/octet-stream' };
  const by = sent.by ?? TERMINAL;
  const proved =
    typeof by === 'string'
      ? { ...headers, authorization: `Bearer ${by}` }
      : signedBy(by, { method: 'POST', url, headers, body }, { nowMs: TEST_NOW_MS });
  return send(url, 'POST', proved, body);
}

export function withAttachments(...pictures: readonly Uint8Array[]): ApplicationPayload {
  const { answers, consents, identitySource } = ORDINARY_PAYLOAD;
  const attachments = pictures.map((bytes, index) => ({
    subject: { kind: 'paper' as const, paperId: 'household-book', page: index + 1 },
    mediaType: 'image/jpeg' as const,
    byteCount: bytes.length,
    sha256: sha256(bytes),
  }));
  return { formVersion: 2, answers, consents, identitySource, attachments };
}
