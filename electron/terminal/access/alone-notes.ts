import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result } from '#contract/result.ts';
import { guardedProcedureSchema } from '#contract/second-person.ts';
import { isStorable } from '#contract/storable.ts';
import { LATEST_AUDIT_AT_MS } from '#contract/terminal-audit.ts';
import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import { makeFolder, writeNewFile } from '../store/durable-file.ts';
import type { Store } from '../store/store.ts';

const MOST_CHARS = 200;

/** Why one person did it: a ticket, and no person. */
export const aloneReasonSchema = z.string().trim().min(3).max(MOST_CHARS).refine(isStorable);

/** What one person did of what takes two, while the store could not be written. */
const doneAloneSchema = z.strictObject({
  atMs: z.int().min(0).max(LATEST_AUDIT_AT_MS),
  procedure: guardedProcedureSchema,
  what: z.string().max(MOST_CHARS),
  reason: aloneReasonSchema,
});
export type DoneAlone = z.infer<typeof doneAloneSchema>;

const FOLDER = 'done-alone';
const MAX_NOTE_BYTES = 4096;
/** Taken up at one start: of somebody who wrote more of them the next ones take the others. */
const MOST_NOTES = 100;

/** Inside a transaction. */
export function writeAlone(
  audit: Audit,
  { procedure, what, reason, atMs }: DoneAlone,
  when: 'at-command' | 'noted-before',
): void {
  const said = `${procedure} ${what}: ${reason}`;
  const detail = when === 'at-command' ? said : `${said} (${new Date(atMs).toISOString()})`;
  audit.write({ event: 'access.done-alone', actor: 'technician', subject: null, disposition: when, detail });
}

/** For the next start, on the disk when it returns; false: the disk refuses that as well. */
export function noteAlone(dataDir: string, done: DoneAlone): boolean {
  try {
    const folder = join(dataDir, FOLDER);
    makeFolder(folder);
    writeNewFile(join(folder, `${done.atMs}.json`), Buffer.from(JSON.stringify(done)));
    return true;
  } catch {
    return false;
  }
}

/**
 * Writes into the audit what was noted beside it, and removes a note only behind that: a kill in between has it there twice, with the same
 * time. What does not read, one of them or their folder, stays as it is, and is said at each start.
 */
export function takeUpAloneNotes(ports: {
  readonly dataDir: string;
  readonly store: Store;
  readonly audit: Audit;
  readonly log: Log;
}): void {
  const folder = join(ports.dataDir, FOLDER);
  const unreadable = (what: string, error: unknown): void => {
    ports.log({ level: 'error', event: 'access.note-unreadable', detail: `${what}: ${whyOf(error)}` });
  };
  let left = MOST_NOTES;
  for (const name of notesIn(folder, unreadable)) {
    if (left === 0) return;
    const file = join(folder, name);
    const done = readNote(file);
    if (!done.ok) {
      unreadable(name, done.fault);
      continue;
    }
    left -= 1;
    const written = ports.store.transaction(() => {
      writeAlone(ports.audit, done.value, 'noted-before');
      return null;
    });
    if (!written.ok || !isRemoved(file)) return;
  }
}

function notesIn(folder: string, unreadable: (what: string, error: unknown) => void): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.json'))
      .sort();
  } catch (error) {
    if (whyOf(error) !== 'ENOENT') unreadable(FOLDER, error);
    return [];
  }
}

/** Never what was read: a message may quote it. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  return 'code' in error ? String(error.code) : error.name;
}

function isRemoved(file: string): boolean {
  try {
    rmSync(file, { force: true });
    return true;
  } catch {
    return false;
  }
}

function readNote(file: string): Result<DoneAlone, unknown> {
  try {
    if (statSync(file).size > MAX_NOTE_BYTES) return err(new RangeError());
    return ok(doneAloneSchema.parse(JSON.parse(readFileSync(file, 'utf8'))));
  } catch (error) {
    return err(error);
  }
}
