import { z } from 'zod';
import { burnInFiguresSchema } from './burn-in.ts';
import { deviceIdSchema, deviceSnapshotSchema } from './devices.ts';
import { faultSchema } from './fault.ts';
import { MAX_SERIAL_PORTS, serialPortSchema } from './serial-port.ts';

/** Milliseconds since 1970-01-01T00:00:00Z. */
const atMs = z.int().min(0);
const count = z.int().min(0);

/** How many there are, and when the oldest of them came; null: there is none. */
const waitingSchema = z.object({ count, oldestAtMs: atMs.nullable() });
export type Waiting = z.infer<typeof waitingSchema>;

/** `tone`: how soon somebody has to do something. `soon` is yellow, `late` is red. */
export const toneSchema = z.enum(['good', 'soon', 'late']);
export type Tone = z.infer<typeof toneSchema>;

export const datedThings = [
  'door-certificate',
  'door-authority',
  'hub-authority',
  'platform-authority',
  'device-key',
  'data-key',
] as const;

/** A certificate by when it ends, a key by how old it is. `fault`: it does not read. */
export const datedSchema = z.object({
  what: z.enum(datedThings),
  /** Whose it is, as the certificate says. */
  name: z.string().max(200).nullable(),
  sinceMs: atMs.nullable(),
  untilMs: atMs.nullable(),
  tone: toneSchema,
  fault: faultSchema.nullable(),
});
export type Dated = z.infer<typeof datedSchema>;

export const networkSteps = ['resolve', 'connect', 'tls', 'http'] as const;

/** One step on the way to the platform; a step behind one that failed is not tried. */
export const networkStepSchema = z.object({
  step: z.enum(networkSteps),
  /** Null: it was not tried. */
  tookMs: z.int().min(0).nullable(),
  fault: faultSchema.nullable(),
});
export const networkPathSchema = z.object({
  atMs,
  /** `https://platform.example:443`: no path, no query. */
  origin: z.string().max(300),
  steps: z.array(networkStepSchema).max(networkSteps.length),
});
export type NetworkPath = z.infer<typeof networkPathSchema>;

export const storeCheckSchema = z.object({
  atMs,
  tookMs: count,
  /** What SQLite found, in its own words; none: it is whole. */
  problems: z.array(z.string().max(300)).max(20),
});

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export const logLevelSchema = z.enum(logLevels);
export type LogLevel = z.infer<typeof logLevelSchema>;

/** One line as the technician sees it: redacted, cut, and without anything of a person. */
export const logRowSchema = z.object({
  sequence: count,
  atMs,
  level: logLevelSchema,
  event: z.string().max(80),
  code: z.string().max(80).nullable(),
  device: z.string().max(40).nullable(),
  detail: z.string().max(1_000).nullable(),
});
export type LogRow = z.infer<typeof logRowSchema>;

export const burnInSchema = z.object({
  device: deviceIdSchema,
  beganAtMs: atMs,
  lastsMs: count,
  /** `broken-off`: before its time, by a person or with the process that ran it. */
  state: z.enum(['running', 'over', 'broken-off']),
  figures: burnInFiguresSchema.nullable(),
});
export type BurnIn = z.infer<typeof burnInSchema>;

/** What would be lost with this terminal; a decommission waits until all of it is nothing. */
export const leftoversSchema = z.object({
  applications: count,
  parked: count,
  slips: count,
  /** Ratings, and words about replies. */
  words: count,
  guideReports: count,
  /** Forms that were handed to a window with a number that is still waited for. */
  handedForms: count,
  /** Days of the queue of which the platform has no figures. */
  stationDays: count,
});
export type Leftovers = z.infer<typeof leftoversSchema>;

/** All of a terminal that a technician asks of it, gathered at the moment of asking. Nothing of a person. */
export const technicianViewSchema = z.object({
  revision: count,
  terminalId: z.string().max(40),
  devices: z
    .array(
      deviceSnapshotSchema.extend({
        /** Over which a display hangs. */
        window: z.string().max(8).nullable(),
        channel: z.string().max(200),
        enabled: z.boolean(),
        /** Its bytes are told to the log now. */
        isTraced: z.boolean(),
      }),
    )
    .max(32),
  unknownPorts: z.array(serialPortSchema).max(MAX_SERIAL_PORTS),
  burnIn: burnInSchema.nullable(),
  outbox: z.object({
    pending: waitingSchema,
    sending: waitingSchema,
    waiting: waitingSchema,
    parked: waitingSchema,
  }),
  printJobs: z.object({
    queued: waitingSchema,
    printing: waitingSchema,
    /** Ended on this day, and nobody knows whether paper came out. */
    unknown: waitingSchema,
  }),
  leftovers: leftoversSchema,
  store: z.object({
    databaseBytes: count,
    /** Of the write-ahead log. */
    logBytes: count,
    freeBytes: count.nullable(),
    reserveBytes: count,
    /** False: the configuration names no folder for backups. */
    hasBackups: z.boolean(),
    lastBackupAtMs: atMs.nullable(),
    lastRecovery: z.object({ atMs, disposition: z.string().max(80) }).nullable(),
    check: storeCheckSchema.nullable(),
  }),
  platform: z.enum(['unknown', 'online', 'offline']),
  network: networkPathSchema.nullable(),
  dates: z.array(datedSchema).max(40),
  versions: z.object({
    program: z.string().max(60),
    schema: count,
    /** SHA-256 of the items that are here, the first twelve digits; null: none is. */
    catalogue: z.string().max(12).nullable(),
    items: count,
    /** SHA-256 of the configuration that this terminal runs by, the first twelve digits. */
    configuration: z.string().max(12),
    node: z.string().max(40),
    system: z.string().max(80),
  }),
  clock: z.object({
    nowMs: atMs,
    timeZone: z.string().max(60),
    startedAtMs: atMs,
    /** How far the platform is ahead of this machine, in milliseconds; 0 until it complained. */
    skewMs: z.int(),
  }),
  log: z.object({
    level: logLevelSchema,
    /** When it goes back by itself; null: it is as it always is. */
    untilMs: atMs.nullable(),
  }),
  screen: z.object({ widthMm: z.number().positive(), heightMm: z.number().positive() }),
  outOfServiceSinceMs: atMs.nullable(),
  isVisitOpen: z.boolean(),
});
export type TechnicianView = z.infer<typeof technicianViewSchema>;
