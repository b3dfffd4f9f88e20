import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { test as base, expect } from '@playwright/test';
import { WebSocket } from 'ws';
import type { BenchState, benchContract, RenderedReceipt } from '../../contract/bench-api.ts';
import type { StationReady } from '../../scripts/demo/ready-line.ts';
import { enter, openScreen } from '../support/screen-client.ts';

type BenchClient = ContractRouterClient<typeof benchContract>;

/** The demo station as `npm start -- --no-window` brings it up, and the hands at its bench. */
export interface Station {
  readonly ready: StationReady;
  readonly bench: BenchClient;
  benchState(): Promise<BenchState>;
  /** The newest slip that the printer has cut. */
  lastReceipt(): Promise<RenderedReceipt | undefined>;
  cases(): Promise<readonly PlatformCase[]>;
  caseOf(caseNo: string): Promise<PlatformSubmission>;
  /** Cards out, cables in, paper in, line joined, nobody at the screen. */
  reset(): Promise<void>;
}

export interface PlatformCase {
  readonly cursor: number;
  readonly caseNo: string;
  readonly applicationId: string;
  readonly receiptNo: string;
  readonly itemSlug: string;
}

export interface PlatformSubmission {
  readonly receiptNo: string;
  readonly language: string;
  readonly payload: { readonly answers: Readonly<Record<string, unknown>>; readonly identitySource: string };
}

export const test = base.extend<{ guard: undefined }, { station: Station }>({
  station: [
    // eslint-disable-next-line no-empty-pattern -- Playwright reads the names of what a fixture needs
    async ({}, use) => {
      const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-e2e-'));
      const { child, ready } = await startStation(dataDir);
      const bench = await openBench(ready.bench);
      await use(stationOf(ready, bench.client));
      bench.socket.terminate();
      await stopStation(child);
      rmSync(dataDir, { recursive: true, force: true });
    },
    { scope: 'worker', timeout: 120_000 },
  ],

  /** Nothing leaves the machine, nothing breaks the Content-Security-Policy, nothing is thrown. */
  guard: [
    async ({ page, station }, use) => {
      const wrong: string[] = [];
      page.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        const stays = hostname === '127.0.0.1' || protocol === 'data:' || protocol === 'blob:';
        if (!stays) wrong.push(`a request left the machine: ${request.url()}`);
      });
      page.on('console', (message) => {
        // While the line or the terminal is cut, Chromium itself reports the failed connection.
        const isConnection = /WebSocket connection|ERR_CONNECTION_REFUSED/.test(message.text());
        if (message.type() === 'error' && !isConnection) wrong.push(`console: ${message.text()}`);
      });
      page.on('pageerror', (error) => wrong.push(`thrown: ${error.message}`));
      await station.reset();
      await use(undefined);
      expect(wrong).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

async function startStation(dataDir: string): Promise<{ child: ChildProcess; ready: StationReady }> {
  const child = spawn(process.execPath, ['scripts/start.ts', '--no-window', '--json', '--data', dataDir], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-10_000);
  });
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => {
      reject(new Error(`npm start ended with ${String(code)}: ${said}`));
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (!line.startsWith('{')) return;
      const { station } = JSON.parse(line) as { station: StationReady }; // printed by our own start script
      resolve({ child, ready: station });
    });
  });
}

function stopStation(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.removeAllListeners('exit');
    child.once('exit', () => {
      resolve();
    });
    child.kill('SIGTERM');
  });
}

async function openBench(address: string): Promise<{ client: BenchClient; socket: WebSocket }> {
  const cookie = await enter(address);
  const { origin } = new URL(address);
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie }, origin });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  // The link's own type is the browser's WebSocket, of which ws implements what it uses.
  const link = new RPCLink({ websocket: socket as unknown as globalThis.WebSocket });
  return { client: createORPCClient(link), socket };
}

function stationOf(ready: StationReady, bench: BenchClient): Station {
  const { url, deskToken } = ready.platformApi;
  const ask = async (path: string): Promise<unknown> => {
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${deskToken}` } });
    if (!response.ok) throw new Error(`${path} answers ${response.status}`);
    return response.json();
  };
  async function benchState(): Promise<BenchState> {
    const states = await bench.watch();
    for await (const state of states) {
      await states.return();
      return state;
    }
    throw new Error('the bench says nothing');
  }
  return {
    ready,
    bench,
    benchState,
    // Newest first, as the bench shows them.
    lastReceipt: async () => (await benchState()).receipts.find((receipt) => receipt.complete),
    cases: async () => {
      const all: PlatformCase[] = [];
      for (let after = 0; ;) {
        const page = (await ask(`/v1/cases?after=${after}&limit=1000`)) as { cases: PlatformCase[] }; // our own contract
        const last = page.cases.at(-1);
        if (!last) return all;
        all.push(...page.cases);
        after = last.cursor;
      }
    },
    caseOf: async (caseNo) => (await ask(`/v1/cases/${caseNo}`)) as PlatformSubmission, // our own contract
    reset: async () => {
      await bench.reader.takeCard();
      await bench.reader.setFault({ fault: 'none' });
      await bench.reader.setPlugged({ plugged: true });
      await bench.printer.setPlugged({ plugged: true });
      await bench.printer.setPaper({ paper: 'ok' });
      await bench.printer.setCover({ open: false });
      await bench.printer.setCutterFault({ fault: false });
      await bench.line.setCut({ cut: false });
      await untilQuiet(ready);
    },
  };
}

/** Nobody at the screen, the items loaded, the devices ready, the platform there. */
async function untilQuiet(ready: StationReady): Promise<void> {
  if (ready.resident === null) throw new Error('the station runs in Electron');
  const { origin } = new URL(ready.resident);
  const screen = await openScreen({ url: origin, resident: ready.resident });
  await screen.api.visit.end({ reason: 'left' });
  for await (const snapshot of await screen.api.station.watch()) {
    const areReady = snapshot.devices.every((device) => device.status.state === 'ready');
    if (
      areReady &&
      snapshot.platform === 'online' &&
      snapshot.catalogue !== 'empty' &&
      snapshot.outbox.waiting === 0
    )
      break;
  }
  screen.close();
}
