import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { registerDepartment } from '../departments/departments.ts';
import { migrationsDir } from '../database/release.ts';
import { bareEnvironment } from '../for-tests.ts';
import { newToken } from './sessions.ts';
import { signIn } from './sign-in.ts';

let postgres: TestPostgres;
let url: string;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
  url = await postgres.createDatabase();
  pool = connect(url);
  await migrate(pool, migrationsDir);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await postgres.close();
}, 60_000);

function operator(...args: string[]): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(import.meta.dirname, '..', 'cli.ts'), ...args],
    { env: { ...bareEnvironment(), DATABASE_URL: url }, encoding: 'utf8' },
  );
  return { status, said: stdout + stderr };
}

const ADD = ['official', 'add', '--id', 'wang', '--name', '王经办', '--unit', '示例区民政局'];
const CODE = ['--unit-code', '11999901007000118L'];

test('the operator adds an official, whose first password opens the desk; then closes the account, and all is in the audit', async () => {
  const added = operator(...ADD, ...CODE, '--roles', 'clerk,supervisor');
  expect(added.status).toBe(0);
  const [given = ''] = added.said.split('\n');
  const outcome = await signIn(
    { pool, nowMs: Date.now(), randomBytes },
    { officialId: 'wang', password: given, browser: newToken(randomBytes), language: 'zh' },
  );
  expect(outcome).toMatchObject({ kind: 'in', official: { isFirst: true, roles: ['clerk', 'supervisor'] } });
  expect(operator(...ADD, ...CODE, '--roles', 'clerk')).toMatchObject({ status: 1 });
  expect(operator('official', 'list').said).toContain('wang  王经办  11999901007000118L  示例区民政局');
  expect(operator('official', 'password', '--id', 'wang').said).not.toContain(given);
  expect(operator('official', 'unlock', '--id', 'wang').status).toBe(0);
  expect(operator('official', 'unlock', '--id', 'nobody').status).toBe(1);
  expect(operator('official', 'link', '--id', 'wang', '--department', 'civil-affairs').status).toBe(1);
  await registerDepartment(
    pool,
    { departmentId: 'civil-affairs', name: { zh: '示例区民政局', en: 'Civil affairs' } },
    Date.now(),
  );
  expect(operator('official', 'link', '--id', 'wang', '--department', 'civil-affairs').status).toBe(0);
  expect(operator('official', 'list').said).toContain('civil-affairs  open');
  expect(operator('official', 'link', '--id', 'wang', '--none').status).toBe(0);
  expect(operator('official', 'list').said).not.toContain('civil-affairs');
  // Nobody who is no administrator looks after accounts.
  expect(operator('official', 'district', '--id', 'wang').status).toBe(1);
  expect(operator('official', 'close', '--id', 'wang').status).toBe(0);
  expect(operator('official', 'close', '--id', 'wang').status).toBe(1);
  const whole = operator('audit', 'verify');
  expect(whole).toMatchObject({ status: 0 });
  const head = /head (\S+)/.exec(whole.said)?.[1] ?? '';
  expect(operator('audit', 'verify', '--expect', head).status).toBe(0);
  await pool.query('ALTER TABLE desk_audit DISABLE TRIGGER desk_audit_append_only');
  await pool.query(`UPDATE desk_audit SET official_id = 'li' WHERE seq = 2`);
  expect(operator('audit', 'verify')).toMatchObject({ status: 1, said: 'broken at 2: changed\n' });
  await pool.query(`UPDATE desk_audit SET detail = '{"a":{"b":1}}' WHERE seq = 1`);
  expect(operator('audit', 'verify')).toMatchObject({ status: 1, said: 'broken at 1: changed\n' });
  // Seventeen processes, one after the other.
}, 240_000);

test.each([
  ['no roles', [...ADD, ...CODE]],
  ['an auditor who is a clerk', [...ADD, ...CODE, '--roles', 'auditor,clerk']],
  ['a unit without a code', [...ADD, '--roles', 'clerk']],
  ['a code that is none', [...ADD, '--unit-code', '12', '--roles', 'clerk']],
  ['an id in capitals', ['official', 'close', '--id', 'WANG']],
  ['a link to nothing', ['official', 'link', '--id', 'wang']],
  ['a link to something and to nothing', ['official', 'link', '--id', 'wang', '--department', 'a', '--none']],
  ['a head that is none', ['audit', 'verify', '--expect', 'yesterday']],
])('%s is told by the usage, and changes nothing', (_name, args) => {
  expect(operator(...args)).toMatchObject({ status: 2 });
});

test('the first administrator of the whole district is made by the operator, and bounded to his unit again', async () => {
  const add = [
    'official',
    'add',
    '--id',
    'sun',
    '--name',
    '孙管理',
    '--unit',
    '示例街道',
    '--unit-code',
    '999901',
  ];
  expect(operator(...add, '--roles', 'administrator').status).toBe(0);
  expect(operator('official', 'list').said).not.toContain('all units');
  expect(operator('official', 'district', '--id', 'sun').status).toBe(0);
  expect(operator('official', 'list').said).toContain('administrator  all units  open');
  expect(operator('official', 'district', '--id', 'sun', '--none').status).toBe(0);
  expect(operator('official', 'list').said).not.toContain('all units');
  const { rows } = await pool.query<{ detail: object }>(
    `SELECT detail FROM desk_audit WHERE event = 'account.reach' ORDER BY seq`,
  );
  expect(rows.map(({ detail }) => detail)).toEqual(
    ['district', 'unit'].map((reach) => ({ reach, subject: 'sun', by: 'operator' })),
  );
}, 60_000);
