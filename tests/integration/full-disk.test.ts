/** A terminal on a disk that is really full: a small file system in memory, which somebody else's file fills. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readConfigurationState } from '#config/parcel-layer.ts';
import { PARCEL_CHUNK_BYTES } from '#contract/parcel.ts';
import { testParcel, testVerifyWith } from '#platform/parcels/for-tests.ts';
import { createCrashNotes, readCrashes } from '#terminal/health/crashes.ts';
import { tryAtNextStart } from '#terminal/parcels/configuration-in-force.ts';
import { fetchParcel } from '#terminal/parcels/fetch-parcel.ts';
import { parcelServer } from '#terminal/parcels/for-tests.ts';
import { shelfOf } from '#terminal/parcels/shelf.ts';
import { verifyBy } from '#terminal/parcels/verify-parcel.ts';
import { BALLAST_BYTES, BALLAST_FILE, layBallast, throwOffBallast } from '#terminal/store/ballast.ts';
import { keyFilePath } from '#terminal/store/key-file.ts';
import { freeBytesOf } from '#terminal/store/room.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';
import { beginsAt, stepNow, submitOne, untilItsItemIsThere } from '../support/robot-resident.ts';
import { openScreen, type TerminalClient } from '../support/screen-client.ts';
import { mountSmallDisk, SOMEBODY_ELSES, whyNoSmallDisk, type SmallDisk } from '../support/small-disk.ts';

const stationKey = join(import.meta.dirname, '../../electron/host/station-key.ts');
const DISK_MB = 40;
const RESERVE_MB = 10;
const MB = 1_048_576;
const WITHIN = { timeout: 90_000, interval: 100 };
/** Port 9 of the loopback: nobody listens there. */
const cutOff = 'http://127.0.0.1:9';

const why = whyNoSmallDisk();
let disk: SmallDisk;
/** The data folder, as this process sees it. */
let seen: string;

beforeEach(async () => {
  if (why !== null) return;
  disk = await mountSmallDisk(DISK_MB);
  seen = join(disk.seen, 'data');
});
afterEach(async () => {
  if (why === null) await disk.close();
});

describe.skipIf(why !== null)(`the whole terminal${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let station: RealStation;
  let host: HostProcess | null = null;
  beforeEach(async () => {
    station = await startRealStation();
  });
  afterEach(async () => {
    await host?.stop();
    host = null;
    await station.close();
  });

  /** The station's configuration for the small disk. */
  function config(platformUrl?: string): string {
    const file = join(station.dataDir, `small-${platformUrl === undefined ? 'on' : 'off'}line.yaml`);
    const whole = parse(readFileSync(station.config, 'utf8')) as Record<string, object>; // of the demo's own form
    const url = platformUrl === undefined ? {} : { url: platformUrl };
    // An answer that cannot be noted is asked for again when its lease ends: three of these, and ten seconds.
    const platform = { ...whole['platform'], timeoutSeconds: 1, ...url };
    const storage = { reserveMb: RESERVE_MB, backupDir: join(disk.folder, 'backup') };
    writeFileSync(file, stringify({ ...whole, platform, storage }));
    return file;
  }
  const dataDir = (): string => join(disk.folder, 'data');

  async function start(file: string): Promise<TerminalClient> {
    host = await startHost({ config: file, dataDir: dataDir(), inside: disk.inside });
    const { api } = await openScreen(host);
    return api;
  }
  async function kill(): Promise<void> {
    await host?.kill();
    host = null;
  }
  const receiptsThere = async (): Promise<Set<string>> =>
    new Set((await station.cases()).map(({ receiptNo }) => receiptNo));

  test('somebody else fills it while residents submit: refused by name, answers kept, and nothing that has a receipt is lost or doubled', async () => {
    const api = await start(config());
    await untilItsItemIsThere(api);
    const receipts = [await submitOne(api, () => undefined)];
    let refusals = 0;
    for (const left of [200_000, 65_536, 16_384, 4_096, 0, 0]) {
      let calls = 0;
      const submitted = submitOne(api, () => {
        calls += 1;
        if (calls === 10) disk.fillBut(left);
      });
      const receiptNo = await submitted.catch((error: unknown) => {
        expect(String(error)).toContain('"store.full"');
        return null;
      });
      disk.makeRoom();
      if (receiptNo === null) refusals += 1;
      receipts.push(receiptNo ?? (await onceMore(api)));
    }
    expect(refusals).toBeGreaterThan(1);

    expect(new Set(receipts).size).toBe(receipts.length);
    await expect.poll(receiptsThere, WITHIN).toEqual(new Set(receipts));
    expect((await station.cases()).length).toBe(receipts.length);
  });

  test('killed there and started there: it starts by room of its own, says why it receives nobody, sends what it has, and goes on by itself; without that room it names the disk, and is whole when there is some', async () => {
    await untilItsItemIsThere(await start(config()));
    await kill();
    const off = await start(config(cutOff));
    const kept = [await submitOne(off, () => undefined), await submitOne(off, () => undefined)];
    layBallast({ dataDir: seen, freeBytes: freeBytesOf, log: () => undefined }, RESERVE_MB * MB);
    expect(existsSync(join(seen, BALLAST_FILE))).toBe(true);
    disk.fillBut(0);
    await kill();

    const api = await start(config());
    expect(await beginsAt(api)).toBe('store.full');
    expect(existsSync(join(seen, BALLAST_FILE))).toBe(false);
    await expect.poll(receiptsThere, WITHIN).toEqual(new Set(kept));
    disk.makeRoom();
    await expect.poll(() => beginsAt(api), WITHIN).toBe('ok');

    await kill();
    // It may have been laid again by then.
    rmSync(join(seen, BALLAST_FILE), { force: true });
    disk.fillBut(0);
    const files = filesIn(disk.seen);
    await expect(start(config())).rejects.toThrow('ended with 4: the terminal cannot start: store.full');
    expect(filesIn(disk.seen)).toEqual(files);

    disk.makeRoom();
    const since = await submitOne(await start(config()), () => undefined);
    await expect.poll(receiptsThere, WITHIN).toEqual(new Set([...kept, since]));
    expect(new Set([...kept, since]).size).toBe(3);
  });

  test('a first start, and an exchange of its key with a backup, are refused by name and leave nothing half written', async () => {
    disk.fillBut(0);
    await expect(start(config())).rejects.toThrow('the terminal cannot start: store.full');
    expect(filesIn(seen)).toEqual([]);
    disk.makeRoom();
    await untilItsItemIsThere(await start(config()));
    await host?.stop();
    const off = await start(config(cutOff));
    const kept = await submitOne(off, () => undefined);
    await host?.stop();
    const backups = (): string[] => filesIn(join(disk.seen, 'backup'));
    const before = backups();
    expect(before.length).toBeGreaterThan(0);

    const exchange = [process.execPath, stationKey, 'exchange', '--config', config(), '--data', dataDir()];
    const [program = '', ...args] = [...disk.inside, ...exchange];
    const keys = new Set<string>();
    for (const left of [0, 8_192, 65_536]) {
      disk.fillBut(left);
      const { status, stderr } = spawnSync(program, args, { encoding: 'utf8' });
      expect({ left, status, stderr }).toMatchObject({ status: 4, stderr: /store\.full/ });
      expect(filesIn(disk.seen).filter((name) => name.endsWith('.new'))).toEqual([]);
      expect(backups()).toEqual(before);
      keys.add(readFileSync(keyFilePath(seen)).toString('hex'));
      disk.makeRoom();
    }
    // Room for the key alone, at last: the backups wait for the next time.
    expect(keys.size).toBeGreaterThan(1);
    expect(spawnSync(program, args).status).toBe(0);
    expect(backups()).not.toEqual(before);
    await start(config());
    await expect.poll(receiptsThere, WITHIN).toEqual(new Set([kept]));
  });
});

describe.skipIf(why !== null)(`beside the store${why === null ? '' : ` (skipped: ${why})`}`, () => {
  beforeEach(() => {
    mkdirSync(seen);
  });

  test('a package whose next part does not fit is refused by name, and gives its room back; it comes whole when there is some', async () => {
    const bytes = randomBytes(3 * PARCEL_CHUNK_BYTES + 100);
    const parcel = testParcel('catalogue', 'c2', bytes);
    const shelf = shelfOf(seen, 'catalogue');
    let parts = 0;
    const fetchIt = () =>
      fetchParcel(
        {
          client: parcelServer(parcel),
          shelf,
          kind: 'catalogue',
          verify: verifyBy(testVerifyWith),
          program: '1.2.0',
          freeBytes: () => freeBytesOf(seen),
          reserveBytes: MB,
          turn: () => Promise.resolve(),
          onPart: () => {
            parts += 1;
            if (parts === 2) disk.fillBut(PARCEL_CHUNK_BYTES / 2);
          },
          isOver: () => false,
        },
        { version: parcel.manifest.version, manifestSha256: parcel.manifestSha256 },
      );
    expect(await fetchIt()).toMatchObject({ ok: false, fault: { code: 'parcel.no-room' } });
    expect(parts).toBe(2);
    expect(filesIn(shelf)).toEqual([]);
    expect(disk.freeBytes()).toBeGreaterThanOrEqual(2 * PARCEL_CHUNK_BYTES);
    disk.makeRoom();
    const fetched = await fetchIt();
    if (!fetched.ok) throw new Error(fetched.fault.code);
    expect(readFileSync(join(fetched.value.path, 'content')).equals(bytes)).toBe(true);
  });

  test('what is in force, and what broke, stand as they were written last; a new word is refused or told to the log', () => {
    const said: string[] = [];
    const log = ({ event }: { readonly event: string }): void => {
      said.push(event);
    };
    const crashes = createCrashNotes({ dataDir: seen, clock: systemClock, log, bootId: 'boot' });
    expect(tryAtNextStart(seen, 'k2-abc', crypto.randomUUID(), log)).toEqual({ ok: true, value: null });
    crashes.note('screen', 'oom');
    const [state, noted] = [readConfigurationState(seen), readCrashes(seen)];
    const files = filesIn(seen);

    disk.fillBut(0);
    expect(tryAtNextStart(seen, 'k3-def', crypto.randomUUID(), log)).toMatchObject({
      ok: false,
      fault: { code: 'store.failed' },
    });
    crashes.note('screen', 'oom');
    expect(said).toEqual(['parcels.state-not-written', 'crashes.not-noted']);
    expect([readConfigurationState(seen), readCrashes(seen)]).toEqual([state, noted]);
    expect(filesIn(seen)).toEqual(files);
  });

  test('the terminal’s own room is laid when enough stays free beside it, thrown off when there is next to none, and laid again', () => {
    const said: string[] = [];
    const ports = {
      dataDir: seen,
      freeBytes: freeBytesOf,
      log: ({ event }: { readonly event: string }) => void said.push(event),
    };
    const isThere = (): boolean => existsSync(join(seen, BALLAST_FILE));
    const tend = (): boolean => {
      throwOffBallast(ports);
      layBallast(ports, RESERVE_MB * MB);
      return isThere();
    };
    disk.fillBut(RESERVE_MB * MB);
    expect(tend()).toBe(false);
    disk.makeRoom();
    expect(tend()).toBe(true);
    disk.fillBut(BALLAST_BYTES);
    expect(tend()).toBe(true);
    disk.fillBut(0);
    expect(tend()).toBe(false);
    expect(disk.freeBytes()).toBe(BALLAST_BYTES);
    expect(said).toEqual(['store.ballast-thrown-off']);
    disk.makeRoom();
    expect(tend()).toBe(true);
  });
});

/** Every file below a folder, but the one that fills the disk. */
function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== SOMEBODY_ELSES)
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

/** Whoever was refused touches again, on the same page. */
async function onceMore(api: TerminalClient): Promise<string> {
  const again = await api.visit.submit();
  if (!again.ok) throw new Error(JSON.stringify(again));
  const step = await stepNow(api);
  if (step.kind !== 'received') throw new Error(`the visit is at ${step.kind}`);
  return step.received.receiptNo;
}
