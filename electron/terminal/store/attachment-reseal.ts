import type { Sealer } from './sealing.ts';
import { bindings } from './sealed-columns.ts';
import type { Store } from './store.ts';

/** A file is up to eight megabytes: more of them in one step would hold up a resident who submits. */
const FILES_PER_STEP = 2;

/** One step of moving attachments to the active key; a file that does not open keeps its key. */
export function resealAttachments(
  store: Store,
  sealer: Sealer,
  behindRow: number,
): { moved: number; stuck: number; lastRow: number | null } {
  let moved = 0;
  let stuck = 0;
  let lastRow: number | null = null;
  const rows = store
    .sql(
      `SELECT rowid AS id, application_id, sha256, file_name, key_id FROM attachment
       WHERE key_id <> ? AND rowid > ? ORDER BY rowid LIMIT ?`,
    )
    .all(sealer.keyId, behindRow, FILES_PER_STEP);
  for (const row of rows) {
    lastRow = Number(row['id']);
    if (resealOne(store, sealer, row)) moved += 1;
    else stuck += 1;
  }
  return { moved, stuck, lastRow };
}

/** The new file is durable before the row names it, and the old one goes only when no row names it any more. */
function resealOne(store: Store, sealer: Sealer, row: Record<string, unknown>): boolean {
  const oldName = String(row['file_name']);
  const binding = bindings.attachment(String(row['application_id']), String(row['sha256']));
  const sealed = store.files.read(oldName);
  if (!sealed.ok) return false;
  const plain = sealer.unseal(sealed.value, String(row['key_id']), binding);
  if (!plain.ok) return false;
  const written = store.files.write([sealer.seal(plain.value, binding)]);
  if (!written.ok) return false;
  const named = store.transaction(() =>
    store
      .sql('UPDATE attachment SET file_name = ?, key_id = ? WHERE rowid = ?')
      .run(written.value[0] ?? '', sealer.keyId, Number(row['id'])),
  );
  store.files.remove(named.ok ? [oldName] : written.value);
  return named.ok;
}

export function isAttachmentKey(store: Store, keyId: string): boolean {
  return store.sql('SELECT 1 FROM attachment WHERE key_id = ? LIMIT 1').get(keyId) !== undefined;
}
