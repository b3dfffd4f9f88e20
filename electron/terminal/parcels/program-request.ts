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
  /**
   * In one step, on the disk when this returns. It may be asked again: the updater takes one order once. Fault: `store.failed`; nothing was
   * asked then.
   */
  ask(parcel: OnShelf, commandId: string, nowMs: number): Result<null, Fault>;
  /** Since when it has been asked about this order; null: never, or it is not known that the request was written. */
  askedAtMs(commandId: string): number | null;
  /** Somebody was asked to change the program, for this or another order, and may be about it: nothing is told yet, and it is no day ago. */
  isUnderWay(nowMs: number): boolean;
  /** Null: nothing is told yet. */
  outcomeOf(commandId: string): UpdateOutcome | null;
  /** It was told. */
  forget(commandId: string): void;
}

/** Whoever is asked to change the program and says nothing for so long is not there, in milliseconds. */
export const UPDATER_SILENT_MS = 24 * 3_600_000;

const askedSchema = z.strictObject({
  commandId: z.uuid(),
  at: z.iso.datetime(),
  /** False: about to be. */
  isAsked: z.boolean().default(true),
});

export function createProgramRequests(dataDir: string): ProgramRequests {
  const folder = join(dataDir, 'update');
  /** Of our own: the updater takes the request away when it has read it. */
  const note = join(dataDir, 'parcels', 'program', 'asked.json');

  function asked(): z.infer<typeof askedSchema> | null {
    return askedSchema.safeParse(readJson(note)).data ?? null;
  }

  function noteThat(commandId: string, at: string, isAsked: boolean): void {
    replaceFile(note, Buffer.from(JSON.stringify({ commandId, at, isAsked })));
  }

  function outcomeOf(commandId: string): UpdateOutcome | null {
    const outcome = updateOutcomeSchema.safeParse(readJson(join(folder, 'outcome.json')));
    return outcome.success && outcome.data.commandId === commandId ? outcome.data : null;
  }

  return {
    ask: (parcel, commandId, nowMs) => {
      const at = new Date(nowMs).toISOString();
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
        // Before the request: the program that comes after the update finds it.
        noteThat(commandId, at, false);
        replaceFile(join(folder, 'request.json'), Buffer.from(JSON.stringify(request)));
      } catch {
        return err(fault('store.failed', `${folder} cannot be written`));
      }
      try {
        // Behind it: the power may go between them, and what nobody was asked for would be waited for.
        noteThat(commandId, at, true);
      } catch {
        // The request stands. The next start asks once more.
      }
      return ok(null);
    },
    askedAtMs: (commandId) => {
      const known = asked();
      return known?.commandId === commandId && known.isAsked ? Date.parse(known.at) : null;
    },
    isUnderWay: (nowMs) => {
      const known = asked();
      return (
        known !== null &&
        outcomeOf(known.commandId) === null &&
        nowMs - Date.parse(known.at) <= UPDATER_SILENT_MS
      );
    },
    outcomeOf,
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
