import { createHash } from 'node:crypto';
import { z } from 'zod';
import { acknowledgementSchema, type ApplicationPayload } from '#contract/application.ts';
import { ORDINARY_PAYLOAD, applicationId, call, payload, send, submission } from '#platform/for-tests.ts';
import { signedBy, type TestTerminal } from '#platform/identity/for-tests.ts';
import type { Books } from './books.ts';
import { itemsOf } from './departments.ts';
import { insist } from './insist.ts';

const CHUNK_BYTES = 65_536;
const MOST_PICTURE_BYTES = 180_000;
const SHARE = { withPicture: 0.3, sentTwiceMore: 0.3 } as const;
const APPLICATIONS_A_TERMINAL = 1_000_000;
const ITEMS = Object.values(itemsOf);

export interface WorkingTerminal {
  /** Applications one after the other, and the corrections that were asked for, until `isOver`. */
  work(isOver: () => boolean): Promise<void>;
  /** What the office asked for since. */
  answerCorrections(): Promise<void>;
}

export interface TerminalParts {
  readonly terminal: TestTerminal;
  /** From 0: its applications are its own. */
  readonly index: number;
  readonly url: string;
  readonly random: () => number;
  readonly books: Books;
  /** Applications that the office wants corrected; whoever answers takes them out. */
  readonly asked: string[];
}

const offsetSchema = z.object({ receivedBytes: z.number().int() });
const uploadSchema = offsetSchema.extend({ isComplete: z.boolean() });
const wrongOffsetSchema = z.object({ code: z.literal('WRONG_OFFSET'), data: offsetSchema });

export function workingTerminal(parts: TerminalParts): WorkingTerminal {
  const { terminal, index, url, random, books, asked } = parts;
  let count = 0;

  async function work(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await applyOnce(applicationId(index * APPLICATIONS_A_TERMINAL + count++));
      await answerCorrections();
    }
  }

  async function answerCorrections(): Promise<void> {
    for (let id = asked.shift(); id !== undefined; id = asked.shift()) {
      const corrected = payload({ applicantName: '张建国', homeAddress: '幸福路 12 号' });
      // Only the desk asks for corrections.
      await submitAll({ id, itemSlug: itemsOf.desk }, 2, corrected, 1);
    }
  }

  async function applyOnce(id: string): Promise<void> {
    const pictures = random() < SHARE.withPicture ? [pictureOf(id, random)] : [];
    for (const picture of pictures) await upload(id, picture);
    // A double send: both are under way at once, mostly to two nodes.
    const itemSlug = ITEMS[Math.floor(random() * ITEMS.length)] ?? itemsOf.desk;
    await submitAll({ id, itemSlug }, 1, withPictures(pictures), random() < SHARE.sentTwiceMore ? 3 : 1);
  }

  async function submitAll(
    { id, itemSlug }: { readonly id: string; readonly itemSlug: string },
    revision: number,
    content: ApplicationPayload,
    times: number,
  ): Promise<void> {
    const { terminalId, stationId } = terminal;
    const body = { ...submission(content), itemSlug, terminalId, stationId };
    const key = `${id}/${String(revision)}`;
    const sendOnce = () =>
      insist(books, random, () =>
        call(`${url}/v1/applications/${id}/revisions/${String(revision)}`, {
          method: 'PUT',
          by: terminal,
          nowMs: Date.now(),
          body,
        }),
      );
    for (const { answer } of await Promise.all(Array.from({ length: times }, sendOnce))) {
      const ack = acknowledgementSchema.safeParse(answer.json);
      if (answer.status !== 200 || !ack.success) {
        books.wrong.push(`${key} was answered ${String(answer.status)} ${answer.text}`);
        continue;
      }
      const before = books.acknowledged.get(key);
      if (before !== undefined && before.caseNo !== ack.data.caseNo) {
        books.wrong.push(`${key} is ${before.caseNo} and ${ack.data.caseNo}`);
      }
      books.acknowledged.set(key, ack.data);
    }
  }

  async function upload(id: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
    const sha256 = sha256Of(bytes);
    for (let at = 0; at < bytes.length;) {
      const { answer } = await insist(books, random, () => sendChunk(id, sha256, bytes, at));
      const received = uploadSchema.safeParse(answer.json);
      const wrongOffset = wrongOffsetSchema.safeParse(answer.json);
      if (received.success) at = received.data.receivedBytes;
      else if (wrongOffset.success) at = wrongOffset.data.data.receivedBytes;
      else {
        books.wrong.push(`a chunk of ${id} was answered ${String(answer.status)} ${answer.text}`);
        return;
      }
    }
    books.attachments.push({ applicationId: id, sha256 });
  }

  function sendChunk(id: string, sha256: string, whole: Buffer<ArrayBuffer>, at: number) {
    const query = `offset=${String(at)}&byteCount=${String(whole.length)}`;
    const target = `${url}/v1/applications/${id}/attachments/${sha256}/chunks?${query}`;
    const body = whole.subarray(at, at + CHUNK_BYTES);
    const plain = { 'content-type': 'application/octet-stream' };
    const request = { method: 'POST', url: target, headers: plain, body };
    return send(target, 'POST', signedBy(terminal, request, { nowMs: Date.now() }), body);
  }

  return { work, answerCorrections };
}

function pictureOf(id: string, random: () => number): Buffer<ArrayBuffer> {
  return Buffer.alloc(CHUNK_BYTES + Math.floor(random() * (MOST_PICTURE_BYTES - CHUNK_BYTES)), id);
}

function withPictures(pictures: readonly Buffer[]): ApplicationPayload {
  const { answers, consents, identitySource } = ORDINARY_PAYLOAD;
  const attachments = pictures.map((bytes, at) => ({
    subject: { kind: 'paper' as const, paperId: 'household-book', page: at + 1 },
    mediaType: 'image/jpeg' as const,
    byteCount: bytes.length,
    sha256: sha256Of(bytes),
  }));
  return { formVersion: 2, answers, consents, identitySource, attachments };
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
