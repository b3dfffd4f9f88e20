import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Claimed } from '#terminal/outbox/outbox.ts';
import { fileSystemOf, hasRoomFor, measuredFolder } from '../disk.ts';
import type { Figure } from '../figure.ts';
import type { BenchGroup, BenchTools } from '../group.ts';
import { startBenchPlatform, type PlatformAccess } from '../outbox/bench-platform.ts';
import { drainedSchema, type Drained, type DrainOrder } from '../outbox/drain-worker.ts';
import { platformRate } from '../outbox/load-generator.ts';
import { expectOk, openStation } from '../outbox/station.ts';
import { quantile, spreadOf, type Spread } from '../statistics.ts';

const ROWS = { ordinary: 5_000, full: 100_000 } as const;
const ROWS_OF_A_BURST = { ordinary: 1_000, full: 5_000 } as const;
/** At the terminal and at the platform, each application with all that belongs to it. */
const BYTES_A_ROW = 16_000;
/** The forwarder's own, by the demo's configuration, and what the platform's pool has connections for. */
const AT_A_TIME = [4, 16] as const;
const LEASE_MS = 86_400_000;
const TENTH = 0.1;

export const group: BenchGroup = {
  about:
    'after an outage: the terminal drains to the reference platform, each in its own process and on this machine, ' +
    'while residents submit; beside it the platform alone, under a plain load generator before and after',
  measure: async (tools) => {
    const folder = measuredFolder(tools.dataDir, 'drain');
    try {
      return await measureIn(folder.path, tools);
    } finally {
      folder.remove();
    }
  },
};

async function measureIn(folder: string, tools: BenchTools): Promise<Figure[]> {
  const rows = tools.full ? ROWS.full : ROWS.ordinary;
  tools.say(`on ${fileSystemOf(folder) ?? 'a file system that does not say what it is'}`);
  if (!hasRoomFor(folder, rows * BYTES_A_ROW)) throw new Error(`${folder} has no room for ${rows} rows`);
  const waiting = fillStation(join(folder, 'terminal'), rows, tools);
  const burstRows = tools.full ? ROWS_OF_A_BURST.full : ROWS_OF_A_BURST.ordinary;
  const platform = await startBenchPlatform(join(folder, 'platform'));
  try {
    const burst = async (name: string): Promise<number[]> => {
      const rates: number[] = [];
      for (const atATime of AT_A_TIME) {
        const claimed = claimedRows(join(folder, `${name}-${atATime}`), burstRows);
        rates.push(await platformRate(platform.access, claimed, atATime, tools.clock));
        tools.say(`the platform alone, ${atATime} at a time: ${rates.at(-1)?.toFixed(0) ?? ''} a second`);
      }
      return rates;
    };
    await burst('warm-up');
    const before = await burst('before');
    const drained = await drainInItsOwnProcess({ ...waiting, access: platform.access });
    const after = await burst('after');
    return figuresOf(drained, before, after);
  } finally {
    await platform.close();
  }
}

function fillStation(dataDir: string, rows: number, { say }: BenchTools): Omit<DrainOrder, 'access'> {
  mkdirSync(dataDir);
  const masterKey = randomBytes(32);
  const station = openStation({ dataDir, masterKey, receivedBefore: 0 });
  station.fill(rows, () => undefined);
  station.close();
  say(`${rows} applications wait`);
  return { dataDir, masterKeyHex: masterKey.toString('hex'), rows };
}

/** Applications as a terminal would send them, for somebody who is none. */
function claimedRows(dataDir: string, rows: number): Claimed[] {
  mkdirSync(dataDir);
  const station = openStation({ dataDir, masterKey: randomBytes(32), receivedBefore: 0 });
  try {
    station.fill(rows, () => undefined);
    return Array.from({ length: rows }, () => {
      const claimed = expectOk(station.core.outbox.claim(LEASE_MS));
      if (claimed === null) throw new Error('nothing was there to be claimed');
      return claimed;
    });
  } finally {
    station.close();
  }
}

function drainInItsOwnProcess(order: DrainOrder & { access: PlatformAccess }): Promise<Drained> {
  const child = fork(join(import.meta.dirname, '../outbox/drain-worker.ts'));
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve(drainedSchema.parse(message));
    });
    child.once('close', (code) => {
      reject(new Error(`the terminal that drains ended with ${String(code)}`));
    });
    child.send(order);
  });
}

function figuresOf(drained: Drained, before: readonly number[], after: readonly number[]): Figure[] {
  const rate = (drained.acknowledged * 1_000) / drained.tookMs;
  const once: Spread = spreadOf([rate]);
  const alone = AT_A_TIME.map((atATime, index) => ({
    atATime,
    rate: ((before[index] ?? 0) + (after[index] ?? 0)) / 2,
  }));
  const most = alone.reduce((best, one) => (one.rate > best.rate ? one : best));
  const tenth = Math.max(1, Math.floor(drained.rssMb.length * TENTH));
  const first = spreadOf(drained.rssMb.slice(0, tenth));
  const last = spreadOf(drained.rssMb.slice(-tenth));
  const name = `drain of ${drained.acknowledged}`;
  const { quiet, draining } = drained;
  return [
    ...alone.map((one): Figure => ({
      name,
      unit: '/s',
      ours: rate,
      spread: once,
      beside: { name: `the platform alone, ${one.atATime} at a time`, value: one.rate },
      goal: one === most ? { is: 'at least', ratio: 0.8 } : null,
    })),
    {
      name: `${name}: the terminal’s share of a core`,
      unit: '%',
      ours: drained.coreShare * 100,
      spread: spreadOf([drained.coreShare * 100]),
      beside: null,
      goal: null,
    },
    {
      name: `${name}: memory (RSS) of the terminal, last tenth`,
      unit: 'MB',
      ours: last.median,
      spread: spreadOf(drained.rssMb),
      beside: { name: 'first tenth', value: first.median },
      goal: { is: 'at most', ratio: 1.1 },
    },
    ...[0.5, 0.99].map((share): Figure => ({
      name: `a resident submits meanwhile, touch to commit, p${share * 100}`,
      unit: 'ms',
      ours: quantile(draining.submitMs, share),
      spread: spreadOf(draining.submitMs),
      beside: { name: 'nothing is sent', value: quantile(quiet.submitMs, share) },
      goal: null,
    })),
    {
      name: 'event loop of the terminal meanwhile, late by, p99',
      unit: 'ms',
      ours: draining.loopP99Ms,
      spread: {
        median: draining.loopP50Ms,
        lowest: draining.loopP50Ms,
        highest: draining.loopMaxMs,
        samples: draining.submitMs.length,
      },
      beside: { name: 'nothing is sent', value: quiet.loopP99Ms },
      goal: null,
    },
  ];
}
