import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseHistory } from '../cases/case-history.ts';
import { casesByCard } from '../cases/progress.ts';
import { findApplication, storeApplication } from '../cases/store-application.ts';
import { dayBegins, officeDays } from '../cases/working-days.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { ORDINARY_PAYLOAD, submission, TEST_NOW_MS } from '../for-tests.ts';
import { connect } from './connect.ts';
import { startTestPostgres, temporaryFolder, type TestPostgres } from './for-tests.ts';
import { migrate } from './migrate.ts';
import { firstIdOf } from './months.ts';
import { migrationsDir } from './release.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 300_000);
afterAll(async () => {
  await postgres.close();
}, 60_000);

const ZHANG = '999901194503120014';
const ids = ['1970-02-03', '2026-03-04', '2026-11-20', '2090-05-06'].map(
  (day) => `${firstIdOf(day).slice(0, 13)}-7000-8000-000000000001`,
);
const TABLES = [
  'application',
  'attachment',
  'attachment_chunk',
  'case_attachment',
  'case_record',
  'case_event',
  'case_person',
  'case_alert',
  'rating',
  'interaction_reply',
  'call_back',
  'case_dispatch',
  'inbox_entry',
];

test('applications from before there were months go on with all that hangs on them, whatever clock made their ids', async () => {
  const pool = connect(await postgres.createEmptyDatabase());
  const before = temporaryFolder();
  for (const name of readdirSync(migrationsDir).filter((file) => file < '0016')) {
    cpSync(join(migrationsDir, name), join(before, name));
  }
  const rowsIn = async (): Promise<Record<string, number>> =>
    Object.fromEntries(
      await Promise.all(
        TABLES.map(async (table): Promise<[string, number]> => {
          const { rows } = await pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
          return [table, rows[0]?.n ?? -1];
        }),
      ),
    );
  try {
    await migrate(pool, before);
    const sent = submission(ORDINARY_PAYLOAD);
    await pool.query(
      `INSERT INTO department (department_id, name, registered_at) VALUES ('civil-affairs', '{"zh":"民政局","en":"Civil affairs"}', now());
       INSERT INTO department_item (item_slug, department_id, since) VALUES ('elderly-allowance', 'civil-affairs', now())`,
    );
    for (const [index, id] of ids.entries()) {
      const n = index + 1;
      for (const revision of [1, 2]) {
        await pool.query(
          `INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug, item_version,
             payload_sha256, received_at, stored_at, submission, forwarded_by)
           VALUES ($1, $2, 'T-01', '999901001', $3, $4, '1', $5, $7, $7, $6, 'T-01')`,
          [
            id,
            revision,
            sent.receiptNo,
            sent.itemSlug,
            sent.payloadSha256,
            JSON.stringify(sent),
            new Date(dayBegins('2026-03-05')),
          ],
        );
      }
      // A revision that had been a case of its own before 0008.
      await pool.query(
        `INSERT INTO case_record (cursor, case_no, application_id, revision, status, joins) VALUES ($1, $2, $3, 2, '02', NULL),
           ($1 + 100, $2 || 'b', $3, 2, '02', $1)`,
        [n, `BJ-${String(n)}`, id],
      );
      await pool.query(
        `INSERT INTO case_event (cursor, ordinal, at, to_status, actor, revision) VALUES ($1, 1, now(), '02', 'station', 1)`,
        [n],
      );
      await pool.query(
        `WITH seen AS (INSERT INTO attachment (application_id, terminal_id, sha256, byte_count, received_bytes, is_complete, is_claimed, touched_at)
             VALUES ($1, 'T-01', repeat('a', 64), 3, 3, true, true, now())),
           bytes AS (INSERT INTO attachment_chunk VALUES ($1, 'T-01', repeat('a', 64), 0, 'abc')),
           named AS (INSERT INTO case_attachment VALUES ($1, 1, 0, 'T-01', repeat('a', 64))),
           person AS (INSERT INTO case_person VALUES ('${ZHANG}', $2)),
           late AS (INSERT INTO case_alert (alert_no, cursor, level, rule, since, raised_at) VALUES ('DB-' || $2, $2, 'red', 'legal-over', '2026-11-01', now())),
           rated AS (INSERT INTO rating VALUES ($3, gen_random_uuid(), 5, '{}', '慢', '2026-11-01', now())),
           answered AS (INSERT INTO interaction_reply (case_no, ordinal, reply_id, unit, words, replied_at) VALUES ($3, 1, gen_random_uuid(), '局', '好', now()))
         INSERT INTO call_back (call_back_no, case_no, because, opened_at, due_on) VALUES ('HF-' || $2, $3, 'bad-rating', now(), '2026-11-08')`,
        [id, n, `BJ-${String(n)}`],
      );
    }
    await pool.query("SELECT setval('case_cursor', 1000)");
    const atFirst = await rowsIn();
    expect(await migrate(pool, migrationsDir)).toMatchObject({ ok: true });
    expect(await rowsIn()).toEqual(atFirst);
    const placed = await pool.query<{ name: string }>(
      'SELECT DISTINCT tableoid::regclass::text AS name, application_id FROM case_event ORDER BY application_id',
    );
    expect(placed.rows.map(({ name }) => name)).toEqual([
      'case_event_other',
      'case_event_2026_03',
      'case_event_2026_11',
      'case_event_other',
    ]);
    const engine = { catalogue: loadCatalogue(catalogueDir), officeDays };
    const parts = { pool, ...engine };
    for (const [index, applicationId] of ids.entries()) {
      const caseNo = `BJ-${String(index + 1)}`;
      expect((await findApplication(pool, { applicationId, revision: 2 }))?.acknowledgement.caseNo).toBe(
        `${caseNo}b`,
      );
      const history = await caseHistory(parts, caseNo, TEST_NOW_MS);
      expect(history).toMatchObject({ caseNo, alerts: [{ caseNo }] });
    }
    expect(await casesByCard({ ...parts, nowMs: TEST_NOW_MS }, ZHANG)).toHaveLength(ids.length);
    // The same once more is the case that is there; a later revision joins it, and its department is told of it.
    const arrival = { forwardedBy: 'T-01', storedAtMs: TEST_NOW_MS, persons: [ZHANG], engine };
    for (const applicationId of ids) {
      expect(await storeApplication(pool, { applicationId, revision: 1 }, sent, arrival)).toMatchObject({
        kind: 'stored',
        isNew: false,
      });
      expect(await storeApplication(pool, { applicationId, revision: 3 }, sent, arrival)).toMatchObject({
        kind: 'stored',
        isNew: true,
      });
    }
    const after = await rowsIn();
    expect(after).toMatchObject({ case_record: atFirst['case_record'], inbox_entry: 2 * ids.length });
    // Keys hold between the tables of a month, and no month stands without them.
    await expect(
      pool.query(
        `INSERT INTO case_event (cursor, application_id, ordinal, at, to_status, actor) VALUES (999, $1, 1, now(), '02', 'station')`,
        [ids[2]],
      ),
    ).rejects.toMatchObject({ code: '23503' });
  } finally {
    await pool.end();
    rmSync(before, { recursive: true });
  }
});
