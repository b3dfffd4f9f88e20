import type { DatabaseSync } from 'node:sqlite';

/**
 * Reading what can be read from a damaged database: table by table, row by row, around the pages that do not
 * read. SQLite answers SQLITE_CORRUPT for a bad page and goes on with the good ones when it is asked anew.
 */
export interface SalvageReport {
  /** Rows by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Places where something did not read; how many rows were there, nobody can say. */
  readonly gaps: number;
  /** Applications whose own row is lost; their payload is there, and is forwarded. */
  readonly orphans: number;
}

/** Parents before their children. Whatever is not named here is made anew by itself (catalogue). */
const TABLES = [
  'data_key',
  'application',
  'outbox',
  'outbox_note',
  'attachment',
  'print_job',
  'resident_word',
  'saved_draft',
  'audit',
  'audit_piece',
  'audit_told',
  'receipt_sequence',
  'device_identity',
  'device_history',
  'ticket_event',
  'queue_station',
  'station_day',
  'queue_hub',
  'queue_link',
  'ticket_alone',
  'ticket_asked',
  'staff_account',
  'staff_card',
  'access_permit',
  'lan_browser',
  'help_call',
  'guide_report',
  'booking',
  'handed_draft',
  'service_mode',
  'device_switch',
  // By which no order is followed twice.
  'fleet_order',
] as const;

/**
 * What waits for an answer. Of a backup it may have been answered since: a question for a number that is in somebody's hands
 * would be given up, a call for staff that is over would ring, and a terminal that serves again would send residents away. And a
 * card that was lost and removed since would let its finder in: its owner registers it again.
 */
const NEVER_FROM_BACKUP: readonly string[] = ['ticket_asked', 'help_call', 'service_mode', 'staff_card'];

/** For whoever adds one: it is in here, or it is made anew. */
export const SALVAGED_TABLES: readonly string[] = TABLES;

/** No rowid of ours comes near; ends the search for the next page that reads. */
const FURTHEST_ROWID = 2 ** 48;

/**
 * Copies every readable row of `from` into `into`, which has the same schema. A row that is there already
 * stays: the first source is the newer one. Never throws for damage.
 */
export function salvage(from: DatabaseSync, into: DatabaseSync, kind: 'damaged' | 'backup'): SalvageReport {
  const rows: Record<string, number> = {};
  let gaps = 0;
  // Children are taken even when the page of their parent is gone.
  into.exec('PRAGMA foreign_keys = OFF');
  for (const table of TABLES) {
    if (kind === 'backup' && NEVER_FROM_BACKUP.includes(table)) continue;
    const copied = copyTable(from, into, table);
    rows[table] = copied.rows;
    gaps += copied.gaps;
  }
  const orphans = adoptOrphans(into);
  into.exec('PRAGMA foreign_keys = ON');
  return { rows, gaps, orphans };
}

function copyTable(
  from: DatabaseSync,
  into: DatabaseSync,
  table: (typeof TABLES)[number],
): { rows: number; gaps: number } {
  const columns = commonColumns(from, into, table);
  if (columns.length === 0) return { rows: 0, gaps: 1 };
  const select = from.prepare(
    `SELECT rowid AS salvage_rowid, ${columns.join(', ')} FROM ${table} WHERE rowid >= ? ORDER BY rowid LIMIT 1`,
  );
  const insert = into.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`,
  );
  let count = 0;
  let gaps = 0;
  let at = 1;
  into.exec('BEGIN');
  while (at < FURTHEST_ROWID) {
    const read = attempt(() => select.get(at));
    if (!read.ok) {
      gaps += 1;
      const next = nextReadable((rowid) => attempt(() => select.get(rowid)).ok, at);
      if (next === null) break;
      at = next;
      continue;
    }
    const row = read.value;
    if (row === undefined) break;
    at = Number(row['salvage_rowid']) + 1;
    // A page that reads can still hold nonsense: the schema's own rules refuse it.
    const inserted = attempt(() => insert.run(...columns.map((column) => row[column] ?? null)).changes);
    if (inserted.ok) count += Number(inserted.value);
    else gaps += 1;
  }
  into.exec('COMMIT');
  return { rows: count, gaps };
}

/** The smallest rowid behind `from` at which reading works again, by doubling and then halving the step. */
function nextReadable(reads: (rowid: number) => boolean, from: number): number | null {
  let step = 1;
  while (!reads(from + step)) {
    step *= 2;
    if (from + step > FURTHEST_ROWID) return null;
  }
  let bad = from + Math.floor(step / 2);
  let good = from + step;
  while (good - bad > 1) {
    const middle = Math.floor((bad + good) / 2);
    if (reads(middle)) good = middle;
    else bad = middle;
  }
  return good;
}

/** Columns that both schemas have: an older backup lacks the newest ones. */
function commonColumns(from: DatabaseSync, into: DatabaseSync, table: string): string[] {
  const names = (database: DatabaseSync) =>
    attempt(() => database.prepare(`SELECT name FROM pragma_table_info('${table}')`).all());
  const source = names(from);
  const target = names(into);
  if (!source.ok || !target.ok) return [];
  const has = new Set(source.value.map((row) => String(row['name'])));
  return target.value.map((row) => String(row['name'])).filter((name) => has.has(name));
}

/** An application whose own row is lost is still somebody's: it gets a row that says what is not known. */
function adoptOrphans(into: DatabaseSync): number {
  return Number(
    into
      .prepare(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms)
         SELECT application_id, 'lost-' || application_id, 'unknown', '0', 'typed', 0
         FROM (SELECT application_id FROM outbox UNION SELECT application_id FROM print_job WHERE application_id IS NOT NULL
               UNION SELECT application_id FROM attachment)
         WHERE application_id NOT IN (SELECT application_id FROM application)`,
      )
      .run().changes,
  );
}

function attempt<T>(work: () => T): { readonly ok: true; readonly value: T } | { readonly ok: false } {
  try {
    return { ok: true, value: work() };
  } catch {
    return { ok: false };
  }
}
