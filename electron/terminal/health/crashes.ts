import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import { isDecommissioned } from '../store/destroy.ts';
import { makeFolder, replaceFile } from '../store/durable-file.ts';
import { crashDelays, CRASHES_TO_OUT_OF_SERVICE } from './crash-ladder.ts';

/**
 * What broke, in a file beside the store: it must be read and written where the store is what broke. One process at
 * a time writes it: the terminal, and while that is down whoever tells the platform in its place.
 */
export const CRASHES_FILE = 'crashes.json';

/** `screen`: the page or its browser. `device-host`: the drivers' process. `terminal`: the process that owns the store. */
export const crashParts = ['screen', 'device-host', 'terminal'] as const;
export type CrashPart = (typeof crashParts)[number];

/** The oldest is forgotten for the newest: what is counted is a day at most, and a part that flaps says so by then. */
const MOST_CRASHES_KEPT = 100;
const MAX_FILE_BYTES = 65_536;
const MAX_REASON_CHARS = 200;

export const crashSchema = z.strictObject({
  part: z.enum(crashParts),
  /** By the terminal's clock. */
  at: z.iso.datetime(),
  /** As whoever saw it calls it (`oom`, `exit 70`, `watchdog`): never a value of a person. */
  reason: z.string().max(MAX_REASON_CHARS),
});
export type Crash = z.infer<typeof crashSchema>;

export const crashRecordSchema = z.strictObject({
  form: z.literal(1),
  /** A terminal that has not said that it ends; null: the last one ended as it was asked. */
  running: z
    .strictObject({
      /** Of the machine's present life: a terminal that went with its power has not crashed. */
      bootId: z.string().max(64),
      since: z.iso.datetime(),
    })
    .nullable(),
  /** The newest last. */
  crashes: z.array(crashSchema).max(MOST_CRASHES_KEPT),
  /** Since when residents see that nothing works here; null: they are served. */
  outOfServiceSince: z.iso.datetime().nullable(),
});
export type CrashRecord = z.infer<typeof crashRecordSchema>;

const nothing: CrashRecord = { form: 1, running: null, crashes: [], outOfServiceSince: null };

/** A file that is not there, or that nobody understands, holds nothing: it is a count, and no reason not to start. */
export function readCrashes(dataDir: string): CrashRecord {
  const file = join(dataDir, CRASHES_FILE);
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return nothing;
    return crashRecordSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return nothing;
  }
}

/** How many crashes the last `windowMs` before `nowMs` (Unix time) saw; of one part, or of all. */
export function crashesWithin(
  record: CrashRecord,
  nowMs: number,
  windowMs: number,
  part: CrashPart | null,
): number {
  return record.crashes.filter((crash) => {
    const agoMs = nowMs - Date.parse(crash.at);
    return agoMs >= 0 && agoMs < windowMs && (part === null || crash.part === part);
  }).length;
}

export interface CrashNotesPorts {
  readonly dataDir: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the machine's present life; empty where the system does not say, and then every life is the same. */
  readonly bootId: string;
}

/** Writes the file. A disk that refuses is told to the log, and stops nobody. */
export interface CrashNotes {
  /** The terminal begins: one that ran before and never said that it ends has crashed. */
  started(): void;
  /** It was asked to end. */
  ended(): void;
  note(part: CrashPart, reason: string): void;
  outOfService(is: boolean): void;
}

export function createCrashNotes({ dataDir, clock, log, bootId }: CrashNotesPorts): CrashNotes {
  const now = (): string => new Date(clock.now()).toISOString();

  function change(changed: (record: CrashRecord) => CrashRecord): void {
    // Nothing lies there any more but what is kept.
    if (isDecommissioned(dataDir)) return;
    const next = changed(readCrashes(dataDir));
    try {
      makeFolder(dataDir);
      replaceFile(join(dataDir, CRASHES_FILE), Buffer.from(`${JSON.stringify(next)}\n`));
    } catch (error) {
      const detail = error instanceof Error ? error.message : 'unknown';
      log({ level: 'error', event: 'crashes.not-noted', code: 'store.failed', detail });
    }
  }

  function withCrash(record: CrashRecord, part: CrashPart, reason: string): CrashRecord {
    const crash = { part, at: now(), reason: reason.slice(0, MAX_REASON_CHARS) };
    return { ...record, crashes: [...record.crashes, crash].slice(-MOST_CRASHES_KEPT) };
  }

  return {
    started: () => {
      change((record) => {
        const crashed = record.running !== null && record.running.bootId === bootId;
        const counted = crashed ? withCrash(record, 'terminal', 'ended without a word') : record;
        return { ...counted, running: { bootId, since: now() } };
      });
    },
    ended: () => {
      change((record) => ({ ...record, running: null }));
    },
    note: (part, reason) => {
      change((record) => withCrash(record, part, reason));
    },
    outOfService: (is) => {
      if ((readCrashes(dataDir).outOfServiceSince !== null) === is) return;
      change((record) => ({ ...record, outOfServiceSince: is ? now() : null }));
    },
  };
}

/** Three within ten minutes, of whichever part: an alarm to the platform, and the out-of-service screen. */
export function isCrashing(record: CrashRecord, nowMs: number): boolean {
  return crashParts.some(
    (part) => crashesWithin(record, nowMs, crashDelays.windowMs, part) >= CRASHES_TO_OUT_OF_SERVICE,
  );
}
