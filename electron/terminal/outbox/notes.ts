import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import type { Key } from './platform-client.ts';

/** How a platform says no: a word for machines, and a sentence that may quote what a resident wrote. */
export const refusalSchema = z.object({
  code: z.string().regex(/^[A-Z][A-Z0-9_]{0,39}$/),
  reason: z.string().max(300),
});
export type Refusal = z.infer<typeof refusalSchema>;

/** One from each side: the newest one replaces what it said before. */
export type Speaker = 'platform' | 'staff';

/** What was said about a row in free text, sealed like its payload, since it may quote it. */
export interface Notes {
  /** Inside a transaction; null takes back what was said. */
  put(key: Key, saidBy: Speaker, text: string | null): void;
  /** null: nothing was said, or it does not open. */
  read(key: Key, saidBy: Speaker): string | null;
  /** Inside the transaction that erases the payload. */
  erase(key: Key): void;
}

export interface NotesPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

export function createNotes({ store, sealer, clock }: NotesPorts): Notes {
  return {
    put: ({ applicationId, revision }, saidBy, text) => {
      if (text === null) {
        store
          .sql('DELETE FROM outbox_note WHERE application_id = ? AND revision = ? AND said_by = ?')
          .run(applicationId, revision, saidBy);
        return;
      }
      const sealed = sealer.seal(Buffer.from(text, 'utf8'), bindings.note(applicationId, revision, saidBy));
      store
        .sql(
          `INSERT INTO outbox_note (application_id, revision, said_by, at_ms, sealed_note, key_id)
           VALUES (?, ?, ?, ?, ?, ?)
           ON CONFLICT (application_id, revision, said_by) DO UPDATE SET at_ms = excluded.at_ms,
             sealed_note = excluded.sealed_note, key_id = excluded.key_id`,
        )
        .run(applicationId, revision, saidBy, clock.now(), sealed, sealer.keyId);
    },
    read: ({ applicationId, revision }, saidBy) => {
      const row = store
        .sql(
          `SELECT sealed_note, key_id FROM outbox_note
           WHERE application_id = ? AND revision = ? AND said_by = ?`,
        )
        .get(applicationId, revision, saidBy);
      const sealed = row?.['sealed_note'];
      if (!(sealed instanceof Uint8Array)) return null;
      const plain = sealer.unseal(
        sealed,
        String(row?.['key_id']),
        bindings.note(applicationId, revision, saidBy),
      );
      return plain.ok ? Buffer.from(plain.value).toString('utf8') : null;
    },
    erase: ({ applicationId, revision }) => {
      store
        .sql('DELETE FROM outbox_note WHERE application_id = ? AND revision = ?')
        .run(applicationId, revision);
    },
  };
}

/** What the platform said when it refused the row, or null. */
export function readRefusal(notes: Notes, key: Key): Refusal | null {
  const text = notes.read(key, 'platform');
  if (text === null) return null;
  const parsed = refusalSchema.safeParse(JSON.parse(text));
  return parsed.success ? parsed.data : null;
}
