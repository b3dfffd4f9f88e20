import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Heartbeat } from '#contract/fleet.ts';
import { signingKey } from '../departments/platform-keys.ts';
import { withNode } from '../fixture/for-tests.ts';
import { heartbeat } from '../fleet/for-tests.ts';
import { hear } from '../fleet/hear.ts';
import { beginRelease } from '../fleet/releases/begin.ts';
import { lockRelease, moveRelease } from '../fleet/releases/move-release.ts';
import { moveOf, type ReleaseEvent } from '../fleet/releases/moves.ts';
import { settleCommand } from '../fleet/commands.ts';
import { OTHER_TERMINAL, TERMINAL } from '../for-tests.ts';
import { plantParcel, testParcel } from '../parcels/for-tests.ts';
import { issuePermit, listPermits, sharePermitKey } from '../permits/permits.ts';
import { connect, inTransaction } from './connect.ts';
import { temporaryFolder } from './for-tests.ts';
import { migrate } from './migrate.ts';
import { endRecords, LEAST_RECORD_MONTHS, NOTHING_ENDED, recordsEndBefore } from './record-ends.ts';
import { migrationsDir } from './release.ts';

const node = withNode();
const DAY_MS = 86_400_000;
const MONTHS = LEAST_RECORD_MONTHS + 6;

/** The database's own clock is asked too: what is old must be so by both. */
let nowMs: number;
let cutMs: number;
beforeEach(async () => {
  nowMs = Date.now();
  cutMs = recordsEndBefore(MONTHS, nowMs).getTime();
  await node().pool.query(
    'TRUNCATE fleet_rollout, fleet_command, fleet_release, fleet_event, fleet_terminal, person_search, terminal_permit, terminal_permit_key, terminal_audit_chain, parcel CASCADE',
  );
  await node().pool.query('UPDATE terminal SET revoked_at = NULL, revoke_reason = NULL');
});

const end = () => endRecords(node().pool, MONTHS, nowMs);

test('every table has an end, or a reason why it has none', async () => {
  // Tables with something of a case are held by months.test.ts.
  const { rows } = await node().pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class c
     WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition AND NOT EXISTS (
       SELECT FROM pg_attribute a WHERE a.attrelid = c.oid
         AND attname IN ('cursor', 'case_no', 'case_cursor', 'application_id', 'entry_no', 'call_back_no')) ORDER BY 1`,
  );
  // A new table belongs here: with what ends its rows, or with why it stays as small as it is.
  const ends = {
    'by age (record-ends.ts)': [
      'enrolment_code',
      'fleet_command',
      'fleet_event',
      'fleet_release',
      'fleet_rollout',
      'guide_report',
      'person_search',
      'terminal_audit',
      'terminal_audit_finding',
      'terminal_permit',
    ],
    'by sweeps of their own, within days: nonces.ts, progress-tries.ts, officials/sweep.ts, bookings.ts, station-days.ts':
      [
        'booking',
        'nobodys_try',
        'official_browser',
        'official_session',
        'progress_try',
        'request_nonce',
        'station_day',
        'wrong_password',
      ],
    'a row, or a month of changes, for each terminal, and a chain for each time its store was made anew': [
      'fleet_change',
      'fleet_terminal',
      'terminal',
      'terminal_audit_chain',
      'terminal_items',
      'terminal_permit_key',
      'terminal_readiness',
      'terminal_uploads',
    ],
    'kept for good on purpose: keys that never come back, months that were erased': [
      'erased_month',
      'fleet_key',
      'platform_key',
      'retention_floor',
      'terminal_key',
    ],
    'what an operator puts there and takes away': [
      'department',
      'department_item',
      'department_token',
      'fleet_key_next',
      'official',
      'parcel',
      'parcel_chunk',
    ],
    'of the migrations': ['schema_migration'],
  };
  expect(rows.map(({ name }) => name)).toEqual(Object.values(ends).flat().sort());
});

describe('a release', () => {
  const versions = (program: string): Partial<Heartbeat> => ({
    versions: { ...heartbeat(0).versions, program },
  });
  /** What a terminal is told that is heard with this version. */
  const heard = async (program: string, atMs: number, by = TERMINAL) =>
    hear(
      node().pool,
      await signingKey(node().pool, 'fleet_key', nowMs),
      { ...by, report: heartbeat(atMs, versions(program)) },
      atMs,
    );

  /** Both terminals are heard and offered it, and settle the order; then it comes to its end. */
  async function released(
    version: string,
    on: ReleaseEvent,
    atMs: number,
    before = '1.0.0',
  ): Promise<string> {
    const { pool } = node();
    const [next, back] = [testParcel('program', version), testParcel('program', `${version}-before`)];
    for (const parcel of [next, back]) await plantParcel(pool, parcel, atMs);
    await heard(before, atMs);
    const begun = await beginRelease(
      pool,
      {
        kind: 'program',
        version,
        manifestSha256: next.manifestSha256,
        back: { version: back.manifest.version, manifestSha256: back.manifestSha256 },
        plan: { canaries: [TERMINAL.terminalId], percents: [100] },
        healthyMinutes: 1,
        patienceMinutes: 60,
        mostBadPercent: 10,
      },
      atMs,
    );
    if (begun.kind !== 'begun') throw new Error(begun.kind);
    await heard(before, atMs);
    await settleAll(atMs);
    await move(begun.releaseId, on, atMs);
    return begun.releaseId;
  }

  async function settleAll(atMs: number): Promise<void> {
    const open = await node().pool.query<{ command_id: string; terminal_id: string }>(
      'SELECT command_id, terminal_id FROM fleet_command WHERE settled_at IS NULL',
    );
    const done = { result: 'done', code: null, at: new Date(atMs).toISOString(), log: null } as const;
    for (const { command_id, terminal_id } of open.rows)
      await settleCommand(node().pool, terminal_id, command_id, done, atMs);
  }

  async function move(releaseId: string, on: ReleaseEvent, atMs: number): Promise<void> {
    await inTransaction(node().pool, 'BEGIN', async (client) => {
      const locked = await lockRelease(client, releaseId);
      const moved = locked && moveOf(locked.state, on);
      if (!moved) throw new Error(`${releaseId} does not move on ${on}`);
      await moveRelease(client, locked, moved, on, atMs);
    });
  }

  const left = async () =>
    (await node().pool.query('SELECT version FROM fleet_release ORDER BY release_id')).rows.map(
      (row: { version: string }) => row.version,
    );
  const OLD = 20 * DAY_MS;

  test('that is superseded for so long goes with what is known of it at terminals; the newest complete one stays, however old', async () => {
    await released('1.1.0', 'last-proved', cutMs - OLD);
    await released('1.2.0', 'last-proved', cutMs - OLD / 2, '1.1.0');
    await heard('1.2.0', nowMs);
    expect(await end()).toMatchObject({ orders: 2, rollouts: 1, releases: 1 });
    expect(await left()).toEqual(['1.2.0']);
    const [written] = (
      await node().pool.query(`SELECT detail FROM fleet_event WHERE event = 'records.erased'`)
    ).rows;
    expect(written).toEqual({
      detail: expect.stringMatching(
        /^before [\d-]{10}: \d+ events, 2 orders, 1 terminals of releases, 1 releases$/,
      ),
    });
    expect(await end()).toEqual(NOTHING_ENDED);
    // A terminal that was switched off meanwhile is brought to it as ever.
    expect(await heard('1.0.0', nowMs, OTHER_TERMINAL)).toHaveLength(1);
  });

  test('stays while the one that took its place is young, since that may still be withdrawn', async () => {
    await released('1.1.0', 'last-proved', cutMs - OLD);
    await released('1.2.0', 'last-proved', cutMs + DAY_MS, '1.1.0');
    await heard('1.2.0', nowMs);
    expect(await end()).toMatchObject({ rollouts: 0, releases: 0 });
    expect(await left()).toEqual(['1.1.0', '1.2.0']);
  });

  test('that is under way stays, though nobody looked at it for years', async () => {
    const id = await released('1.1.0', 'pause', cutMs - OLD);
    expect(await end()).toMatchObject({ rollouts: 0, releases: 0 });
    expect(await left()).toEqual(['1.1.0']);
    await move(id, 'withdraw', nowMs);
  });

  test('stays with the terminal that still runs it, which can thus be told to go back, and goes when that runs another', async () => {
    const old = await released('1.1.0', 'last-proved', cutMs - OLD);
    await released('1.2.0', 'last-proved', cutMs - OLD / 2, '1.1.0');
    await heard('1.1.0', nowMs);
    await heard('1.0.0', nowMs, OTHER_TERMINAL);
    expect(await end()).toMatchObject({ rollouts: 0, releases: 0 });
    await move(old, 'withdraw', nowMs);
    await settleAll(nowMs);
    const [back] = await heard('1.1.0', nowMs);
    expect(back?.statement).toContain('1.1.0-before');
  });

  test('that was withdrawn stays for the terminal that has it and was not heard since, until that was told to go back, or was revoked', async () => {
    await released('1.1.0', 'withdraw', cutMs - OLD);
    // It went to both: one came back since and is on another version.
    await node().pool.query(
      `INSERT INTO fleet_rollout SELECT release_id, $1, 0, offered_at, 0, NULL, NULL, offered_at FROM fleet_rollout`,
      [OTHER_TERMINAL.terminalId],
    );
    await released('1.2.0', 'last-proved', cutMs - OLD / 2, '1.0.0');
    await node().pool.query(
      `UPDATE fleet_rollout SET sent_back_at = NULL WHERE terminal_id = $1 AND release_id = (SELECT min(release_id) FROM fleet_release)`,
      [TERMINAL.terminalId],
    );
    expect(await end()).toMatchObject({ rollouts: 1, releases: 0 });
    expect(await left()).toEqual(['1.1.0', '1.2.0']);
    await node().pool.query(
      `UPDATE terminal SET revoked_at = now(), revoke_reason = 'it was sold' WHERE terminal_id = $1`,
      [TERMINAL.terminalId],
    );
    expect(await end()).toMatchObject({ rollouts: 1, releases: 1 });
    expect(await left()).toEqual(['1.2.0']);
  });

  test('of complete ones the oldest goes first: none that is older than the last is ever offered when the newest is withdrawn', async () => {
    await released('1.1.0', 'last-proved', cutMs - OLD);
    await released('1.2.0', 'last-proved', cutMs - OLD / 2, '1.1.0');
    await released('1.3.0', 'last-proved', cutMs - OLD / 4, '1.2.0');
    await heard('1.3.0', nowMs);
    // Of the oldest somebody has an order still.
    await node().pool.query(
      `UPDATE fleet_command SET settled_at = $1 WHERE release_id = (SELECT min(release_id) FROM fleet_release)`,
      [new Date(nowMs)],
    );
    expect(await end()).toMatchObject({ rollouts: 2, releases: 0 });
    await node().pool.query('DELETE FROM fleet_command');
    expect([await end(), await end()]).toMatchObject([{ releases: 1 }, { releases: 1 }]);
    expect(await left()).toEqual(['1.3.0']);
  });
});

test('a release from before its moves had a column is as old as its last event, or as its cohort', async () => {
  const pool = connect(await node().postgres.createEmptyDatabase());
  const before = temporaryFolder();
  for (const name of readdirSync(migrationsDir).filter((file) => file < '0025'))
    cpSync(join(migrationsDir, name), join(before, name));
  try {
    await migrate(pool, before);
    const [cohortSince, moved] = [new Date(cutMs - 9 * DAY_MS), new Date(cutMs - 2 * DAY_MS)];
    await pool.query(
      `INSERT INTO fleet_release (kind, version, manifest_sha256, back_version, back_sha256, canaries, percents, healthy_minutes,
         patience_minutes, most_bad_percent, state, cohort_since, begun_at)
       SELECT 'program', n::text, repeat('a', 64), '0', repeat('b', 64), '{}', '{100}', 1, 1, 1, 'complete', $1, $1 FROM generate_series(1, 2) AS n`,
      [cohortSince],
    );
    await pool.query(`INSERT INTO fleet_event (at, event, subject) VALUES ($1, 'release.moved', '1')`, [
      moved,
    ]);
    expect(await migrate(pool, migrationsDir)).toMatchObject({ ok: true });
    const { rows } = await pool.query('SELECT moved_at FROM fleet_release ORDER BY release_id');
    expect(rows).toEqual([{ moved_at: moved }, { moved_at: cohortSince }]);
  } finally {
    await pool.end();
    rmSync(before, { recursive: true });
  }
});

describe('a code for a terminal', () => {
  const { terminalId } = TERMINAL;
  const HOURS = 8;
  const order = {
    terminalId,
    role: 'technician',
    hours: HOURS,
    reason: 'ticket 4711',
    issuedBy: null,
  } as const;
  const issuedAt = async (atMs: number) => {
    await sharePermitKey(node().pool, terminalId, Buffer.alloc(32, 7).toString('base64url'), atMs);
    const issued = await issuePermit(node().pool, order, atMs);
    if (issued.kind !== 'issued') throw new Error(issued.kind);
    return issued.permit.serial;
  };
  const toldAuditAt = (atMs: number) =>
    node().pool.query(
      `INSERT INTO terminal_audit_chain (terminal_id, chain, begins, last, last_hash, begun_at, told_at)
       VALUES ($1, $2, 0, 1, '\\x00', $3, $3)`,
      [terminalId, 'c'.repeat(32), new Date(atMs)],
    );
  const left = async () => (await listPermits(node().pool, terminalId)).map(({ serial }) => serial);

  test('goes when it has been over for so long, and the next has a serial of its own all the same', async () => {
    await issuedAt(cutMs - 9 * DAY_MS);
    const overLater = await issuedAt(cutMs - (HOURS * 3_600_000) / 2);
    await toldAuditAt(nowMs);
    expect(await end()).toEqual({ ...NOTHING_ENDED, permits: 1 });
    expect(await left()).toEqual([overLater]);
    expect(await issuedAt(nowMs)).toBe(overLater + 1);
  });

  test('stays while the terminal has told nothing since: that it was used may be in what it brings', async () => {
    const old = await issuedAt(cutMs - 9 * DAY_MS);
    await toldAuditAt(cutMs - 10 * DAY_MS);
    expect(await end()).toEqual(NOTHING_ENDED);
    expect(await left()).toEqual([old]);
    await node().pool.query(
      `UPDATE terminal SET revoked_at = now(), revoke_reason = 'it was stolen' WHERE terminal_id = $1`,
      [terminalId],
    );
    expect(await end()).toEqual({ ...NOTHING_ENDED, permits: 1 });
  });
});

test('words about guides, codes of enrolments and searches for people go by age', async () => {
  const { pool } = node();
  await pool.query(
    `INSERT INTO guide_report SELECT gen_random_uuid(), 'T-07', 'elderly-allowance', 'v1', 'fee', at, at FROM unnest($1::timestamptz[]) AS at`,
    [[new Date(cutMs - 1), new Date(cutMs)]],
  );
  await pool.query(
    `INSERT INTO enrolment_code SELECT md5(at::text), 'T-07', '999901001', at, at FROM unnest($1::timestamptz[]) AS at`,
    [[new Date(cutMs - 1), new Date(cutMs)]],
  );
  await pool.query(
    `INSERT INTO person_search (at, terminal_id, call, shown, found)
     SELECT at, 'T-07', 'bookings.search', 'card', 1 FROM unnest($1::timestamptz[]) AS at`,
    [[new Date(cutMs - 1), new Date(cutMs)]],
  );
  expect(await end()).toEqual({ ...NOTHING_ENDED, guideReports: 1, enrolmentCodes: 1, searches: 1 });
  expect((await pool.query('SELECT 1 FROM person_search')).rowCount).toBe(1);
  expect((await pool.query('SELECT 1 FROM guide_report')).rowCount).toBe(1);
});
