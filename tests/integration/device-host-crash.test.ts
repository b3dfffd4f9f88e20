import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DeviceSettings, DeviceState } from '#contract/devices.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import type { DeviceSimulator } from '#drivers/channel/simulator.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { createDeviceHistory } from '#terminal/devices/device-history.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import { createDeviceIdentities } from '#terminal/devices/device-identities.ts';
import { createDevices, type CardEvent } from '#terminal/devices/devices.ts';
import { openStore } from '#terminal/store/store.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { expectValue } from '../support/expect-value.ts';
import { noDeviceMemory } from '../support/no-device-memory.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

// Processes are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const HOST_MAIN = new URL('../../electron/device-host/main.ts', import.meta.url);

/** A listener whose queue is full and who never takes anybody: connecting to it neither succeeds nor fails. */
const NEVER_ACCEPTS = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

const document = receiptDocumentSchema.parse({
  nodes: Array.from({ length: 60 }, (_, index) => ({ type: 'text', text: `第${index}行` })),
});

/** The terminal's own side, over the real process, with its end in the test's hand. */
function startDevices(settings: readonly DeviceSettings[]) {
  const dataDir = newDataDir();
  const store = expectValue(openStore(dataDir));
  const pids: number[] = [];
  const exits: (NodeJS.Signals | null)[] = [];
  const spawnHost = (): DeviceHostProcess => {
    const child = fork(HOST_MAIN, [], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      execArgv: [],
      serialization: 'advanced',
    });
    pids.push(child.pid ?? 0);
    child.on('error', () => undefined);
    child.once('exit', (_code, signal) => exits.push(signal));
    return {
      send: (message) => {
        if (child.connected) child.send(message as object, () => undefined); // plain objects, by the contract
      },
      onMessage: (listener) => child.on('message', listener),
      onExit: (listener) => child.once('exit', listener),
      kill: () => child.kill('SIGKILL'),
    };
  };
  let nextId = 0;
  const devices = createDevices({
    switches: noDeviceMemory.switches,
    wasPrinting: false,
    settings,
    spawn: spawnHost,
    clock: systemClock,
    log: () => undefined,
    newId: () => String((nextId += 1)),
    identities: createDeviceIdentities(store, systemClock),
    history: createDeviceHistory({ store, clock: systemClock, log: () => undefined }),
  });
  const cards: CardEvent[] = [];
  let wake: () => void = () => undefined;
  devices.onCard((event) => {
    cards.push(event);
    wake();
  });
  const seen: DeviceState[] = [];
  devices.changes.subscribe(() => {
    seen.push(...devices.snapshots().map(({ status }) => status));
    wake();
  });
  onTestFinished(async () => {
    devices.close();
    store.close();
    const last = pids.at(-1);
    await vi.waitFor(() => expect(last === undefined || !isAlive(last)).toBe(true), { timeout: 10_000 });
    removeDataDir(dataDir);
  });
  return {
    devices,
    pids,
    exits,
    cards,
    seen,
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    crash: (signal: NodeJS.Signals) => process.kill(pids.at(-1) ?? 0, signal),
    states: () => devices.snapshots().map(({ status }) => status.state),
  };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

const device = (id: string, kind: 'id-card-reader' | 'receipt-printer', port: number): DeviceSettings => ({
  id,
  ...(kind === 'id-card-reader' ? { kind, profile: 'sam-v' } : { kind, profile: 'generic-80' }),
  channel: `tcp:127.0.0.1:${port}`,
  baudRate: 115_200,
  identity: null,
  enabled: true,
});

async function serve(simulator: DeviceSimulator): Promise<number> {
  const served = await serveSimulator(simulator, { host: '127.0.0.1', port: 0 });
  onTestFinished(() => served.close());
  return served.port;
}

const cardReader = () =>
  new CardReaderSimulator({
    clock: systemClock,
    samId: EXAMPLE_SAM_ID,
    baudRate: 115_200,
    habits: FRANK_MODULE,
  });

function receiptPrinter(lineMs: number): ReceiptPrinterSimulator {
  const profile = printerProfile('generic-80');
  if (profile === null) throw new Error('generic-80');
  return new ReceiptPrinterSimulator({ clock: systemClock, profile, name: '', lineMs, afterStop: 'drop' });
}

async function portThatNeverAccepts(): Promise<number> {
  const child = spawn(process.execPath, ['-e', NEVER_ACCEPTS], { stdio: ['ignore', 'pipe', 'ignore'] });
  const [text] = (await once(child.stdout, 'data')) as [Buffer]; // a pipe without encoding gives buffers
  const port = Number(text.toString());
  const fillers = Array.from({ length: 4 }, () => createConnection({ port, host: '127.0.0.1' }));
  for (const filler of fillers) filler.on('error', () => undefined);
  onTestFinished(() => {
    for (const filler of fillers) filler.destroy();
    child.kill('SIGKILL');
  });
  const [first] = fillers;
  if (first !== undefined) await once(first, 'connect');
  return port;
}

function saysHostGone(states: readonly DeviceState[]): boolean {
  return states.some((status) => status.state === 'lost' && status.fault.code === 'device.host-gone');
}

describe.each(['SIGSEGV', 'SIGKILL'] as const)('a device host that ends by %s', (signal) => {
  it('while everything is idle is started anew, and the devices are ready again', async () => {
    const settings = [
      device('reader', 'id-card-reader', await serve(cardReader())),
      device('printer', 'receipt-printer', await serve(receiptPrinter(1))),
    ];
    const { devices, until, states, crash, exits, pids, seen } = startDevices(settings);
    await until(() => states().join() === 'ready,ready');
    crash(signal);
    await until(() => saysHostGone(seen));
    expect(states()).toEqual(['lost', 'lost']);
    await until(() => states().join() === 'ready,ready');
    expect(exits).toEqual([signal]);
    expect(new Set(pids).size).toBe(2);
    expect(devices.history('reader').map(({ state, reason }) => [state, reason])).toContainEqual([
      'lost',
      'device.host-gone',
    ]);
  });

  it('while a line is being opened holds nothing up', async () => {
    const settings = [
      device('reader', 'id-card-reader', await portThatNeverAccepts()),
      device('printer', 'receipt-printer', await serve(receiptPrinter(1))),
    ];
    const { until, states, crash, pids, seen } = startDevices(settings);
    await until(() => states().join() === 'opening,ready');
    crash(signal);
    await until(() => saysHostGone(seen));
    await until(() => pids.length === 2 && states().join() === 'opening,ready');
  });

  it('while a device is asked who it is asks again in its next life', async () => {
    const reader = cardReader();
    reader.setFault({ kind: 'silent', during: 'any' });
    const { until, states, crash, seen } = startDevices([
      device('reader', 'id-card-reader', await serve(reader)),
    ]);
    await until(() => states().join() === 'identifying');
    crash(signal);
    await until(() => saysHostGone(seen));
    reader.setFault(null);
    await until(() => states().join() === 'ready');
  });

  it('while a card is waited for goes on waiting in its next life', async () => {
    const reader = cardReader();
    const { devices, until, states, crash, cards, seen } = startDevices([
      device('reader', 'id-card-reader', await serve(reader)),
    ]);
    devices.watchCard(true);
    await until(() => states().join() === 'ready');
    await vi.waitFor(() => expect(reader.requestCount('2001')).toBeGreaterThan(0), { timeout: 20_000 });
    crash(signal);
    await until(() => saysHostGone(seen));
    reader.placeCard(syntheticPerson('zhang-jianguo'));
    await until(() => cards.length > 0);
    expect(cards).toEqual([{ type: 'read', document: syntheticPerson('zhang-jianguo') }]);
  });

  it('while it prints leaves the end of the job unknown, and the next job is printed', async () => {
    const printer = receiptPrinter(30);
    const { devices, until, states, crash } = startDevices([
      device('printer', 'receipt-printer', await serve(printer)),
    ]);
    await until(() => states().join() === 'ready');
    const print = devices.print('printer', 'job-1', document);
    await vi.waitFor(() => expect(printer.linesPrinted).toBeGreaterThan(0), { timeout: 20_000 });
    crash(signal);
    expect(await print).toMatchObject({ end: 'unknown', fault: { code: 'device.host-gone' } });
    await until(() => states().join() === 'ready');
    expect(await devices.print('printer', 'job-2', document)).toMatchObject({ end: 'printed' });
  });
});
