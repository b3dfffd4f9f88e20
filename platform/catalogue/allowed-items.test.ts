import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  ORDINARY_PAYLOAD,
  OTHER_TERMINAL,
  TERMINAL,
  TEST_NOW_MS,
  call,
  startTestPlatform,
  submission,
  submit,
} from '../for-tests.ts';
import { issueTestCode } from '../identity/for-tests.ts';
import type { Platform } from '../server.ts';
import { setAllowedItems, type AllowedItems } from './allowed-items.ts';
import { itemsCommand } from './items-command.ts';
import { catalogueDir, loadCatalogue } from './load-catalogue.ts';

const catalogue = loadCatalogue(catalogueDir);
const everything = [...catalogue.items.keys()];
let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;
let pool: pg.Pool;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
}, 60_000);
afterAll(async () => {
  await pool.end();
  await platform.close();
  await postgres.close();
});
beforeEach(() => allow(null));

const setFor = (terminalId: string, allowed: AllowedItems) =>
  setAllowedItems(pool, catalogue, terminalId, allowed, TEST_NOW_MS);

async function allow(allowed: AllowedItems): Promise<void> {
  expect(await setFor('T-01', allowed)).toEqual({ ok: true, value: null });
}

async function listed(by = TERMINAL): Promise<string[]> {
  const answer = await call(`${platform.url}/v1/catalogue/items`, { by });
  return (answer.json as { items: { slug: string }[] }).items.map(({ slug }) => slug); // of the contract's form
}

const getItem = (slug: string) => call(`${platform.url}/v1/catalogue/items/${slug}`, { by: TERMINAL });

test('a terminal of which nothing was said may offer everything', async () => {
  expect(await listed()).toEqual(everything);
});

test('a terminal is told of the items that it may offer, and another one of its own', async () => {
  await allow(new Set(['senior-card', 'elderly-allowance']));
  expect(await listed()).toEqual(['elderly-allowance', 'senior-card']);
  expect(await listed(OTHER_TERMINAL)).toEqual(everything);
  await allow(null);
  expect(await listed()).toEqual(everything);
});

test('an item that a terminal may not offer is to it as one that nobody has heard of', async () => {
  await allow(new Set(['senior-card']));
  expect((await getItem('senior-card')).status).toBe(200);
  const refused = await getItem('elderly-allowance');
  expect(refused.status).toBe(404);
  expect(refused.text).toBe((await getItem('no-such-item')).text);
});

test('an application for an item that was taken away meanwhile is stored', async () => {
  await allow(new Set(['senior-card']));
  expect((await submit(platform, 1, submission(ORDINARY_PAYLOAD))).status).toBe(200);
});

test('an item that is not published is refused by its name, and nothing changes', async () => {
  await allow(new Set(['senior-card']));
  expect(await setFor('T-01', new Set(['elderly-allowance', 'elderly-alowance']))).toMatchObject({
    ok: false,
    fault: { code: 'item.unknown', detail: 'elderly-alowance' },
  });
  expect(await listed()).toEqual(['senior-card']);
});

test('nothing is said of a terminal that nobody knows; of one that waits with its code, it can be', async () => {
  expect(await setFor('T-99', new Set(['senior-card']))).toMatchObject({
    ok: false,
    fault: { code: 'platform.terminal-unknown' },
  });
  await issueTestCode(databaseUrl, 'T-99', TERMINAL.stationId, TEST_NOW_MS);
  await issueTestCode(databaseUrl, 'T-99', TERMINAL.stationId, TEST_NOW_MS);
  expect(await setFor('T-99', new Set(['senior-card']))).toMatchObject({ ok: true });
});

test('the command shows what it set, and names what is not published any more', async () => {
  const show = () =>
    itemsCommand(pool, catalogue, { terminalId: 'T-01', set: 'show' }, TEST_NOW_MS).then((done) =>
      done.ok ? done.value.join('\n') : done.fault.code,
    );
  expect(await show()).toContain('T-01 may offer all');
  const set = new Set(['senior-card']);
  await itemsCommand(pool, catalogue, { terminalId: 'T-01', set }, TEST_NOW_MS);
  expect(await show()).toContain(`senior-card  ${catalogue.items.get('senior-card')?.item.name.zh ?? '?'}`);
  await pool.query(`UPDATE terminal_items SET slugs = '{withdrawn-item}'`);
  expect(await show()).toContain('withdrawn-item  (not published any more)');
});
