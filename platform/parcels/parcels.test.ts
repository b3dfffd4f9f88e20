import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { commandSchema, type SignedCommand } from '#contract/fleet.ts';
import { PARCEL_CHUNK_BYTES, parcelChunkSchema } from '#contract/parcel.ts';
import { withNode } from '../fixture/for-tests.ts';
import { signingKey } from '../departments/platform-keys.ts';
import { settleCommand } from '../fleet/commands.ts';
import { heartbeat } from '../fleet/for-tests.ts';
import { hear } from '../fleet/hear.ts';
import { keepHeartbeat } from '../fleet/heartbeats.ts';
import { beginRelease, steerRelease } from '../fleet/releases/begin.ts';
import { call, TERMINAL, TEST_NOW_MS } from '../for-tests.ts';
import { plantParcel, testParcel, testParcelKey, type TestParcel } from './for-tests.ts';
import { parcelCommand } from './parcel-command.ts';

const node = withNode();
let folder: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-parcels-'));
  for (const table of ['fleet_rollout', 'fleet_command', 'fleet_release'])
    await node().pool.query(`DELETE FROM ${table}`);
  await node().pool.query('DELETE FROM parcel');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** As the maker of parcels leaves it. */
function lay({ manifest, signed, bytes }: TestParcel): string {
  writeFileSync(join(folder, manifest.file.name), bytes);
  writeFileSync(join(folder, 'manifest.json'), signed.manifest);
  writeFileSync(join(folder, 'manifest.json.sig'), `${signed.signature}\n`);
  writeFileSync(join(folder, 'key.pub'), testParcelKey.publicKey.export({ format: 'pem', type: 'spki' }));
  return join(folder, 'manifest.json');
}
const add = (manifest: string) =>
  parcelCommand(
    { what: 'add', operands: [manifest], key: join(folder, 'key.pub') },
    node().pool,
    TEST_NOW_MS,
  );
const get = (path: string) => call(`${node().platform.url}/v1/fleet/parcels/${path}`, { by: TERMINAL });
/** A release of a configuration, this terminal the canary. */
const begin = ({ manifest, manifestSha256 }: TestParcel, back: TestParcel, more: object = {}) =>
  beginRelease(
    node().pool,
    {
      kind: 'config',
      version: manifest.version,
      manifestSha256,
      back: { version: back.manifest.version, manifestSha256: back.manifestSha256 },
      plan: { canaries: [TERMINAL.terminalId], percents: [100] },
      healthyMinutes: 1,
      patienceMinutes: 5,
      mostBadPercent: 10,
      ...more,
    },
    TEST_NOW_MS,
  );
const rows = async (): Promise<number> => (await node().pool.query('SELECT 1 FROM parcel')).rowCount ?? 0;

test('what was added is handed out as it was signed, its file in parts', async () => {
  const bytes = randomBytes(PARCEL_CHUNK_BYTES + 1000);
  const parcel = testParcel('program', '1.2.0', bytes);
  const manifest = lay(parcel);
  expect(await add(manifest)).toEqual({ done: true, lines: [`program 1.2.0: ${parcel.manifestSha256}`] });
  expect((await add(manifest)).lines[0]).toMatch(/was there/);
  const { manifestSha256 } = parcel;
  expect((await get(manifestSha256)).json).toEqual(parcel.signed);
  const parts = await Promise.all(
    [0, 1].map(async (number) => {
      const part = parcelChunkSchema.parse((await get(`${manifestSha256}/chunks/${String(number)}`)).json);
      expect(part.number).toBe(number);
      return Buffer.from(part.bytes, 'base64');
    }),
  );
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect((await get(`${manifestSha256}/chunks/2`)).status).toBe(404);
  expect((await get('0'.repeat(64))).status).toBe(404);
  expect((await get(`${'0'.repeat(64)}/chunks/0`)).status).toBe(404);
});

describe('what no terminal would take is not kept, by name', () => {
  const good = () => testParcel('configuration', 'k2', 'languages: [zh]\n');
  test.each<[string, () => string, string]>([
    [
      'signed by another key',
      () => lay(testParcel('configuration', 'k2', 'x', { key: generateKeyPairSync('ed25519').privateKey })),
      'parcel.signature-wrong',
    ],
    [
      'another file than the manifest names, of the same length',
      () => {
        const manifest = lay(good());
        writeFileSync(join(folder, 'file'), 'languages: [en]\n');
        return manifest;
      },
      'parcel.damaged',
    ],
    [
      'a file that is cut',
      () => {
        const manifest = lay(good());
        writeFileSync(join(folder, 'file'), 'languages:');
        return manifest;
      },
      'parcel.damaged',
    ],
    [
      'no file',
      () => {
        const manifest = lay(good());
        rmSync(join(folder, 'file'));
        return manifest;
      },
      'parcel.damaged',
    ],
    [
      'a manifest with a line end',
      () => {
        const manifest = lay(good());
        writeFileSync(manifest, `${good().signed.manifest}\n`);
        return manifest;
      },
      'parcel.signature-wrong',
    ],
    [
      'no manifest',
      () => {
        lay(good());
        return join(folder, 'none.json');
      },
      'parcel.malformed',
    ],
  ])('%s', async (_what, laid, code) => {
    const told = await add(laid());
    expect(told.done).toBe(false);
    expect(told.lines[0]).toContain(code);
    expect(await rows()).toBe(0);
  });

  test('a second one of the same kind and version: by the version releases know what a terminal has', async () => {
    await add(lay(good()));
    const told = await add(lay(testParcel('configuration', 'k2', 'languages: [en]\n')));
    expect(told.lines[0]).toContain('parcel.other-version');
    expect(await rows()).toBe(1);
  });
});

test('a parcel is never changed', async () => {
  const sha256 = await plantParcel(node().pool, testParcel('catalogue', 'c1'), TEST_NOW_MS);
  for (const change of [`UPDATE parcel SET version = 'c2'`, `UPDATE parcel_chunk SET bytes = 'x'`])
    await expect(node().pool.query(change)).rejects.toThrow(/never changed/);
  expect((await get(sha256)).status).toBe(200);
});

test('where a withdrawn release goes back to stays until every terminal that fetched it is back, whatever was begun since', async () => {
  const { pool } = node();
  const { terminalId, stationId } = TERMINAL;
  const key = await signingKey(pool, 'fleet_key', TEST_NOW_MS);
  const heard = () => hear(pool, key, { terminalId, stationId, report: heartbeat(TEST_NOW_MS) }, TEST_NOW_MS);
  const idOf = ({ statement }: SignedCommand) => commandSchema.parse(JSON.parse(statement)).commandId;
  const [before, bad, other, next] = ['k1', 'k2', 'k3', 'k4'].map((version) =>
    testParcel('configuration', version),
  ) as [TestParcel, TestParcel, TestParcel, TestParcel]; // of the four names
  for (const parcel of [before, bad, other, next]) await plantParcel(pool, parcel, TEST_NOW_MS);
  await keepHeartbeat(pool, { terminalId, stationId, report: heartbeat(TEST_NOW_MS) }, TEST_NOW_MS);
  const begun = async (to: TestParcel, back: TestParcel) => {
    const release = await begin(to, back);
    if (release.kind !== 'begun') throw new Error(release.kind);
    return release.releaseId;
  };
  const isRemoved = async ({ manifestSha256 }: TestParcel) =>
    (await parcelCommand({ what: 'remove', operands: [manifestSha256] }, pool, TEST_NOW_MS)).done;
  const withdrawn = await begun(bad, before);
  expect(await heard()).toHaveLength(1);
  await steerRelease(pool, withdrawn, 'withdraw', 'bad', TEST_NOW_MS);
  const since = await begun(next, other);
  await steerRelease(pool, since, 'pause', 'not yet', TEST_NOW_MS);
  // Not heard since: it will be told to go back.
  expect(await isRemoved(before)).toBe(false);
  // What was withdrawn is fetched by nobody again.
  expect(await isRemoved(bad)).toBe(true);
  const [back] = await heard();
  if (back === undefined) throw new Error('no way back');
  // Told, and still on its way.
  expect(await isRemoved(before)).toBe(false);
  const at = new Date(TEST_NOW_MS).toISOString();
  const outcome = { result: 'done', code: null, at, log: null } as const;
  await settleCommand(pool, terminalId, idOf(back), outcome, TEST_NOW_MS);
  expect(await isRemoved(before)).toBe(true);
});

test('a release is begun for parcels that are there, of its kind, also to go back to; what it names is not removed', async () => {
  const { pool } = node();
  const { terminalId, stationId } = TERMINAL;
  await keepHeartbeat(pool, { terminalId, stationId, report: heartbeat(TEST_NOW_MS) }, TEST_NOW_MS);
  const [before, next] = [testParcel('configuration', 'k1'), testParcel('configuration', 'k2')];
  const tryIt = (more: object = {}) => begin(next, before, more);
  expect(await tryIt()).toEqual({ kind: 'no-parcel', version: 'k2' });
  await plantParcel(pool, next, TEST_NOW_MS);
  expect(await tryIt()).toEqual({ kind: 'no-parcel', version: 'k1' });
  await plantParcel(pool, before, TEST_NOW_MS);
  expect(await tryIt({ kind: 'catalogue' })).toEqual({ kind: 'no-parcel', version: 'k2' });
  expect(await tryIt()).toMatchObject({ kind: 'begun' });
  const remove = (sha256: string) => parcelCommand({ what: 'remove', operands: [sha256] }, pool, TEST_NOW_MS);
  expect((await remove(next.manifestSha256)).done).toBe(false);
  expect((await remove(before.manifestSha256)).done).toBe(false);
  const loose = await plantParcel(pool, testParcel('configuration', 'k3'), TEST_NOW_MS);
  expect((await remove(loose)).done).toBe(true);
  expect((await remove(loose)).lines[0]).toMatch(/there is no parcel/);
  expect((await parcelCommand({ what: 'list', operands: [] }, pool, TEST_NOW_MS)).lines).toHaveLength(2);
});
