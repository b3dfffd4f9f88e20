import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { PARCEL_CHUNK_BYTES } from '#contract/parcel.ts';
import { testParcel, testVerifyWith, type TestParcel } from '#platform/parcels/for-tests.ts';
import { fetchParcel, type FetchPorts } from './fetch-parcel.ts';
import { parcelServer, type ParcelServer } from './for-tests.ts';
import { contentOf, shelfOf } from './shelf.ts';
import { verifyBy } from './verify-parcel.ts';

const bytes = randomBytes(3 * PARCEL_CHUNK_BYTES + 100);
const good = testParcel('catalogue', 'c2', bytes);
let dataDir: string;
let shelf: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-fetch-'));
  shelf = shelfOf(dataDir, 'catalogue');
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const fetchIt = (client: ParcelServer, wanted: TestParcel = good, more: Partial<FetchPorts> = {}) =>
  fetchParcel(
    {
      client,
      shelf,
      kind: 'catalogue',
      verify: verifyBy(testVerifyWith),
      program: '1.2.0',
      freeBytes: () => 1_000_000_000,
      reserveBytes: 200_000_000,
      turn: () => Promise.resolve(),
      onPart: () => undefined,
      isOver: () => false,
      ...more,
    },
    { version: wanted.manifest.version, manifestSha256: wanted.manifestSha256 },
  );
const left = (): string[] => (existsSync(shelf) ? readdirSync(shelf) : []);

test('what was fetched lies there whole, and is not fetched again', async () => {
  const server = parcelServer(good);
  const fetched = await fetchIt(server);
  if (!fetched.ok) throw new Error(fetched.fault.code);
  expect(readFileSync(contentOf(fetched.value)).equals(bytes)).toBe(true);
  expect(server.asked).toEqual([0, 1, 2, 3]);
  expect(await fetchIt(server)).toEqual(fetched);
  expect(server.asked).toHaveLength(4);
  expect(left()).toHaveLength(1);
});

test.each([1, 2, 3])(
  'a line that breaks at part %i: it goes on there, and nothing comes twice',
  async (at) => {
    const server = parcelServer(good);
    server.before = (number) => (number === at ? { code: 'platform.unreachable' } : null);
    expect(await fetchIt(server)).toMatchObject({ ok: false, fault: { code: 'platform.unreachable' } });
    server.before = () => null;
    expect((await fetchIt(server)).ok).toBe(true);
    expect(server.asked.filter((number) => number !== at)).toEqual(
      [0, 1, 2, 3].filter((number) => number !== at),
    );
  },
);

test('a power cut that left other bytes than were written: it is fetched once more from the beginning', async () => {
  const server = parcelServer(good);
  server.before = (number) => (number === 2 ? { code: 'platform.timeout' } : null);
  await fetchIt(server);
  const [incoming = ''] = left();
  writeFileSync(join(shelf, incoming, 'content'), Buffer.alloc(2 * PARCEL_CHUNK_BYTES + 7));
  server.before = () => null;
  const fetched = await fetchIt(server);
  if (!fetched.ok) throw new Error(fetched.fault.code);
  expect(readFileSync(contentOf(fetched.value)).equals(bytes)).toBe(true);
});

test('what lies there and is not what it was is fetched anew', async () => {
  const server = parcelServer(good);
  const fetched = await fetchIt(server);
  if (!fetched.ok) throw new Error(fetched.fault.code);
  const torn = Buffer.from(bytes);
  torn.writeUInt8(torn.readUInt8(9) ^ 1, 9);
  writeFileSync(contentOf(fetched.value), torn);
  expect((await fetchIt(server)).ok).toBe(true);
  expect(readFileSync(contentOf(fetched.value)).equals(bytes)).toBe(true);
});

describe('what is not what was ordered is refused by name, and leaves nothing', () => {
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const signatureOf = (other: TestParcel): TestParcel => ({
    ...good,
    signed: { ...good.signed, signature: other.signed.signature },
  });
  test.each<[string, TestParcel, string]>([
    ['by another key', testParcel('catalogue', 'c2', bytes, { key: stranger }), 'parcel.signature-wrong'],
    ['with the signature of another', signatureOf(testParcel('catalogue', 'c1')), 'parcel.signature-wrong'],
    [
      'another manifest than was ordered, well signed',
      { ...good, signed: testParcel('catalogue', 'c1').signed },
      'parcel.other-version',
    ],
    ['of another kind', testParcel('configuration', 'c2', 'x'), 'parcel.other-kind'],
    [
      'for a newer program',
      testParcel('catalogue', 'c2', bytes, { more: { needs: '1.10.0' } }),
      'parcel.needs-newer',
    ],
  ])('%s', async (_what, parcel, code) => {
    const server = parcelServer(parcel);
    expect(await fetchIt(server, parcel)).toMatchObject({ ok: false, fault: { code } });
    expect(server.asked).toEqual([]);
    expect(left()).toEqual([]);
  });

  test('a file with another byte in it', async () => {
    const server = parcelServer(good);
    server.bend = (part, number) => {
      const bent = Buffer.from(part);
      if (number === 3) bent.writeUInt8(bent.readUInt8(0) ^ 1, 0);
      return bent;
    };
    expect(await fetchIt(server)).toMatchObject({ ok: false, fault: { code: 'parcel.damaged' } });
    expect(left()).toEqual([]);
  });

  test('a part that is cut is one of the line: it comes again', async () => {
    const server = parcelServer(good);
    server.bend = (part) => part.subarray(0, 10);
    expect(await fetchIt(server)).toMatchObject({ ok: false, fault: { code: 'platform.nonsense' } });
  });

  test('one that the platform has not', async () => {
    expect(await fetchIt(parcelServer())).toMatchObject({ ok: false, fault: { code: 'parcel.unknown' } });
  });
});

test('the disk’s reserve is not touched, also when it is used up in the middle', async () => {
  const server = parcelServer(good);
  const tight = { freeBytes: () => 200_000_000 + bytes.length - 1 };
  expect(await fetchIt(server, good, tight)).toMatchObject({ ok: false, fault: { code: 'parcel.no-room' } });
  server.before = (number) => (number === 2 ? { code: 'platform.unreachable' } : null);
  await fetchIt(server);
  const filled = { freeBytes: () => 200_000_000 };
  expect(await fetchIt(server, good, filled)).toMatchObject({ ok: false, fault: { code: 'parcel.no-room' } });
  expect(left()).toEqual([]);
});

test('a disk that refuses is told by name, and nothing half stays', async () => {
  const server = parcelServer(good);
  writeFileSync(join(dataDir, 'parcels'), 'a file where a folder is to be');
  expect(await fetchIt(server)).toMatchObject({ ok: false, fault: { code: 'store.failed' } });
});

test('behind the end of the terminal nothing is written', async () => {
  const server = parcelServer(good);
  let isOver = false;
  server.before = (number) => {
    isOver = number === 1;
    return null;
  };
  expect((await fetchIt(server, good, { isOver: () => isOver })).ok).toBe(false);
  const [incoming = ''] = left();
  expect(readFileSync(join(shelf, incoming, 'content')).length).toBe(PARCEL_CHUNK_BYTES);
});
