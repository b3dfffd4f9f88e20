import type { DatabaseSync } from 'node:sqlite';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { chainWhatIsThere } from './audit-chain.ts';
import { sql as firstJourney } from './migrations/0001-first-journey.ts';
import { sql as keyRing } from './migrations/0002-key-ring.ts';
import { sql as receivedOn } from './migrations/0003-received-on.ts';
import { sql as identityByCode } from './migrations/0004-identity-by-code.ts';
import { sql as deviceIdentity } from './migrations/0005-device-identity.ts';
import { sql as deviceHistory } from './migrations/0006-device-history.ts';
import { sql as outboxAtSize } from './migrations/0007-outbox-at-size.ts';
import { sql as attachments } from './migrations/0008-attachments.ts';
import { sql as parkedRows } from './migrations/0010-parked-rows.ts';
import { sql as guideReports } from './migrations/0011-guide-reports.ts';
import { sql as fewerPages } from './migrations/0012-fewer-pages.ts';
import { sql as chains } from './migrations/0014-chains.ts';
import { sql as residentWords } from './migrations/0016-resident-words.ts';
import { sql as savedDrafts } from './migrations/0017-saved-drafts.ts';
import { sql as regions } from './migrations/0019-regions.ts';
import { sql as slipsOfNobody } from './migrations/0013-slips-of-nobody.ts';
import { sql as ticketEvents } from './migrations/0018-ticket-events.ts';
import { sql as access } from './migrations/0021-access.ts';
import { sql as hubAndMembers } from './migrations/0022-hub-and-members.ts';
import { sql as helpCalls } from './migrations/0023-help-calls.ts';
import { sql as bookings } from './migrations/0024-bookings.ts';
import { sql as handedDrafts } from './migrations/0025-handed-drafts.ts';
import { sql as stationDays } from './migrations/0026-station-days.ts';
import { sql as queueStation } from './migrations/0027-queue-station.ts';
import { sql as fleet } from './migrations/0028-fleet.ts';
import { sql as serviceMode } from './migrations/0029-service-mode.ts';
import { sql as deviceSwitches } from './migrations/0030-device-switches.ts';
import { sql as auditChain } from './migrations/0031-audit-chain.ts';
import { sql as accessPermits } from './migrations/0032-access-permits.ts';
import { sql as fleetWanted } from './migrations/0033-fleet-wanted.ts';
import { sql as staffCards } from './migrations/0034-staff-cards.ts';
import { sql as auditFleetKeys } from './migrations/0035-audit-fleet-keys.ts';

/** Numbered, single-purpose, never rewritten: the n-th one takes the schema from version n−1 to n. */
export const migrations: readonly string[] = [
  firstJourney,
  keyRing,
  receivedOn,
  identityByCode,
  deviceIdentity,
  deviceHistory,
  outboxAtSize,
  attachments,
  parkedRows,
  guideReports,
  fewerPages,
  chains,
  residentWords,
  slipsOfNobody,
  savedDrafts,
  ticketEvents,
  regions,
  access,
  hubAndMembers,
  helpCalls,
  bookings,
  handedDrafts,
  stationDays,
  queueStation,
  fleet,
  serviceMode,
  deviceSwitches,
  auditChain,
  accessPermits,
  fleetWanted,
  staffCards,
  auditFleetKeys,
];

/** What a step does that SQL cannot say, in its transaction. */
const besides: ReadonlyMap<string, (database: DatabaseSync) => void> = new Map([
  [auditChain, chainWhatIsThere],
]);

/**
 * Steps behind which the program of the step before still reads and writes the store: they add tables, indexes and columns that may be
 * left out, and nothing that forbids a row (migrate.test.ts looks). An update by itself takes only what can be gone back from, so
 * that whatever is not named here is brought in two releases (docs/decisions/0055).
 */
const additive: ReadonlySet<string> = new Set([fleetWanted, staffCards, auditFleetKeys]);

/** What a program makes of a database, step by step. */
export interface Schema {
  readonly steps: readonly string[];
  readonly additive: ReadonlySet<string>;
}

export const ownSchema: Schema = { steps: migrations, additive };

/** The version that this program brings a database to. */
export const NEWEST_SCHEMA = migrations.length;

/** "YZST" in ASCII, so that another program's database is never taken for ours. */
export const APPLICATION_ID = 0x595a5354;

/** `user_version` has 32 bits: below the version, above it the oldest one whose program may still open the file; 0: only its own. */
const VERSION_BITS = 16;

/** The oldest version whose program still reads and writes a database of version `version`. */
export function readableFrom({ steps, additive }: Schema, version: number): number {
  let oldest = version;
  while (oldest > 1 && additive.has(steps[oldest - 1] ?? '')) oldest -= 1;
  return oldest;
}

/**
 * Brings the schema to the newest version, each step in a transaction of its own. A newer database that says that this program may
 * open it is left as it is, and works. Fault: `store.schema-unknown` when the file is of another program, or of a newer version that does
 * not say so; it is left as it is, since a reset would lose what residents submitted.
 */
export function migrate(database: DatabaseSync, schema: Schema): Result<null, Fault> {
  const applicationId = pragmaNumber(database, 'application_id');
  const { version, oldest } = versionOf(pragmaNumber(database, 'user_version'));
  const isNew = applicationId === 0 && version === 0 && tableCount(database) === 0;
  if (!isNew && applicationId !== APPLICATION_ID) {
    return err(fault('store.schema-unknown', 'the file is not a database of this program'));
  }
  const known = schema.steps.length;
  if (version > known && oldest > known) {
    return err(
      fault('store.schema-unknown', `schema ${version} is newer than this program, which knows ${known}`),
    );
  }
  // A migration may change a rule of a table in the schema's own text, and nothing else may.
  database.enableDefensive(false);
  try {
    for (const [index, sql] of schema.steps.entries()) {
      if (index < version) continue;
      database.exec(`BEGIN IMMEDIATE; ${sql}`);
      besides.get(sql)?.(database);
      database.exec(
        `PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${userVersion(schema, index + 1)}; COMMIT;`,
      );
    }
  } finally {
    database.enableDefensive(true);
  }
  return ok(null);
}

/** What a database's `user_version` says: its version, and the oldest one whose program may open it. */
export function versionOf(userVersion: number): { readonly version: number; readonly oldest: number } {
  const version = userVersion & ((1 << VERSION_BITS) - 1);
  return { version, oldest: userVersion >> VERSION_BITS || version };
}

/** One that only its own program opens stands as it always stood. */
function userVersion(schema: Schema, version: number): number {
  const oldest = readableFrom(schema, version);
  return oldest === version ? version : (oldest << VERSION_BITS) | version;
}

function tableCount(database: DatabaseSync): number {
  return Number(database.prepare('SELECT count(*) AS n FROM sqlite_schema').get()?.['n']);
}

export function pragmaNumber(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
