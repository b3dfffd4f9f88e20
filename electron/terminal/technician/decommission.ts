import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Person } from '#contract/access.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Leftovers } from '#contract/technician-view.ts';
import type { SecondPerson } from '../access/second-person.ts';
import type { Audit } from '../audit/audit.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import type { Store } from '../store/store.ts';
import { keptFolder, markFile } from '../store/destroy.ts';

export interface DecommissionPorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly terminalId: string;
  readonly leftovers: () => Leftovers;
  /** Why it may not be now, besides what is left; null: it may. */
  readonly whyNot: () => Fault | null;
  readonly second: Pick<SecondPerson, 'withSecond'>;
  /** Behind the answer: the program ends, and with the store closed the files go (`destroyData`). */
  readonly onDone: () => void;
}

export interface Decommission {
  /**
   * Faults: `technician.other-terminal`, `technician.leftovers` (its detail counts), those of `whyNot`, and only then
   * `access.second-needed`; those of the store.
   */
  run(typedId: string, first: Person): Promise<Result<null, Fault>>;
}

/**
 * Takes a terminal out of its station for good. The audit is written out and marked first: from then on the next start finishes
 * what a power cut breaks off. Then every row but the audit's goes, the wrapped data keys first of all: without them no copy of a
 * sealed value opens, wherever it lies.
 */
export function createDecommission(ports: DecommissionPorts): Decommission {
  const { store, audit, clock, dataDir } = ports;

  function keepAudit(account: string): Result<null, Fault> {
    const noted = store.transaction(() => {
      audit.write({
        event: 'terminal.decommissioned',
        actor: 'technician',
        subject: account,
        disposition: 'success',
        detail: ports.terminalId,
      });
      return null;
    });
    if (!noted.ok) return noted;
    try {
      const folder = keptFolder(dataDir);
      makeFolder(folder);
      // With whatever columns it has: a chain over its rows can be checked without this program.
      const rows = store.sql('SELECT * FROM audit ORDER BY sequence').all();
      const text = rows.map((row) => `${JSON.stringify(row, bytesAsHex)}\n`).join('');
      replaceFile(join(folder, `audit-${ports.terminalId}.jsonl`), Buffer.from(text));
      const mark = { terminalId: ports.terminalId, at: new Date(clock.now()).toISOString(), by: account };
      replaceFile(markFile(dataDir), Buffer.from(`${JSON.stringify(mark)}\n`));
      return ok(null);
    } catch (error) {
      // Half done is not done: a mark that stands would end a terminal that goes on.
      rmSync(markFile(dataDir), { force: true });
      return err(
        fault('store.failed', `decommission: ${error instanceof Error ? error.message : 'unknown'}`),
      );
    }
  }

  function eraseRows(): Result<null, Fault> {
    const tables = store
      .sql(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' AND name <> 'audit'",
      )
      .all()
      .map((row) => String(row['name']));
    const erased = store.transaction(() => {
      // Whichever table another names comes after it or before it.
      store.sql('PRAGMA defer_foreign_keys = ON').run();
      for (const table of ['data_key', ...tables.filter((name) => name !== 'data_key')])
        store.sql(`DELETE FROM "${table}"`).run();
      return null;
    });
    // What was erased leaves the disk only with the log.
    return erased.ok ? store.truncateLog() : erased;
  }

  /** Null: nothing is in its way but that one person alone may not. */
  function refusal(typedId: string): Fault | null {
    if (typedId !== ports.terminalId) return fault('technician.other-terminal');
    const reason = ports.whyNot();
    if (reason !== null) return reason;
    const left = Object.entries(ports.leftovers()).filter(([, count]) => count > 0);
    if (left.length === 0) return null;
    return fault('technician.leftovers', left.map(([what, count]) => `${what} ${count}`).join(', '));
  }

  function destroy(account: string): Result<null, Fault> {
    const kept = keepAudit(account);
    if (!kept.ok) return kept;
    // Marked, it is nobody's any more: rows that do not go now (a full disk) go with their file, at the end or at the next start.
    eraseRows();
    ports.onDone();
    return ok(null);
  }

  return {
    run: async (typedId, first) => {
      // Before anybody is asked, and again at the second call: meanwhile a resident may have submitted.
      const refused = refusal(typedId);
      if (refused !== null) return err(refused);
      const act = { procedure: 'terminal.decommission', what: ports.terminalId, first } as const;
      return ports.second.withSecond(act, () => destroy(first.staffId));
    },
  };
}

function bytesAsHex(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value;
}
