import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import pg from 'pg';
import { connect } from './connect.ts';
import { startTestPostgres, temporaryFolder, type TestPostgres } from './for-tests.ts';
import { migrate } from './migrate.ts';
import { applicationName, migrationsDir, ownRelease } from './release.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
let dir: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await postgres.close();
}, 60_000);
beforeEach(async () => {
  pool = connect(await postgres.createEmptyDatabase());
  dir = temporaryFolder();
  cpSync(migrationsDir, dir, { recursive: true });
});
afterEach(async () => {
  await pool.end();
  rmSync(dir, { recursive: true });
});

const delivered = readdirSync(migrationsDir).length;
const next = () => join(dir, `${String(delivered + 1).padStart(4, '0')}-next.sql`);

test('an empty database gets every migration, a current one none', async () => {
  expect(await migrate(pool, dir)).toEqual({ ok: true, value: { applied: delivered } });
  expect(await migrate(pool, dir)).toEqual({ ok: true, value: { applied: 0 } });
});

test('of nodes that start together one migrates and the others wait for it', async () => {
  const results = await Promise.all(Array.from({ length: 5 }, () => migrate(pool, dir)));
  const applied = results.map((result) => (result.ok ? result.value.applied : -1));
  expect(applied.sort()).toEqual([0, 0, 0, 0, delivered]);
});

test('a migration that fails leaves the schema as it was', async () => {
  await migrate(pool, dir);
  writeFileSync(next(), 'CREATE TABLE half (a int); SELECT 1 / 0;');
  await expect(migrate(pool, dir)).rejects.toThrow('division by zero');
  expect((await pool.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
});

test('a schema newer than this version is refused and left alone', async () => {
  writeFileSync(next(), 'CREATE TABLE newer (a int);');
  await migrate(pool, dir);
  const result = await migrate(pool, migrationsDir);
  expect(result).toMatchObject({ ok: false, fault: { code: 'store.schema-unknown' } });
  expect((await pool.query("SELECT to_regclass('newer')::text AS newer")).rows).toEqual([{ newer: 'newer' }]);
});

test('a migration that was rewritten after it was applied is refused by name', async () => {
  await migrate(pool, dir);
  writeFileSync(join(dir, '0001-applications-and-cases.sql'), 'SELECT 1;');
  const result = await migrate(pool, dir);
  expect(result).toMatchObject({
    ok: false,
    fault: { detail: expect.stringContaining('0001-applications') },
  });
});

/** A node of a release, as the database sees it. */
async function nodeOf(release: number): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: pool.options.connectionString,
    application_name: applicationName(release),
  });
  await client.connect();
  return client;
}

test('an older node starts beside a newer schema that says it works with it, and changes nothing', async () => {
  writeFileSync(
    next(),
    `-- works-with: ${String(delivered).padStart(4, '0')}\nALTER TABLE booking ADD COLUMN later text;`,
  );
  expect(await migrate(pool, dir)).toMatchObject({ ok: true });
  expect(await migrate(pool, migrationsDir)).toEqual({ ok: true, value: { applied: 0 } });
});

test('a release from before what the newer schema works with is refused', async () => {
  const older = temporaryFolder();
  cpSync(migrationsDir, older, { recursive: true });
  const newest = readdirSync(older).sort().at(-1) ?? '';
  rmSync(join(older, newest));
  writeFileSync(
    next(),
    `-- works-with: ${String(delivered).padStart(4, '0')}\nALTER TABLE booking ADD COLUMN later text;`,
  );
  await migrate(pool, dir);
  expect(await migrate(pool, older)).toMatchObject({ ok: false, fault: { code: 'store.schema-unknown' } });
  rmSync(older, { recursive: true });
});

test('a migration that older nodes cannot work with waits until they are gone, and one that they can does not', async () => {
  await migrate(pool, migrationsDir);
  const old = await nodeOf(ownRelease);
  writeFileSync(next(), 'ALTER TABLE booking DROP COLUMN state;');
  expect(await migrate(pool, dir)).toMatchObject({
    ok: false,
    fault: { detail: expect.stringContaining(`release ${String(ownRelease)}`) },
  });
  expect((await pool.query('SELECT state FROM booking')).rows).toEqual([]);
  await old.end();
  // The server takes its leave of a connection a moment after the client.
  await expect.poll(() => migrate(pool, dir)).toMatchObject({ ok: true, value: { applied: 1 } });
});

test('a table in use keeps a migration waiting for seconds, not those who are served', async () => {
  await migrate(pool, migrationsDir);
  const user = await nodeOf(ownRelease + 1);
  await user.query('BEGIN; SELECT count(*) FROM booking');
  writeFileSync(next(), 'ALTER TABLE booking ADD COLUMN later text;');
  await expect(migrate(pool, dir)).rejects.toMatchObject({ code: '55P03' });
  await user.end();
});

test('a database of a release before they said who they work with is taken over', async () => {
  await migrate(pool, migrationsDir);
  await pool.query('ALTER TABLE schema_migration DROP COLUMN works_with');
  expect(await migrate(pool, migrationsDir)).toEqual({ ok: true, value: { applied: 0 } });
});
