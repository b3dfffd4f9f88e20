import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { caseHistory } from '../cases/case-history.ts';
import { settleDue } from '../cases/watch-clocks.ts';
import { dayBegins, officeDays } from '../cases/working-days.ts';
import { catalogueDir, loadCatalogue } from '../catalogue/load-catalogue.ts';
import { applicationId, ORDINARY_PAYLOAD, submission } from '../for-tests.ts';
import { connect } from './connect.ts';
import { startTestPostgres, temporaryFolder, type TestPostgres } from './for-tests.ts';
import { migrate } from './migrate.ts';
import { migrationsDir } from './release.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
}, 120_000);
afterAll(async () => {
  await postgres.close();
}, 60_000);

const words = { zh: '好', en: 'Good' };
const correction = {
  kind: 'correction',
  dueOn: '2026-12-04',
  entries: [{ target: { of: 'paper', materialId: 'm' }, name: words, reason: words }],
};

test('cases from before the engine go on: their events are known by where they led, and time comes to them', async () => {
  const pool = connect(await postgres.createEmptyDatabase());
  const before = temporaryFolder();
  for (const name of readdirSync(migrationsDir).filter((file) => file < '0011')) {
    cpSync(join(migrationsDir, name), join(before, name));
  }
  try {
    await migrate(pool, before);
    /** As the release before wrote them. */
    const write = async (n: number, path: [string, object | null][]) => {
      const sent = submission(ORDINARY_PAYLOAD);
      await pool.query(
        `INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
           item_version, payload_sha256, received_at, stored_at, submission)
         VALUES ($1, 1, 'T-01', '999901001', $2, $3, '1', $4, now(), now(), $5)`,
        [applicationId(n), sent.receiptNo, sent.itemSlug, sent.payloadSha256, JSON.stringify(sent)],
      );
      await pool.query(
        'INSERT INTO case_record (cursor, case_no, application_id, revision, status) VALUES ($1, $2, $3, 1, $4)',
        [n, `BJ-${String(n)}`, applicationId(n), path.at(-1)?.[0]],
      );
      for (const [index, [status, notice]] of path.entries()) {
        await pool.query(
          `INSERT INTO case_event (cursor, ordinal, at, from_status, to_status, actor, revision, notice)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
          [
            n,
            index + 1,
            new Date(dayBegins('2026-11-23') + index),
            path[index - 1]?.[0] ?? null,
            status,
            index === 0 ? 'station' : 'desk',
            index === 0 ? 1 : null,
            notice === null ? null : JSON.stringify(notice),
          ],
        );
      }
    };
    await write(1, [['02', null]]);
    await write(2, [
      ['02', null],
      ['05', { kind: 'acceptance', decideBy: '2026-12-23' }],
    ]);
    await write(3, [
      ['02', null],
      ['06', correction],
    ]);
    await write(4, [
      ['02', null],
      ['05', { kind: 'acceptance', decideBy: '2026-12-23' }],
      ['10', { kind: 'result', outcome: '1', text: words, documentNo: null }],
    ]);
    expect(await migrate(pool, migrationsDir)).toMatchObject({ ok: true });
    const parts = { pool, catalogue: loadCatalogue(catalogueDir), officeDays };
    const quiet = { log: () => undefined, goOn: () => true };
    const verbs = async (n: number) => {
      const history = await caseHistory(parts, `BJ-${String(n)}`, dayBegins('2026-12-30'));
      return history?.events.map(({ verb }) => verb);
    };
    // Each open one once, and then none until its time comes.
    expect(await settleDue(pool, parts, dayBegins('2026-11-23'), quiet)).toEqual({ settled: 3, failed: 0 });
    expect(await settleDue(pool, parts, dayBegins('2026-11-23'), quiet)).toEqual({ settled: 0, failed: 0 });
    await settleDue(pool, parts, dayBegins('2026-12-30'), quiet);
    expect(await verbs(1)).toEqual(['receive', 'deem-accepted']);
    expect(await verbs(2)).toEqual(['receive', 'accept']);
    expect(await verbs(3)).toEqual(['receive', 'request-correction', 'return-overdue']);
    expect(await verbs(4)).toEqual(['receive', 'accept', 'close']);
    const late = await caseHistory(parts, 'BJ-2', dayBegins('2026-12-30'));
    // The promise that the release before had made, by the item's own limit.
    expect(late?.clocks.promisedBy).toBe('2026-12-23');
    expect(late?.alerts.map(({ rule }) => rule)).toContain('promise-over');
  } finally {
    await pool.end();
    rmSync(before, { recursive: true });
  }
});
