import type pg from 'pg';
import { beforeEach, expect, it } from 'vitest';
import { inboxPageSchema, type InboxEntry } from '#contract/department.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres } from '#platform/database/for-tests.ts';
import { office, plugIn, submitOf } from '#platform/departments/for-tests.ts';
import { call, startTestPlatform, TEST_NOW_MS } from '#platform/for-tests.ts';
import { openBooks, type Books } from '../support/nodes/books.ts';
import { itemsOf } from '../support/nodes/departments.ts';
import { judgeDepartments } from '../support/nodes/judge-departments.ts';

/** Who judges the killed nodes sees each thing that a department missed, had twice, or should not have. */

let pool: pg.Pool;
let books: Books;
/** What the department heard, entry by entry: [case, ordinal] are a1 b1 a2. */
let heard: InboxEntry[];
let others: InboxEntry;

beforeEach(async () => {
  const postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  const platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
  const operator = { pool, databaseUrl, nowMs: TEST_NOW_MS };
  const tokenOf = {
    asking: await plugIn(operator, 'asking', [itemsOf.asking]),
    called: await plugIn(operator, 'called', [itemsOf.called]),
  };
  const first = await submitOf(platform, 1, itemsOf.asking);
  await submitOf(platform, 2, itemsOf.asking);
  await submitOf(platform, 3, itemsOf.called);
  await submitOf(platform, 4, itemsOf.desk);
  await office(platform, first, 'acceptance', {}, tokenOf.asking);
  books = openBooks(0);
  for (const departmentId of ['asking', 'called'] as const) {
    const page = await call(`${platform.url}/v1/inbox`, { by: tokenOf[departmentId] });
    const { entries } = inboxPageSchema.parse(page.json);
    books.departments.push({ departmentId, slugs: [itemsOf[departmentId]], heard: entries, forged: [] });
  }
  heard = books.departments[0]?.heard ?? [];
  others = books.departments[1]?.heard[0] ?? never('the other department heard nothing');
  return async () => {
    await pool.end();
    await platform.close();
    await postgres.close();
  };
}, 120_000);

function never(why: string): never {
  throw new Error(why);
}

const verdict = () => judgeDepartments(pool, books.departments);

it('finds nothing wrong with what is right, entries that come again among it', async () => {
  expect(heard.map(({ ordinal }) => ordinal)).toEqual([1, 1, 2]);
  heard.push(...heard);
  expect(await verdict()).toEqual([]);
});

it.each<[string, () => unknown, RegExp]>([
  ['an entry that was lost on its way', () => heard.splice(1, 1), /^asking never heard of \d+, of BJ/],
  [
    'an event that never came into the inbox',
    async () => {
      await pool.query('DELETE FROM inbox_entry WHERE cursor = $1', [heard[2]?.cursor]);
      heard.splice(2, 1);
    },
    /^asking: of BJ\d+ came \[1\], it has \[1 2\]$/,
  ],
  [
    'a case that came to nobody',
    async () => {
      await pool.query('DELETE FROM inbox_entry WHERE cursor = $1', [heard[1]?.cursor]);
      heard.splice(1, 1);
    },
    /^asking: of BJ\d+ came \[\], it has \[1\]$/,
  ],
  [
    'the same event under another cursor',
    () => heard.push({ ...(heard[0] ?? never('')), cursor: 900 }),
    /came \[1 2 1\], it has \[1 2\]$/,
  ],
  ['a case whose events came in another order', () => heard.reverse(), /came \[2 1\], it has \[1 2\]$/],
  ['another department’s entry', () => heard.push(others), /^asking heard of BJ\d+, which is not its own$/],
  [
    'an entry that says something else than it stands',
    () => heard.splice(0, 1, { ...(heard[0] ?? never('')), status: '10' }),
    /^asking heard \d+, which does not stand so in its inbox$/,
  ],
  [
    'a call of a stranger',
    () => books.departments[1]?.forged.push('digest'),
    /^called was called by somebody else: digest$/,
  ],
])('sees %s', async (_what, plant, sentence) => {
  await plant();
  expect(await verdict()).toContainEqual(expect.stringMatching(sentence));
});
