import { z } from 'zod';
import { answersSchema, type Answers } from '#contract/answers.ts';
import type { Fault } from '#contract/fault.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';

/** All times of a saved draft, in milliseconds. */
export const savedDraftTimes = {
  /** Whoever has not come back by then fills it in anew. */
  keptForMs: 24 * 60 * 60_000,
  /** A clock that was set back further than this would keep drafts for longer than was promised: they go at once. */
  clockSlackMs: 60 * 60_000,
} as const;

/**
 * Forms of items that may be filled in without the line and not received (`offline.mode` draft-only). Sealed like what is
 * received, found again by the same card only, erased by time, when it was submitted, or when its resident refuses it.
 * Photographs and signatures are not among it.
 */
export interface SavedDrafts {
  /** Durable when it returns; it takes the place of an older one. Faults: `store.full`, `store.failed`; then the older one stays. */
  save(draft: DraftToSave): Result<SavedTimes, Fault>;
  /** Null: there is none, its time is over, it was filled in by another version of the form, or it does not open. */
  find(personNumber: string, item: Pick<ServiceItem, 'slug' | 'version'>): SavedDraft | null;
  /** Nothing where there is none. Faults: `store.full`, `store.failed`. */
  erase(personNumber: string, itemSlug: string, because: 'refused' | 'submitted'): Result<null, Fault>;
  /** Those whose time is over; how many. Faults as above. */
  eraseOld(): Result<number, Fault>;
}

export interface DraftToSave {
  readonly personNumber: string;
  readonly item: Pick<ServiceItem, 'slug' | 'version'>;
  /** Without signatures, and without what the card says. */
  readonly answers: Answers;
}

/** Unix times in ms. */
export interface SavedTimes {
  readonly savedAtMs: number;
  readonly eraseAtMs: number;
}

export interface SavedDraft extends SavedTimes {
  readonly answers: Answers;
}

export interface SavedDraftsPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  /** The machine's date is known to be wrong now (health/trusted-time.ts), and tells nobody how old a draft is. */
  readonly isDateWrong: () => boolean;
  readonly newUuid: () => string;
  /** The same bytes for the same number at this terminal, and nobody can tell the number by them without its key. */
  readonly ownerTagOf: (personNumber: string) => Uint8Array;
}

const bodySchema = z.object({ itemVersion: z.string().min(1).max(60), answers: answersSchema });

export function createSavedDrafts(ports: SavedDraftsPorts): SavedDrafts {
  const { store, sealer, audit, clock, ownerTagOf } = ports;

  function write(event: 'draft.kept' | 'draft.erased', disposition: string, slug: string | null): void {
    const actor = disposition === 'expired' ? 'terminal' : 'resident';
    audit.write({ event, actor, subject: null, disposition, detail: slug });
  }

  function save({ personNumber, item, answers }: DraftToSave): Result<SavedTimes, Fault> {
    const savedAtMs = clock.now();
    const eraseAtMs = savedAtMs + savedDraftTimes.keptForMs;
    const draftId = ports.newUuid();
    const ownerTag = ownerTagOf(personNumber);
    const body = JSON.stringify({ itemVersion: item.version, answers });
    const sealed = sealer.seal(Buffer.from(body, 'utf8'), bindings.savedDraft(draftId));
    return store.transaction(() => {
      store.sql('DELETE FROM saved_draft WHERE owner_tag = ? AND item_slug = ?').run(ownerTag, item.slug);
      store
        .sql(
          `INSERT INTO saved_draft (draft_id, owner_tag, item_slug, sealed_body, key_id, saved_at_ms, erase_at_ms)
           VALUES (?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(draftId, ownerTag, item.slug, sealed, sealer.keyId, savedAtMs, eraseAtMs);
      write('draft.kept', 'success', item.slug);
      return { savedAtMs, eraseAtMs };
    });
  }

  function find(personNumber: string, item: Pick<ServiceItem, 'slug' | 'version'>): SavedDraft | null {
    const row = store
      .sql(
        `SELECT draft_id, sealed_body, key_id, saved_at_ms, erase_at_ms FROM saved_draft
         WHERE owner_tag = ? AND item_slug = ?`,
      )
      .get(ownerTagOf(personNumber), item.slug);
    const sealed = row?.['sealed_body'];
    if (!row || !(sealed instanceof Uint8Array)) return null;
    const times = { savedAtMs: Number(row['saved_at_ms']), eraseAtMs: Number(row['erase_at_ms']) };
    if (isOver(times)) return null;
    const plain = sealer.unseal(sealed, String(row['key_id']), bindings.savedDraft(String(row['draft_id'])));
    if (!plain.ok) return null;
    const body = bodySchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
    return body.success && body.data.itemVersion === item.version
      ? { ...times, answers: body.data.answers }
      : null;
  }

  function isOver({ savedAtMs, eraseAtMs }: SavedTimes): boolean {
    return eraseAtMs <= clock.now() || savedAtMs > clock.now() + savedDraftTimes.clockSlackMs;
  }

  return {
    save,
    find,
    erase: (personNumber, itemSlug, because) => {
      const erased = store.transaction(() => {
        const { changes } = store
          .sql('DELETE FROM saved_draft WHERE owner_tag = ? AND item_slug = ?')
          .run(ownerTagOf(personNumber), itemSlug);
        if (changes > 0) write('draft.erased', because, itemSlug);
        return null;
      });
      // Whoever says that it shall go means all of it. What was submitted waits for the daily cut.
      return erased.ok && because === 'refused' ? store.truncateLog() : erased;
    },
    eraseOld: () => {
      const nowMs = clock.now();
      if (ports.isDateWrong()) return ok(0);
      const erased = store.transaction(() => {
        const { changes } = store
          .sql('DELETE FROM saved_draft WHERE erase_at_ms <= ? OR saved_at_ms > ?')
          .run(nowMs, nowMs + savedDraftTimes.clockSlackMs);
        if (changes > 0) write('draft.erased', 'expired', null);
        return Number(changes);
      });
      if (!erased.ok || erased.value === 0) return erased;
      // What was overwritten in the database stands in its log until that is cut.
      const cut = store.truncateLog();
      return cut.ok ? ok(erased.value) : cut;
    },
  };
}
