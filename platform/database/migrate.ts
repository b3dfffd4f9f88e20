import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type pg from 'pg';
import { z } from 'zod';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { inTransaction } from './connect.ts';

interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sha256: string;
  readonly sql: string;
}

const FILE = /^(\d{4})-[a-z0-9-]+\.sql$/;
/** Any number will do, as long as every node uses the same. */
const LOCK_KEY = 7_020_001;
const appliedSchema = z.array(z.object({ number: z.number().int(), name: z.string(), sha256: z.string() }));

export const migrationsDir = join(import.meta.dirname, 'migrations');

/**
 * Brings the schema to the newest number: all that is missing in one transaction, one node at a time. A
 * number that we do not know, or a file that was rewritten, refuses: no schema is ever guessed or reset.
 */
export async function migrate(pool: pg.Pool, dir: string): Promise<Result<{ readonly applied: number }>> {
  const known = readMigrations(dir);
  const begin = `BEGIN; SET LOCAL statement_timeout = 0; SELECT pg_advisory_xact_lock(${String(LOCK_KEY)});
    CREATE TABLE IF NOT EXISTS schema_migration (
      number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL,
      applied_at timestamptz NOT NULL DEFAULT now()
    );`;
  return inTransaction(pool, begin, async (client) => {
    const { rows } = await client.query('SELECT number, name, sha256 FROM schema_migration ORDER BY number');
    const applied = appliedSchema.parse(rows);
    const problem = schemaProblem(known, applied);
    if (problem) return err(fault('store.schema-unknown', problem));
    const missing = known.filter(({ number }) => !applied.some((done) => done.number === number));
    for (const { number, name, sha256, sql } of missing) {
      await client.query(sql);
      await client.query('INSERT INTO schema_migration (number, name, sha256) VALUES ($1, $2, $3)', [
        number,
        name,
        sha256,
      ]);
    }
    return ok({ applied: missing.length });
  });
}

function schemaProblem(known: readonly Migration[], applied: z.infer<typeof appliedSchema>): string | null {
  for (const done of applied) {
    const file = known.find(({ number }) => number === done.number);
    if (!file)
      return `The database has migration ${done.name}, which this version does not know; install a newer one.`;
    if (file.sha256 !== done.sha256) {
      return `Migration ${done.name} was changed after it was applied; put the old file back and add a new one.`;
    }
  }
  return null;
}

function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, index) => {
      const number = Number(FILE.exec(name)?.[1]);
      if (number !== index + 1) throw new Error(`migrations are numbered without a gap: ${name}`);
      const sql = readFileSync(join(dir, name), 'utf8');
      return { number, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    });
}
