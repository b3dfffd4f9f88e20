import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, temporaryFolder, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { migrationsDir } from '../database/release.ts';
import { applicationId, payload, submission, TEST_NOW_MS } from '../for-tests.ts';
import { listCallBacks } from './call-backs.ts';
import { listLedger } from './ledger.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await postgres.close();
}, 60_000);

test('ratings that were bad before there was a ledger are in it, and who left a number is to be called', async () => {
  const pool = connect(await postgres.createEmptyDatabase());
  const before = temporaryFolder();
  for (const name of readdirSync(migrationsDir).filter((file) => file < '0014'))
    cpSync(join(migrationsDir, name), join(before, name));
  try {
    await migrate(pool, before);
    const applicant = { applicantName: '张建国', applicantId: '999901194503120014' };
    const rated = [
      [4, { ...applicant, mobile: '13900001234' }],
      [5, applicant],
      [3, { ...applicant, mobile: '13900001234' }],
    ] as const;
    for (const [index, [satisfaction, answers]] of rated.entries()) {
      const n = index + 1;
      const sent = submission(payload(answers));
      await pool.query(
        `INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
           item_version, payload_sha256, received_at, stored_at, submission)
         VALUES ($1, 1, 'T-01', '999901001', $2, $3, '1', $4, now(), now(), $5)`,
        [applicationId(n), sent.receiptNo, sent.itemSlug, sent.payloadSha256, JSON.stringify(sent)],
      );
      await pool.query(
        `INSERT INTO case_record (cursor, case_no, application_id, revision, status) VALUES ($1, $2, $3, 1, '10')`,
        [n, `BJ-${String(n)}`, applicationId(n)],
      );
      await pool.query(
        `INSERT INTO rating (case_no, rating_id, satisfaction, reasons, words, rated_on, stored_at)
         VALUES ($1, $2, $3, '{}', NULL, '2026-11-01', now())`,
        [`BJ-${String(n)}`, applicationId(n), satisfaction],
      );
    }
    expect(await migrate(pool, migrationsDir)).toMatchObject({ ok: true });
    const parts = { pool, catalogue: loadCatalogue(catalogueDir), nowMs: TEST_NOW_MS };
    const entries = await listLedger(parts, { which: 'open', limit: 10, scope: null });
    expect(entries.map(({ satisfactionCode, callBack }) => [satisfactionCode, callBack]).sort()).toEqual([
      [4, 'open'],
      [5, 'none'],
    ]);
    expect(entries[0]?.entryNo).toMatch(/^CP\d{16}$/);
    expect(await listCallBacks(pool, { which: 'open', limit: 10, scope: null }, TEST_NOW_MS)).toMatchObject([
      { caseNo: 'BJ-1', because: 'bad-rating' },
    ]);
  } finally {
    await pool.end();
    rmSync(before, { recursive: true });
  }
});
