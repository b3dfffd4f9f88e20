/**
 * A station whose hub runs in Electron: the packed terminal's own bundle, its own packages and its own device host, in plain
 * Node where Electron's binary cannot be had.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { demoConfig } from '#config/demo/demo-config.ts';
import { readConfigurationState } from '#config/parcel-layer.ts';
import { lanSettingsSchema, type LanSettings } from '#config/schema.ts';
import { MEMBER_KNOCK_PATH } from '#contract/queue/member-api.ts';
import { askTerminal } from '#door/control/ask-terminal.ts';
import { controlSocketIn } from '#door/control/control-protocol.ts';
import { catalogueDir, loadCatalogue } from '#platform/catalogue/load-catalogue.ts';
import { connect } from '#platform/database/connect.ts';
import { testParcel } from '#platform/parcels/for-tests.ts';
import { exitCodes } from '#terminal/health/exit-codes.ts';
import { catalogueFolder } from '#terminal/parcels/catalogue-parcel.ts';
import { tryAtNextStart } from '#terminal/parcels/configuration-in-force.ts';
import { layOnShelf } from '#terminal/parcels/for-tests.ts';
import { believeTestParcels, giveParcel } from '../support/give-parcel.ts';
import { heldRefusal, lastOfAudit, silentConnection } from '../support/held-connections.ts';
import { freePort } from '../support/cut-line.ts';
import { DoorBrowser } from '../support/door-client.ts';
import { startElectron, type ElectronProcess, type Said } from '../support/electron-process.ts';
import { control, letIn, type AtDoor } from '../support/let-in.ts';
import { packElectron, unpackApp } from '../support/packed-electron.ts';
import { startRealStation } from '../support/real-station.ts';
import { TEST_PIN } from '../support/signed-in.ts';
import { stationSettings } from '../support/queue-station.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

let work: string;
let app: string;
let dataDir: string;
let config: string;
let shell: ElectronProcess | null;

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'yizhan-packed-'));
  app = join(work, 'app');
  unpackApp(await packElectron(work), app);
  const pages = join(app, 'dist/renderer');
  mkdirSync(pages, { recursive: true });
  for (const page of ['index', 'staff', 'board'])
    writeFileSync(join(pages, `${page}.html`), `the file ${page}.html`);
});
afterAll(() => rm(work, { recursive: true, force: true }));
beforeEach(() => {
  dataDir = newDataDir();
  config = join(dataDir, 'terminal.yaml');
  shell = null;
});
afterEach(async () => {
  shell?.kill();
  await shell?.ended;
  removeDataDir(dataDir);
});

function configure(lan: Partial<LanSettings> | null): void {
  // Ports 9 and 10 of the loopback: nobody listens there.
  const parts = { cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' };
  const door =
    lan === null
      ? null
      : lanSettingsSchema.parse({ host: '127.0.0.1', port: 0, names: ['127.0.0.1'], ...lan });
  // A hub without a door has no members.
  const queue = stationSettings(door === null ? 0 : 1, 3);
  writeFileSync(config, demoConfig({ ...parts, overrides: { queue, lan: door } }));
}

function start(lan: Partial<LanSettings> | null): ElectronProcess {
  configure(lan);
  shell = startElectron(app, ['--config', config, '--data', dataDir]);
  return shell;
}

const portIn = (line: Said): number | null =>
  'listens' in line && typeof line.listens === 'object' ? line.listens.port : null;
const pageIn = (line: Said): Said | null => ('loads' in line ? line : null);
const controlIn = (line: Said): true | null =>
  'listens' in line && line.listens === controlSocketIn(dataDir) ? true : null;
const relaunchIn = (line: Said): true | null => ('relaunches' in line ? true : null);
const quitIn = (line: Said): Said | null => ('quits' in line ? line : null);

async function door(running: ElectronProcess): Promise<AtDoor> {
  const port = await running.until(portIn);
  return {
    dataDir,
    url: `https://127.0.0.1:${port}`,
    ca: readFileSync(join(dataDir, 'lan/authority.pem'), 'utf8'),
  };
}

it('lets a window in, which signs in and works; a board; and knows the other terminals', async () => {
  const at = await door(start({}));
  const window = await letIn(at, 'window-3');
  expect((await window.ask('/')).body).toBe('the file staff.html');
  const { client } = await window.api();
  expect(await client.access.who()).toMatchObject({
    value: { browser: { name: 'window-3' }, person: { staffId: 's-window-3', role: 'staff' } },
  });
  expect(await client.staff.parked.list({ which: 'parked', after: null, limit: 10 })).toEqual({
    ok: true,
    value: [],
  });
  expect((await (await letIn(at, 'board')).ask('/')).body).toBe('the file board.html');

  const knocked = await new DoorBrowser(at.url, at.ca).post(MEMBER_KNOCK_PATH, {
    terminal: '02',
    token: null,
  });
  const { code } = JSON.parse(knocked.body);
  expect(await control(at, { verb: 'admit', code, as: 'terminal-02' })).toMatchObject({
    browsers: [{ browser: { name: 'board' } }, { browser: { name: 'terminal-02' } }, {}],
    door: { url: at.url, authorityFile: join(dataDir, 'lan/authority.pem') },
  });
});

it('closes with the app: nobody answers at the door any more, nor the technician’s command', async () => {
  const running = start({});
  const at = await door(running);
  const { socket } = await (await letIn(at, 'window-1')).api();
  const cut = new Promise((resolve) => socket.once('close', resolve));
  expect(await running.quit()).toBe(0);
  await cut;
  expect(running.said.findLast(quitIn)).toEqual({ quits: true, makesCertificates: true });
  await expect(new DoorBrowser(at.url, at.ca).ask('/')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(await askTerminal(dataDir, { verb: 'list' })).toBeNull();
});

it.each(['says nothing', 'was refused and does not hang up'])(
  'is ended as it should while somebody at its door %s',
  async (what) => {
    const running = start({});
    const at = await door(running);
    const port = Number(new URL(at.url).port);
    const held = what === 'says nothing' ? await silentConnection(port) : await heldRefusal(port, at.ca);
    try {
      expect(await running.quit()).toBe(0);
      expect(lastOfAudit(dataDir)).toBe('terminal.stopped');
    } finally {
      held.destroy();
    }
  },
);

it('is asked by its own program, which stands where no checkout does: --staff', async () => {
  const at = await door(start({}));
  const staff = async (typed: string, ...args: readonly string[]) => {
    const command = startElectron(app, ['--staff', ...args, '--data', dataDir], typed);
    return [await command.ended, command.printed() + command.log()];
  };
  expect(await staff(`${TEST_PIN}\n`, 'add', 't01', '--role', 'technician')).toMatchObject([
    0,
    expect.stringMatching(/Door: https:.*Accounts:\n {2}t01 {2}technician\nBrowsers:\n$/s),
  ]);
  expect((await control(at, { verb: 'list' })).accounts).toMatchObject([{ staffId: 't01' }]);
  expect(await staff('', 'add', 't02', '--role', 'technician')).toMatchObject([
    2,
    expect.stringContaining('no PIN'),
  ]);
  expect(await staff('', 'admit', '1', '--as', 'board')).toMatchObject([
    2,
    expect.stringContaining('  yizhan --staff admit CODE --as'),
  ]);
  await shell?.quit();
  expect(await staff('', 'list')).toMatchObject([3, expect.stringContaining(dataDir)]);
});

it('that has no door opens no port, and loads nothing that makes certificates', async () => {
  const running = start(null);
  await running.until(controlIn);
  await running.until(pageIn);
  expect(await control({ dataDir }, { verb: 'list' })).toMatchObject({ door: null });
  expect(await running.quit()).toBe(0);
  expect(running.said.flatMap((line) => ('listens' in line ? [line.listens] : []))).toEqual([
    controlSocketIn(dataDir),
  ]);
  expect(running.said.findLast(quitIn)).toEqual({ quits: true, makesCertificates: false });
});

it('whose port is taken serves residents, and says so to the log and the technician', async () => {
  const port = await freePort();
  const other = createServer().listen(port, '127.0.0.1');
  try {
    const running = start({ port });
    expect(await running.until(pageIn)).toEqual({ loads: 'app://terminal/', status: 200 });
    await running.logged(/"event":"lan.closed","code":"lan.port-busy"/);
    expect(await control({ dataDir }, { verb: 'list' })).toMatchObject({
      door: null,
      doorFault: { code: 'lan.port-busy', detail: `127.0.0.1:${port}` },
    });
    expect(await running.quit()).toBe(0);
  } finally {
    other.close();
  }
});

it('that is ended while its door opens ends as it should', async () => {
  const running = start({});
  await running.until(pageIn);
  expect(await running.quit()).toBe(0);
});

it('has all that it needs in its package: the self-test finds screens, drivers, terminal and door', async () => {
  configure({});
  const report = join(dataDir, 'report.json');
  shell = startElectron(app, ['--self-test', '--report', report, '--config', config]);
  expect([await shell.ended, shell.log()]).toEqual([0, '']);
  // Beside a terminal that runs: its door and its command are left to it.
  expect(shell.said).toMatchObject([{ listens: { address: '127.0.0.1' } }]);
  const { checks } = JSON.parse(readFileSync(report, 'utf8'));
  expect(checks.map(({ name, ok }: { name: string; ok: boolean }) => [name, ok])).toEqual([
    ['renderer', true],
    ['device-host', true],
    ['terminal', true],
    ['door', true],
  ]);
});

it('whose self-test can write no report says so and ends', async () => {
  configure(null);
  shell = startElectron(app, [
    '--self-test',
    '--report',
    join(dataDir, 'none/report.json'),
    '--config',
    config,
  ]);
  expect(await shell.ended).toBe(1);
  expect(shell.log()).toMatch(/the report cannot be written: .*ENOENT/);
  expect(JSON.parse(shell.printed())).toMatchObject({ ok: true });
});

it('takes packages: a configuration at a restart, a catalogue in place; a program is refused at once; what does not get ready is put back', async () => {
  const station = await startRealStation();
  onTestFinished(() => station.close());
  believeTestParcels(station);
  const pool = connect(station.databaseUrl);
  onTestFinished(() => pool.end());
  const begin = (...args: readonly string[]): ElectronProcess => {
    shell = startElectron(app, ['--config', station.config, '--data', station.dataDir, ...args]);
    return shell;
  };
  const soon = { timeout: 60_000, interval: 100 };
  const outcomes = (...ids: readonly string[]): Promise<unknown> =>
    vi.waitFor(async () => {
      const { rows } = await pool.query<{ command_id: string; result: string; code: string | null }>(
        'SELECT command_id, result, code FROM fleet_command WHERE command_id = ANY($1) AND settled_at IS NOT NULL',
        [ids],
      );
      expect(rows).toHaveLength(ids.length);
      return ids.map((id) => {
        const { result, code } = rows.find((row) => row.command_id === id) ?? {};
        return `${String(result)} ${String(code)}`;
      });
    }, soon);

  const first = begin();
  await vi.waitFor(async () => {
    expect((await pool.query('SELECT 1 FROM terminal')).rowCount).toBe(1);
  }, soon);
  const { items, chains } = loadCatalogue(catalogueDir);
  const documents = [...items.values()].map(({ document }) => document);
  const whole = JSON.stringify({ format: 'yizhan-catalogue-1', items: documents, chains });
  const given = await Promise.all(
    [
      testParcel('configuration', 'k2', 'station: { phone: "12399" }\n'),
      testParcel('catalogue', 'c3', whole),
      testParcel('program', '9.9.9', 'a program'),
    ].map((parcel) => giveParcel(pool, 'demo-01', parcel)),
  );
  expect([await first.until(relaunchIn), await first.ended]).toEqual([true, exitCodes.restartProgram]);
  const second = begin('--supervised');
  expect(await outcomes(...given)).toEqual(['done null', 'done null', 'failed fleet.program-by-hand']);
  const { inForce } = readConfigurationState(station.dataDir);
  expect(inForce).toMatch(/^k2-/);
  expect(catalogueFolder(station.dataDir)).toMatch(/^c3-/);
  expect(existsSync(join(station.dataDir, 'update/request.json'))).toBe(false);

  expect(await second.quit()).toBe(0);

  const folder = layOnShelf(
    station.dataDir,
    testParcel('configuration', 'k7', 'station: { phone: "12366" }\n'),
  );
  const commandId = '01995b00-0000-4000-8000-000000000007';
  expect(tryAtNextStart(station.dataDir, folder, commandId, () => undefined)).toMatchObject({ ok: true });
  // The page does not come under it, and whoever stands there does not wait two minutes.
  const page = join(app, 'dist/renderer/index.html');
  renameSync(page, `${page}.away`);
  const tried = begin();
  try {
    expect(await tried.until(pageIn)).toEqual({ loads: 'app://terminal/', status: 404 });
    expect(await tried.quit()).toBe(0);
  } finally {
    renameSync(`${page}.away`, page);
  }
  const last = begin();
  await last.logged(/"event":"parcels.put-back","code":"parcel.not-ready"/);
  expect(readConfigurationState(station.dataDir)).toMatchObject({
    inForce,
    settled: { commandId, code: 'parcel.not-ready' },
  });
  await last.until(pageIn);
  expect(await last.quit()).toBe(0);
});
