import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { casesByCard } from '../cases/progress.ts';
import { findApplication, storeApplication } from '../cases/store-application.ts';
import { officeDays } from '../cases/working-days.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { applicationId, ORDINARY_PAYLOAD, payload, submission, TEST_NOW_MS } from '../for-tests.ts';
import { connect } from './connect.ts';
import { startTestPostgres, temporaryFolder, type TestPostgres } from './for-tests.ts';
import { migrate } from './migrate.ts';
import { migrationsDir } from './release.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await postgres.close();
});

const ZHANG = '999901194503120014';
const key = (revision: number) => ({ applicationId: applicationId(1), revision });

test('of revisions that were cases of their own the first goes on, and each keeps its number', async () => {
  const pool = connect(await postgres.createEmptyDatabase());
  const before = temporaryFolder();
  for (const name of readdirSync(migrationsDir).filter((file) => file < '0008')) {
    cpSync(join(migrationsDir, name), join(before, name));
  }
  try {
    await migrate(pool, before);
    const sent = submission(ORDINARY_PAYLOAD);
    for (const revision of [1, 2]) {
      await pool.query(
        `INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
           item_version, payload_sha256, received_at, stored_at, submission)
         VALUES ($1, $2, 'T-01', '999901001', $3, $4, '1', $5, now(), now(), $6)`,
        [applicationId(1), revision, sent.receiptNo, sent.itemSlug, sent.payloadSha256, JSON.stringify(sent)],
      );
      await pool.query(`INSERT INTO case_record VALUES ($1, $2, $3, $4, '02')`, [
        revision,
        `BJ-${String(revision)}`,
        applicationId(1),
        revision,
      ]);
    }
    expect(await migrate(pool, migrationsDir)).toMatchObject({ ok: true });
    for (const revision of [1, 2]) {
      const found = await findApplication(pool, key(revision));
      expect(found?.acknowledgement.caseNo).toBe(`BJ-${String(revision)}`);
    }
    const newer = submission(payload({ applicantName: '张建国', applicantId: ZHANG, mobile: '13900001234' }));
    // The numbers that the test gave by hand were taken from no sequence.
    await pool.query("SELECT setval('case_cursor', 10)");
    const engine = { catalogue: loadCatalogue(catalogueDir), officeDays };
    const arrival = { forwardedBy: 'T-01', storedAtMs: TEST_NOW_MS, persons: [ZHANG], engine };
    expect(await storeApplication(pool, key(3), newer, arrival)).toMatchObject({
      kind: 'stored',
      acknowledgement: { caseNo: 'BJ-1', revision: 3 },
    });
    const parts = { pool, ...engine, nowMs: TEST_NOW_MS };
    expect(await casesByCard(parts, ZHANG)).toMatchObject([{ caseNo: 'BJ-1', events: [{ status: '02' }] }]);
  } finally {
    await pool.end();
    rmSync(before, { recursive: true });
  }
});
