import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from './connect.ts';
import { startTestPostgres, temporaryFolder, type TestPostgres } from './for-tests.ts';
import { migrate, migrationsDir } from './migrate.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
let dir: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(async () => {
  await postgres.close();
});
beforeEach(async () => {
  pool = connect(await postgres.createDatabase());
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
