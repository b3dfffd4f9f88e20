import { mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { codeSchema, versionSchema } from '#contract/fleet.ts';
import { replaceFile, syncPath } from '#terminal/store/durable-file.ts';

/**
 * In which step an update is. It is written before what it says is done, so that whoever finds it does that step again: each of them
 * may be done twice.
 *
 * waiting → switching → trying → keeping → told, and gone
 *                └──────────┴──→ going-back ──┘
 */
const stepSchema = z.enum(['waiting', 'switching', 'trying', 'going-back', 'keeping']);
export type Step = z.infer<typeof stepSchema>;

const journalSchema = z.strictObject({
  format: z.literal('yizhan-update-journal-1'),
  step: stepSchema,
  commandId: z.uuid(),
  version: versionSchema,
  /** What is gone back to. */
  before: versionSchema,
  madeAt: z.iso.datetime(),
  /** Of the machine, since the new version was switched to: one that takes it down each time never gets to an end otherwise. */
  lives: z.int().min(0),
  bootId: z.string().max(64),
  /** Whether the screen held before the switch: one that did not says nothing about the new version. Absent: nobody could look. */
  screenHeld: z.boolean().optional(),
  /** Why it was gone back; null: it was not. */
  fault: codeSchema.nullable(),
});
export type Journal = z.infer<typeof journalSchema>;

/** What the last update that was taken was made of. */
const takenSchema = z.strictObject({
  format: z.literal('yizhan-update-taken-1'),
  version: versionSchema,
  before: versionSchema,
  madeAt: z.iso.datetime(),
});
export type Taken = z.infer<typeof takenSchema>;

export interface JournalFile {
  /** Null: no update is under way. One that does not parse is put aside and said to `onDamaged`; the version that is switched to stays. */
  read(): Journal | null;
  /** On the disk when it returns. */
  write(journal: Journal): void;
  remove(): void;
  taken(): Taken | null;
  writeTaken(taken: Taken): void;
}

export function journalIn(state: string, onDamaged: (what: string) => void): JournalFile {
  const file = join(state, 'journal.json');
  const takenFile = join(state, 'taken.json');

  function read<T>(path: string, schema: z.ZodType<T>): T | null {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch {
      return null;
    }
    const parsed = schema.safeParse(parse(text));
    if (parsed.success) return parsed.data;
    renameSync(path, `${path}.damaged`);
    onDamaged(path);
    return null;
  }
  function write(path: string, value: Journal | Taken): void {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    replaceFile(path, Buffer.from(`${JSON.stringify(value)}\n`));
  }

  return {
    read: () => read(file, journalSchema),
    write: (journal) => {
      write(file, journal);
    },
    remove: () => {
      rmSync(file, { force: true });
      syncPath(state);
    },
    taken: () => read(takenFile, takenSchema),
    writeTaken: (taken) => {
      write(takenFile, taken);
    },
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
