/** Packages, from the platform's order to what the terminal goes by: the plain-Node host as its own process, which the test starts anew as a supervisor does. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { loadConfig } from '#config/load.ts';
import { readConfigurationState } from '#config/parcel-layer.ts';
import { updateRequestSchema, type UpdateOutcome } from '#contract/parcel.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { issueTestCode } from '#platform/identity/for-tests.ts';
import { testParcel, type TestParcel } from '#platform/parcels/for-tests.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { folderOf } from '#terminal/parcels/shelf.ts';
import { believeTestParcels, giveParcel } from '../support/give-parcel.ts';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { startRealStation, type RealStation } from '../support/real-station.ts';
import {
  expectOk,
  fillIn,
  newDataDir,
  received,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

const SOON = { timeout: 40_000, interval: 100 };
/** electron/host/main.ts */
const EXIT_PORT = 5;

let station: RealStation;
let host: HostProcess;
let pool: ReturnType<typeof connect>;
let busy: Server;
let dataDir: string;

beforeAll(async () => {
  dataDir = newDataDir();
  station = await startRealStation();
  believeTestParcels(station);
  pool = connect(station.databaseUrl);
  host = await startHost(station);
  await vi.waitFor(async () => {
    expect((await pool.query('SELECT 1 FROM terminal')).rowCount).toBe(1);
  }, SOON);
  busy = createServer();
  await new Promise<void>((resolve) => {
    busy.listen(0, '127.0.0.1', resolve);
  });
}, 120_000);
afterAll(async () => {
  busy.close();
  await host.stop();
  await pool.end();
  await station.close();
  removeDataDir(dataDir);
}, 60_000);

const give = (parcel: TestParcel): Promise<string> => giveParcel(pool, 'demo-01', parcel);

/** What came of it, as the platform was told, and by what the terminal goes then. */
function settled(commandId: string): Promise<unknown> {
  return vi.waitFor(async () => {
    const { rows } = await pool.query<object>(
      `SELECT c.result, c.code, f.report->'versions'->>'config' AS config, f.report->'versions'->>'catalogue' AS catalogue
       FROM fleet_command c JOIN fleet_terminal f USING (terminal_id)
       WHERE c.command_id = $1 AND c.settled_at IS NOT NULL AND f.heard_at > c.settled_at`,
      [commandId],
    );
    expect(rows).toHaveLength(1);
    return rows[0];
  }, SOON);
}

test('a configuration is fetched, tried at a restart and stands; one that does not get ready is put back', async () => {
  const taken = await give(testParcel('configuration', 'k2', 'station: { phone: "12399" }\n'));
  expect(await host.ended).toBe(exitCodes.restartProgram);
  host = await startHost(station);
  expect(await settled(taken)).toMatchObject({ result: 'done', code: null, config: 'k2' });
  const { inForce } = readConfigurationState(station.dataDir);
  expect(inForce).toMatch(/^k2-/);

  const bad = await give(testParcel('configuration', 'k7', 'station: { phone: "12366" }\n'));
  expect(await host.ended).toBe(exitCodes.restartProgram);
  // The start under it fails; of the package's own doing or not, it was not ready.
  const { port } = busy.address() as AddressInfo;
  await expect(startHost({ ...station, args: ['--port', String(port)] })).rejects.toThrow(
    `ended with ${String(EXIT_PORT)}`,
  );
  host = await startHost(station);
  expect(await settled(bad)).toMatchObject({ result: 'failed', code: 'parcel.not-ready', config: 'k2' });
  expect(readConfigurationState(station.dataDir).inForce).toBe(inForce);
  await host.stop();
}, 120_000);

/** In this process, and heard more often than a configuration lets it be. */
function startHere(codeFile: string): TerminalUnderTest {
  const own = loadConfig(station.config);
  if (!own.ok) throw new Error(JSON.stringify(own.fault));
  return startTerminalUnderTest({
    dataDir,
    platformUrl: own.value.platform.url,
    enrolmentCodeFile: codeFile,
    timeoutSeconds: 10,
    bend: (config) => ({
      ...config,
      parcels: own.value.parcels,
      platform: { ...config.platform, heartbeatSeconds: 0.2 },
    }),
    parcels: { configFile: station.config, configVersion: null, ownConfig: own.value, hasUpdater: true },
  });
}

test('what is broken is refused by name and changes nothing; a catalogue is used when it is whole; a program is asked for of the updater, whose word is told', async () => {
  await pool.query('UPDATE terminal SET revoked_at = now(), revoke_reason = $1', ['the next test']);
  const codeFile = join(dataDir, 'code');
  writeFileSync(codeFile, await issueTestCode(station.databaseUrl, 'demo-01', '999901001', Date.now()));
  let under = startHere(codeFile);
  onTestFinished(async () => {
    await under.close();
  });
  await untilReady(under);

  const { items, chains } = loadCatalogue(catalogueDir);
  const documents = [...items.values()].map(({ document }) => document);
  const file = (list: readonly unknown[]) =>
    JSON.stringify({ format: 'yizhan-catalogue-1', items: list, chains });
  const [first, ...rest] = documents;
  const stranger = generateKeyPairSync('ed25519').privateKey;
  const broken: readonly [TestParcel, string][] = [
    [testParcel('configuration', 'k3', 'languages: [zh]\n', { key: stranger }), 'parcel.signature-wrong'],
    [testParcel('configuration', 'k4', 'idle: { warnAfterSeconds: often }\n'), 'parcel.config-refused'],
    [
      testParcel(
        'configuration',
        'k5',
        'devices: [{ id: card-reader, channel: "serial:/dev/tty-not-here" }]\n',
      ),
      'parcel.config-refused',
    ],
    [testParcel('configuration', 'k6', 'terminal: { id: demo-02 }\n'), 'parcel.not-ours'],
    [
      testParcel('catalogue', 'c2', file([{ ...first, form: { sections: [] } }, ...rest])),
      'parcel.catalogue-refused',
    ],
  ];
  const hashed = expect.stringMatching(/^[0-9a-f]{16}$/) as unknown;
  for (const [parcel, code] of broken)
    expect(await settled(await give(parcel))).toEqual({
      result: 'failed',
      code,
      config: hashed,
      catalogue: hashed,
    });
  expect(under.left).toEqual([]);

  // Somebody stands there, with an item of before.
  await fillIn(under);
  const before = under.terminal.kiosk.catalogue.items().map(({ slug }) => slug);
  const renamed = documents.map((document) =>
    document['slug'] === 'elderly-allowance' ? { ...document, version: '99.0' } : document,
  );
  expect(await settled(await give(testParcel('catalogue', 'c3', file(renamed))))).toMatchObject({
    result: 'done',
    catalogue: 'c3',
  });
  const program = testParcel('program', '9.9.9', 'a program');
  const commandId = await give(program);
  const requestFile = join(dataDir, 'update', 'request.json');
  await vi.waitFor(() => {
    expect(existsSync(join(dataDir, 'parcels', 'program', folderOf('9.9.9', program.manifestSha256)))).toBe(
      true,
    );
  }, SOON);
  expect(existsSync(requestFile)).toBe(false);
  const { visits, catalogue } = under.terminal.kiosk;
  expectOk(await visits.submit());
  expect(received(under).receiptNo).not.toBe('');
  expect(catalogue.item('elderly-allowance')).toMatchObject({ ok: true, value: { version: '99.0' } });
  expect(catalogue.items().map(({ slug }) => slug)).toEqual(before);
  expect(existsSync(requestFile)).toBe(false);
  visits.end('finished');
  const request = updateRequestSchema.parse(JSON.parse(readFileSync(requestFile, 'utf8')));
  expect(request).toMatchObject({ version: '9.9.9', commandId });
  expect(readFileSync(request.manifest, 'utf8')).toBe(program.signed.manifest);
  expect(readFileSync(request.file).equals(program.bytes)).toBe(true);

  // As root's updater does: it stops the terminal, and the one that runs then finds its word.
  await under.close();
  const outcome: UpdateOutcome = {
    format: 'yizhan-update-outcome-1',
    commandId,
    version: '9.9.9',
    outcome: 'went-back',
    fault: 'parcel.not-ready',
    at: new Date().toISOString(),
  };
  writeFileSync(join(dataDir, 'update', 'outcome.json'), JSON.stringify(outcome));
  under = startHere(codeFile);
  expect(await settled(commandId)).toMatchObject({
    result: 'failed',
    code: 'parcel.not-ready',
    catalogue: 'c3',
  });
}, 120_000);
