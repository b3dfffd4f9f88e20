import { createHash } from 'node:crypto';
import {
  attachmentsSchema,
  type Attachment,
  type AttachmentMediaType,
  type AttachmentSubject,
} from '#contract/attachment.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';

/** What a resident hands over: in memory, once. */
export interface GivenAttachment {
  readonly subject: AttachmentSubject;
  readonly mediaType: AttachmentMediaType;
  readonly bytes: Uint8Array;
}

/** Sealed and durable, and named by no row yet. */
export interface PreparedAttachments {
  /** As the payload names them, in the order in which they were given. */
  readonly described: readonly Attachment[];
  readonly files: readonly {
    readonly sha256: string;
    readonly byteCount: number;
    readonly fileName: string;
    readonly keyId: string;
  }[];
}

/** The signatures and photographed papers of the applications of an outbox. */
export interface OutboxAttachments {
  /**
   * Seals and writes them; files and folder are on the disk when it returns. The next thing is the transaction
   * that adds them, or `discard`. Faults: `intake.attachments-refused`, `store.full`, `store.failed`; then
   * nothing is left.
   */
  prepare(applicationId: string, given: readonly GivenAttachment[]): Result<PreparedAttachments, Fault>;
  /** Inside the transaction that receives the application. */
  add(applicationId: string, prepared: PreparedAttachments): void;
  /** They were not received. */
  discard(prepared: PreparedAttachments): void;
  /** The bytes of one. Fault: `store.attachment-gone`. */
  open(applicationId: string, sha256: string): Result<Uint8Array, Fault>;
  /** Whether the platform said that it has all of it. */
  isSent(applicationId: string, sha256: string): boolean;
  /** Inside a transaction: so much of it is at the platform. */
  arrived(applicationId: string, sha256: string, sentBytes: number, isSent: boolean): void;
  /** The platform lacks these, whatever it said before. */
  notThere(applicationId: string, hashes: readonly string[]): Result<null, Fault>;
  /**
   * Inside the transaction that erases a payload: forgets the application's attachments when no other revision of
   * it still has one. Gives the files, for `removeFiles` after the commit.
   */
  forget(applicationId: string): readonly string[];
  removeFiles(names: readonly string[]): void;
}

export function createOutboxAttachments(store: Store, sealer: Sealer): OutboxAttachments {
  const rowOf = (applicationId: string, sha256: string) =>
    store
      .sql('SELECT file_name, key_id, is_sent FROM attachment WHERE application_id = ? AND sha256 = ?')
      .get(applicationId, sha256);

  function* sealedOneByOne(
    applicationId: string,
    bytesOf: ReadonlyMap<string, Uint8Array>,
  ): Generator<Uint8Array> {
    for (const [sha256, bytes] of bytesOf) {
      yield sealer.seal(bytes, bindings.attachment(applicationId, sha256));
    }
  }

  return {
    prepare: (applicationId, given) => {
      const described = attachmentsSchema.safeParse(given.map(describe));
      if (!described.success) {
        const places = described.error.issues.map(({ path }) => path.join('.')).join(', ');
        return err(fault('intake.attachments-refused', places));
      }
      // The same picture twice is one file and one row.
      const bytesOf = new Map(given.map(({ bytes }, index) => [described.data[index]?.sha256 ?? '', bytes]));
      const { keyId } = sealer;
      const written = store.files.write(sealedOneByOne(applicationId, bytesOf));
      if (!written.ok) return written;
      const files = [...bytesOf].map(([sha256, bytes], index) => {
        return { sha256, byteCount: bytes.length, fileName: written.value[index] ?? '', keyId };
      });
      return ok({ described: described.data, files });
    },
    add: (applicationId, prepared) => {
      for (const { sha256, byteCount, fileName, keyId } of prepared.files) {
        store
          .sql(
            `INSERT INTO attachment (application_id, sha256, byte_count, file_name, key_id) VALUES (?, ?, ?, ?, ?)`,
          )
          .run(applicationId, sha256, byteCount, fileName, keyId);
      }
    },
    discard: (prepared) => {
      store.files.remove(prepared.files.map(({ fileName }) => fileName));
    },
    open: (applicationId, sha256) => {
      const row = rowOf(applicationId, sha256);
      if (!row) return err(fault('store.attachment-gone', 'no row names it'));
      const sealed = store.files.read(String(row['file_name']));
      if (!sealed.ok) return sealed;
      const binding = bindings.attachment(applicationId, sha256);
      const plain = sealer.unseal(sealed.value, String(row['key_id']), binding);
      // With a whole file and another key there is nothing to be had from it either.
      return plain.ok ? plain : err(fault('store.attachment-gone', plain.fault.detail));
    },
    isSent: (applicationId, sha256) => rowOf(applicationId, sha256)?.['is_sent'] === 1,
    arrived: (applicationId, sha256, sentBytes, isSent) => {
      store
        .sql(`UPDATE attachment SET sent_bytes = ?, is_sent = ? WHERE application_id = ? AND sha256 = ?`)
        .run(sentBytes, isSent ? 1 : 0, applicationId, sha256);
    },
    notThere: (applicationId, hashes) =>
      store.transaction(() => {
        for (const sha256 of hashes) {
          store
            .sql(`UPDATE attachment SET sent_bytes = 0, is_sent = 0 WHERE application_id = ? AND sha256 = ?`)
            .run(applicationId, sha256);
        }
        return null;
      }),
    forget: (applicationId) => {
      const other = store
        .sql('SELECT 1 FROM outbox WHERE application_id = ? AND sealed_submission IS NOT NULL')
        .get(applicationId);
      if (other !== undefined) return [];
      return store
        .sql('DELETE FROM attachment WHERE application_id = ? RETURNING file_name')
        .all(applicationId)
        .map((row) => String(row['file_name']));
    },
    removeFiles: (names) => {
      store.files.remove(names);
    },
  };
}

function describe({ subject, mediaType, bytes }: GivenAttachment): Attachment {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { subject, mediaType, byteCount: bytes.length, sha256 };
}
