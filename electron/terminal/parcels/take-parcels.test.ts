import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { loadConfig } from '#config/load.ts';
import { readConfigurationState } from '#config/parcel-layer.ts';
import type { TerminalConfig } from '#config/schema.ts';
import { parse, stringify } from 'yaml';
import { PARCEL_CHUNK_BYTES } from '#contract/parcel.ts';
import { ok } from '#contract/result.ts';
import type { Take } from '../fleet/follow.ts';
import { testParcel, testVerifyWith, type TestParcel } from '#platform/parcels/for-tests.ts';
import { createChanges, type Changes } from '../changes.ts';
import { configurationInForce } from './configuration-in-force.ts';
import { parcelServer, type ParcelServer } from './for-tests.ts';
import { createParcels, parcelDelays, type HostParcels, type ParcelPorts } from './take-parcels.ts';

const ID = '01995b00-0000-4000-8000-000000000001';
const OTHER_ID = '01995b00-0000-4000-8000-000000000002';
let dataDir: string;
let config: TerminalConfig;
let nowMs: number;
let due: { atMs: number; call: () => void }[];
let restarts: number;
let isOpen: boolean;
let changes: Changes;
let told: Map<string, string | null>;
let close: () => void;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-take-'));
  const whole = parse(
    demoConfig({ cardReaderPort: 1, printerPort: 2, platformUrl: 'http://127.0.0.1:9' }),
  ) as {
    terminal: object;
  }; // of the demo
  writeFileSync(
    join(dataDir, 'station.yaml'),
    stringify({ ...whole, terminal: undefined, parcels: { verifyWith: testVerifyWith } }),
  );
  writeFileSync(
    join(dataDir, 'terminal.yaml'),
    stringify({ extends: 'station.yaml', terminal: whole.terminal }),
  );
  const loaded = loadConfig(join(dataDir, 'terminal.yaml'));
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.fault));
  config = loaded.value;
  nowMs = 0;
  due = [];
  restarts = 0;
  isOpen = false;
  changes = createChanges();
  told = new Map();
});
afterEach(() => {
  close();
  rmSync(dataDir, { recursive: true, force: true });
});

function take(client: ParcelServer, more: Partial<HostParcels> = {}, by: Partial<ParcelPorts> = {}) {
  const parcels = createParcels({
    host: {
      configFile: join(dataDir, 'terminal.yaml'),
      configVersion: null,
      ownConfig: config,
      hasUpdater: true,
      ...more,
    },
    config,
    dataDir,
    client,
    clock: {
      now: () => nowMs,
      monotonicMs: () => nowMs,
      after: (ms, call) => {
        const entry = { atMs: nowMs + ms, call };
        due.push(entry);
        return () => {
          due = due.filter((each) => each !== entry);
        };
      },
    },
    random: () => 0.5,
    log: () => undefined,
    program: '1.0.0',
    freeBytes: () => null,
    isLineFree: () => true,
    visits: { changes, isOpen: () => isOpen },
    restart: () => {
      restarts += 1;
    },
    useCatalogue: () => ok(null),
    ...by,
  });
  close = parcels.close;
  return (parcel: TestParcel, commandId = ID): void => {
    const { kind, version } = parcel.manifest;
    const named = { version, manifestSha256: parcel.manifestSha256 };
    const order: Take =
      kind === 'configuration'
        ? { kind: 'fetch-config', ...named }
        : { kind: 'update', what: kind, ...named };
    parcels.begin({ commandId, order }, (code) => told.set(commandId, code));
  };
}

function pass(ms: number): void {
  nowMs += ms;
  const over = due.filter(({ atMs }) => atMs <= nowMs);
  due = due.filter(({ atMs }) => atMs > nowMs);
  for (const { call } of over) call();
}
/** A busy machine takes its time. */
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 10_000 });
const trial = () => readConfigurationState(dataDir).trial;
const layer = (version: string) => testParcel('configuration', version, 'station: { phone: "12399" }\n');

test('a line that is gone: it is tried again, not before the platform wants it, until it is there', async () => {
  const parcel = layer('k2');
  const server = parcelServer(parcel);
  server.before = () => ({ code: 'platform.busy', retryAfterMs: 60_000 });
  take(server)(parcel);
  await until(() => {
    expect(due).toHaveLength(1);
  });
  expect(due[0]?.atMs).toBe(60_000);
  server.before = () => null;
  pass(59_999);
  expect(server.asked).toHaveLength(1);
  pass(1);
  await until(() => {
    expect(restarts).toBe(1);
  });
  expect(told).toEqual(new Map());
});

test('a visit is not disturbed: the restart waits until nobody stands there', async () => {
  isOpen = true;
  const parcel = layer('k2');
  take(parcelServer(parcel))(parcel);
  await until(() => {
    expect(trial()).toMatchObject({ commandId: ID, isBegun: false });
  });
  expect(restarts).toBe(0);
  isOpen = false;
  changes.notify();
  expect(restarts).toBe(1);
});

test('a newer one that is refused leaves nothing of the one that it replaced to be tried', async () => {
  isOpen = true;
  const older = layer('k2');
  const broken = testParcel('configuration', 'k3', 'idle: often\n');
  const begin = take(parcelServer(older, broken));
  begin(older);
  await until(() => {
    expect(trial()).not.toBeNull();
  });
  begin(broken, OTHER_ID);
  await until(() => {
    expect(told).toEqual(new Map([[OTHER_ID, 'parcel.config-refused']]));
  });
  expect(trial()).toBeNull();
  isOpen = false;
  changes.notify();
  expect(restarts).toBe(0);
});

test('the program that was on trial tells that it stands once its host says that it is ready', async () => {
  const parcel = layer('k2');
  const server = parcelServer(parcel);
  take(server)(parcel);
  await until(() => {
    expect(restarts).toBe(1);
  });
  const places = { file: join(dataDir, 'terminal.yaml'), dataDir };
  const started = configurationInForce(places, () => undefined);
  if (!started.ok) throw new Error('it does not start');
  due = [];
  take(server, { configVersion: started.value.version })(parcel);
  await until(() => {
    expect(due).toHaveLength(1);
  });
  expect(told).toEqual(new Map());
  started.value.confirm();
  pass(parcelDelays.lookForOutcomeMs);
  await until(() => {
    expect(told).toEqual(new Map([[ID, null]]));
  });
  expect(restarts).toBe(1);
});

test('a terminal that knows no key takes nothing; one that has no updater no program, and says at once who brings it', async () => {
  const parcel = layer('k2');
  take(parcelServer(parcel), { ownConfig: { ...config, parcels: null } })(parcel);
  const program = testParcel('program', '9.9.9');
  take(parcelServer(program), { hasUpdater: false })(program, OTHER_ID);
  await until(() => {
    expect(told).toEqual(
      new Map([
        [ID, 'parcel.no-key'],
        [OTHER_ID, 'fleet.program-by-hand'],
      ]),
    );
  });
});

test('without an updater, a program that somebody has installed by hand is there', async () => {
  const program = testParcel('program', '1.0.0');
  take(parcelServer(program), { hasUpdater: false })(program);
  await until(() => {
    expect(told).toEqual(new Map([[ID, null]]));
  });
});

test('a program that runs already is not fetched', async () => {
  const program = testParcel('program', '1.0.0');
  const server = parcelServer(program);
  take(server)(program);
  await until(() => {
    expect(told).toEqual(new Map([[ID, null]]));
  });
  expect(server.asked).toEqual([]);
});

test('an updater that says nothing for a day is told as not there', async () => {
  const program = testParcel('program', '9.9.9');
  take(parcelServer(program))(program);
  const request = join(dataDir, 'update', 'request.json');
  await until(() => {
    expect([existsSync(request), due.length]).toEqual([true, 1]);
  });
  pass(parcelDelays.updaterSilentMs);
  await until(() => {
    expect(due).toHaveLength(1);
  });
  expect(told).toEqual(new Map());
  pass(parcelDelays.lookForOutcomeMs);
  await until(() => {
    expect(told).toEqual(new Map([[ID, 'fleet.not-here']]));
  });
});

test('on a disk that refuses, the order is told as failed and nothing is on trial', async () => {
  const parcel = layer('k2');
  const server = parcelServer(parcel);
  server.before = () => {
    // The name under which the state is written first.
    mkdirSync(join(dataDir, 'parcels', 'configuration', 'state.json.new'));
    return null;
  };
  take(server)(parcel);
  await until(() => {
    expect(told).toEqual(new Map([[ID, 'store.failed']]));
  });
  expect([trial(), restarts]).toEqual([null, 0]);
});

const note = () => join(dataDir, 'parcels', 'program', 'asked.json');
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));
const requestFile = () => join(dataDir, 'update', 'request.json');
function tellOutcome(commandId: string, version: string): void {
  const outcome = { format: 'yizhan-update-outcome-1', commandId, version, outcome: 'taken', fault: null };
  writeFileSync(
    join(dataDir, 'update', 'outcome.json'),
    JSON.stringify({ ...outcome, at: '2026-11-23T00:00:00Z' }),
  );
}

test('the way back from a program that the updater was asked for goes to the updater, also when this one runs still', async () => {
  const newer = testParcel('program', '1.1.0');
  const back = testParcel('program', '1.0.0');
  const begin = take(parcelServer(newer, back));
  begin(newer);
  await until(() => {
    expect(read(note())).toMatchObject({ commandId: ID, isAsked: true });
  });
  // Read, and at work.
  rmSync(requestFile());
  begin(back, OTHER_ID);
  await until(() => {
    expect(read(note())).toMatchObject({ commandId: OTHER_ID, isAsked: true });
  });
  expect(read(requestFile())).toMatchObject({ commandId: OTHER_ID, version: '1.0.0' });
  expect(told).toEqual(new Map());
});

test('a power cut before the request was written: it is asked once more', async () => {
  const program = testParcel('program', '9.9.9');
  mkdirSync(join(dataDir, 'parcels', 'program'), { recursive: true });
  writeFileSync(note(), JSON.stringify({ commandId: ID, at: '1970-01-01T00:00:00.000Z', isAsked: false }));
  take(parcelServer(program))(program);
  await until(() => {
    expect(read(note())).toMatchObject({ isAsked: true });
  });
  expect(read(requestFile())).toMatchObject({ commandId: ID });
});

test('while a program is tried no configuration is; then it is', async () => {
  const program = testParcel('program', '9.9.9');
  const parcel = layer('k2');
  const begin = take(parcelServer(program, parcel));
  begin(program);
  await until(() => {
    expect(due).toHaveLength(1);
  });
  begin(parcel, OTHER_ID);
  await until(() => {
    expect(due).toHaveLength(2);
  });
  expect([trial(), restarts]).toEqual([null, 0]);
  tellOutcome(ID, '9.9.9');
  pass(parcelDelays.lookForOutcomeMs);
  await until(() => {
    expect(restarts).toBe(1);
  });
  expect(trial()).toMatchObject({ commandId: OTHER_ID });
});

test('while a configuration is to be tried no program is asked for', async () => {
  isOpen = true;
  const program = testParcel('program', '9.9.9');
  const parcel = layer('k2');
  const begin = take(parcelServer(program, parcel));
  begin(parcel);
  await until(() => {
    expect(trial()).not.toBeNull();
  });
  begin(program, OTHER_ID);
  await until(() => {
    expect(due).toHaveLength(1);
  });
  isOpen = false;
  changes.notify();
  expect(restarts).toBe(1);
  expect(existsSync(requestFile())).toBe(false);
});

test('a package that keeps more of the disk free than there is does not bar the way of the next one', async () => {
  const parcel = layer('k3');
  const free = (config.storage.reserveMb + 100) * 1_048_576;
  take(
    parcelServer(parcel),
    {},
    {
      config: { ...config, storage: { ...config.storage, reserveMb: 50_000 } },
      freeBytes: () => free,
    },
  )(parcel);
  await until(() => {
    expect(restarts).toBe(1);
  });
});

test('a line that held for a part is tried again as soon as at first', async () => {
  const parcel = testParcel('program', '9.9.9', Buffer.alloc(2 * PARCEL_CHUNK_BYTES));
  const server = parcelServer(parcel);
  server.before = () => ({ code: 'platform.unreachable' });
  take(server)(parcel);
  const waits: number[] = [];
  for (let tries = 0; tries < 4; tries += 1) {
    await until(() => {
      expect(due).toHaveLength(1);
    });
    const waitMs = (due[0]?.atMs ?? 0) - nowMs;
    waits.push(waitMs);
    if (tries === 2) server.before = (number) => (number === 1 ? { code: 'platform.unreachable' } : null);
    if (tries < 3) pass(waitMs);
  }
  expect(waits[2]).toBeGreaterThan(waits[0] ?? 0);
  expect(waits[3]).toBe(waits[0]);
});

test('a technician who is just at the terminal’s file is waited for, and is not the package’s fault', async () => {
  const file = join(dataDir, 'terminal.yaml');
  const whole = readFileSync(file, 'utf8');
  writeFileSync(file, whole.slice(0, whole.length / 2));
  const parcel = layer('k2');
  take(parcelServer(parcel))(parcel);
  await until(() => {
    expect(due).toHaveLength(1);
  });
  expect([told, restarts]).toEqual([new Map(), 0]);
  writeFileSync(file, whole);
  pass(parcelDelays.lookForFilesMs);
  await until(() => {
    expect(restarts).toBe(1);
  });
});
