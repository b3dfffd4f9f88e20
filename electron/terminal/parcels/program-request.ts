import { readFileSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { fault, type Fault } from '#contract/fault.ts';
import { codeSchema } from '#contract/fleet.ts';
import {
  MAX_UPDATE_FILE_BYTES,
  updateOutcomeSchema,
  type UpdateOutcome,
  type UpdateRequest,
} from '#contract/parcel.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import { contentOf, shelfFiles, type OnShelf } from './shelf.ts';

/**
 * What the terminal says to root's updater, and hears from it (contract/parcel.ts): two files in `<data>/update`. The terminal changes no
 * program.
 */
export interface ProgramRequests {
  /** In one step, on the disk when this returns. Fault: `store.failed`. */
  ask(parcel: OnShelf, commandId: string, nowMs: number): Result<null, Fault>;
  /** Since when it has been asked about this order; null: never. */
  askedAtMs(commandId: string): number | null;
  /** Null: nothing is told yet. */
  outcomeOf(commandId: string): UpdateOutcome | null;
  /** It was told. */
  forget(commandId: string): void;
}

const askedSchema = z.strictObject({ commandId: z.uuid(), at: z.iso.datetime() });

export function createProgramRequests(dataDir: string): ProgramRequests {
  const folder = join(dataDir, 'update');
  /** Of our own: the updater takes the request away when it has read it. */
  const note = join(dataDir, 'parcels', 'program', 'asked.json');

  function asked(): z.infer<typeof askedSchema> | null {
    return askedSchema.safeParse(readJson(note)).data ?? null;
  }

  return {
    ask: (parcel, commandId, nowMs) => {
      const path = resolve(parcel.path);
      const request: UpdateRequest = {
        format: 'yizhan-update-request-1',
        version: parcel.manifest.version,
        manifest: join(path, shelfFiles.manifest),
        signature: join(path, shelfFiles.signature),
        file: resolve(contentOf(parcel)),
        commandId,
      };
      try {
        makeFolder(folder);
        replaceFile(note, Buffer.from(JSON.stringify({ commandId, at: new Date(nowMs).toISOString() })));
        // Behind the note: the program that comes after the update finds it.
        replaceFile(join(folder, 'request.json'), Buffer.from(JSON.stringify(request)));
        return ok(null);
      } catch {
        return err(fault('store.failed', `${folder} cannot be written`));
      }
    },
    askedAtMs: (commandId) => {
      const known = asked();
      return known?.commandId === commandId ? Date.parse(known.at) : null;
    },
    outcomeOf: (commandId) => {
      const outcome = updateOutcomeSchema.safeParse(readJson(join(folder, 'outcome.json')));
      return outcome.success && outcome.data.commandId === commandId ? outcome.data : null;
    },
    forget: (commandId) => {
      if (asked()?.commandId === commandId) rmSync(note, { force: true });
    },
  };
}

/** An updater of a newer program may name faults that this one does not know. */
export function codeOf({ outcome, fault: code }: UpdateOutcome): string | null {
  if (outcome === 'taken') return null;
  return codeSchema.safeParse(code).data ?? 'parcel.not-ready';
}

function readJson(file: string): unknown {
  try {
    return statSync(file).size > MAX_UPDATE_FILE_BYTES ? undefined : JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
