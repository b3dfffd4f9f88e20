/** `npm start` as a person meets it: it comes up, is stopped, is killed, is started twice, loses its terminal. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { benchHand } from '../support/bench-client.ts';
import { platformCases } from '../support/platform-cases.ts';
import { descendantsOf, stillThere } from '../support/process-tree.ts';
import { submitOne } from '../support/robot-resident.ts';
import { openScreen, type TerminalClient } from '../support/screen-client.ts';
import {
  newStationFolder,
  removeStationFolder,
  startStation,
  type StationProcess,
} from '../support/station-process.ts';

const STOP_WITHIN_MS = 5_000;
const EXIT_HELD = 3;
const soon = { timeout: 20_000, interval: 100 };

let dataDir = '';
const running: StationProcess[] = [];

beforeEach(() => {
  dataDir = newStationFolder();
});
afterEach(async () => {
  for (const station of running.splice(0)) await station.stop('SIGTERM');
  removeStationFolder(dataDir);
});

test.each(['SIGTERM', 'SIGINT'] as const)('%s ends every child within 5 s', async (signal) => {
  const station = await start();
  const children = descendantsOf(station.pid);
  expect(children.map(({ args }) => args).join('\n')).toMatch(/platform\/main[^]*postgres[^]*host\/main/);
  const from = performance.now();
  expect(await station.stop(signal)).toBe(0);
  expect(performance.now() - from).toBeLessThan(STOP_WITHIN_MS);
  expect(stillThere(children)).toEqual([]);
});

test('children end by themselves when the station is killed outright', async () => {
  const station = await start();
  const children = descendantsOf(station.pid);
  await station.kill();
  await expect.poll(() => stillThere(children), soon).toEqual([]);
});

test('a signal while the station comes up leaves nothing behind', async () => {
  const given = startStation(dataDir, []);
  const refused = expect(given).rejects.toThrow('ended with exit code 0');
  const starting = () => descendantsOf(process.pid).find(({ args }) => args.includes(dataDir))?.pid ?? 0;
  const children = () => descendantsOf(starting());
  await expect.poll(() => children().some(({ args }) => args.includes('platform/main')), soon).toBe(true);
  const seen = children();
  process.kill(starting(), 'SIGTERM');
  await refused;
  expect(stillThere(seen)).toEqual([]);
});

test('of two starts on one folder the second names the first and stops', async () => {
  const station = await start();
  await expect(startStation(dataDir, [])).rejects.toThrow(
    new RegExp(`exit code ${EXIT_HELD}: .*in use by process ${station.pid}\\.`, 's'),
  );
  expect((await fetch(station.ready.platformApi.url)).status).toBe(401);
});

test('an application becomes a slip and a case, and the next start finds it', async () => {
  const first = await start();
  const receiptNo = await submitAt(first);
  const hand = await benchHand(first.ready.bench);
  await expect.poll(async () => paperText(await hand.state()), soon).toContain('示例街道和平社区便民服务站');
  hand.close();
  await expect.poll(() => receiptNumbers(first), soon).toEqual([receiptNo]);
  await first.stop('SIGTERM');

  const second = await start();
  expect(await receiptNumbers(second)).toEqual([receiptNo]);
  expect(await submitAt(second)).not.toBe(receiptNo);
  expect(second.ready.platformApi.deskToken).toBe(first.ready.platformApi.deskToken);
});

test('a slip whose cut jams is shown as still in the printer, and comes out when the cutter is freed', async () => {
  const station = await start();
  const hand = await benchHand(station.ready.bench);
  await hand.api.printer.setCutterFault({ fault: true });
  const receiptNo = await submitAt(station);
  await expect
    .poll(async () => (await hand.state()).receipts.map(({ complete }) => complete), soon)
    .toEqual([false]);
  // It is incomplete from its first line on; what jams is its end.
  await expect.poll(async () => paperText(await hand.state()).replaceAll(' ', ''), soon).toContain(receiptNo);
  await hand.api.printer.setCutterFault({ fault: false });
  await expect.poll(async () => (await hand.state()).receipts[0]?.complete, soon).toBe(true);
  hand.close();
});

test('a terminal that dies is started again, and after the third time stays down', async () => {
  const station = await start();
  const terminal = () => descendantsOf(station.pid).find(({ args }) => args.includes('electron/host/main'));
  const addresses = () => station.said().match(/The resident's screen is at \S+/g)?.length ?? 0;
  for (const restarts of [1, 2]) {
    process.kill(terminal()?.pid ?? 0, 'SIGKILL');
    await expect.poll(addresses, soon).toBe(restarts);
  }
  process.kill(terminal()?.pid ?? 0, 'SIGKILL');
  await expect.poll(() => station.said(), soon).toContain('It ended 3 times in 10 minutes and stays down.');
  expect(terminal()).toBeUndefined();
  expect(await station.stop('SIGTERM')).toBe(0);
});

test('the bench shows what the terminal takes its devices for, nothing while it is dead, and again when it is back', async () => {
  const station = await start();
  const hand = await benchHand(station.ready.bench);
  const states = async () =>
    Object.fromEntries((await hand.state()).terminal?.map(({ id, status }) => [id, status.state]) ?? []);
  await expect.poll(states, soon).toMatchObject({ 'card-reader': 'ready', printer: 'ready' });
  await hand.api.printer.setPlugged({ plugged: false });
  await expect.poll(states, soon).toMatchObject({ 'card-reader': 'ready', printer: 'lost' });
  const { terminal } = station.ready.pids;
  if (terminal === null) throw new Error('the terminal has no process');
  process.kill(terminal, 'SIGKILL');
  await expect.poll(async () => (await hand.state()).terminal, soon).toBeNull();
  await hand.api.printer.setPlugged({ plugged: true });
  await expect.poll(states, soon).toMatchObject({ 'card-reader': 'ready', printer: 'ready' });
  hand.close();
});

async function start(): Promise<StationProcess> {
  const station = await startStation(dataDir, []);
  running.push(station);
  return station;
}

async function submitAt(station: StationProcess): Promise<string> {
  const resident = station.ready.resident ?? '';
  const screen = await openScreen({ url: new URL(resident).origin, resident });
  try {
    await allIsReady(screen.api);
    return await submitOne(screen.api, () => undefined);
  } finally {
    screen.close();
  }
}

/** A robot is quicker than devices and catalogue; a slip is printed at once or not at all (decision 0007). */
async function allIsReady(api: TerminalClient): Promise<void> {
  for await (const { catalogue, devices } of await api.station.watch()) {
    if (catalogue === 'fresh' && devices.every(({ status }) => status.state === 'ready')) return;
  }
}

async function receiptNumbers(station: StationProcess): Promise<string[]> {
  return (await platformCases(station.ready.platformApi)).map((stored) => stored.receiptNo);
}

function paperText(state: Awaited<ReturnType<Awaited<ReturnType<typeof benchHand>>['state']>>): string {
  return state.receipts
    .flatMap((receipt) => receipt.lines)
    .map((line) => (line.kind === 'text' ? line.runs.map((run) => run.text).join('') : ''))
    .join('\n');
}
